// ClusterBus: what carries the messages of a cluster, and the messages themselves as values. A bus knows nothing of
// rooms and sockets; everything that a cluster does is written once, in ClusterAdapter.

public import UVLoop
public import Wire

/// Carries messages between the servers of a cluster, for one namespace.
///
/// Bound to the loop of its server. It may lose messages and may bring one twice, but those of one server must come in
/// the order in which they were sent. A bus that brings a server's own messages back does no harm.
public protocol ClusterBus: AnyObject {
    /// Begins, under the name of this server, and returns the names of the others as far as they are known.
    ///
    /// `receive` is to be called on the loop, and not before this returns.
    func open(
        _ node: String,
        namespace: String,
        on loop: EventLoop,
        receive: @escaping (ClusterMessage) -> Void
    ) -> [String]

    /// Sends a message to all other servers.
    func publish(_ message: ClusterMessage)

    /// Sends a message that asks for answers to all other servers.
    func request(_ message: ClusterMessage)

    /// Sends a message to one server: mostly an answer to its request.
    func respond(_ message: ClusterMessage, to node: String)

    /// How many other servers there are, for a bus that knows better than heartbeats can tell; nil if it does not.
    func countOthers(_ done: @escaping (Int?) -> Void)

    /// Ends; nothing is received after this.
    func close()
}

extension ClusterBus {
    /// Requests travel like any other message.
    public func request(_ message: ClusterMessage) { publish(message) }

    /// Heartbeats tell.
    public func countOthers(_ done: @escaping (Int?) -> Void) { done(nil) }
}

/// One message between servers.
public struct ClusterMessage: Sendable {
    /// The server that it comes from.
    public var origin: String
    /// The namespace that it is about.
    public var namespace: String
    /// The number of this message among those of its origin, from 1; nil from an origin that does not count.
    ///
    /// A message whose number is not higher than the last one has come before.
    public var sequence: UInt64?
    /// What it says.
    public var body: Body

    /// Puts a message together.
    public init(origin: String, namespace: String, sequence: UInt64?, body: Body) {
        self.origin = origin
        self.namespace = namespace
        self.sequence = sequence
        self.body = body
    }

    /// What a message says.
    public enum Body: Sendable {
        /// A server has come; each other one answers with a heartbeat.
        case hello
        /// A server is still there.
        case heartbeat
        /// A server goes.
        case goodbye
        /// An event for sockets.
        case broadcast(ClusterPacket, Selection)
        /// Sockets are to join rooms.
        case join(Selection, [String])
        /// Sockets are to leave rooms.
        case leave(Selection, [String])
        /// Sockets are to be disconnected.
        case disconnect(Selection, close: Bool)
        /// An event for the servers themselves.
        case serverSideEmit(String, [JSON])
        /// Something to be answered, under a number of the asker's.
        case request(UInt64, Request)
        /// An answer, under the asker's number.
        case response(UInt64, Response)
    }

    /// What can be asked.
    public enum Request: Sendable {
        /// Which sockets are there?
        case fetch(Selection)
        /// An event that each socket is to acknowledge within so many milliseconds.
        case ask(ClusterPacket, Selection, timeout: UInt64)
        /// An event that each server answers itself.
        case serverSideEmit(String, [JSON])
    }

    /// What can be answered.
    public enum Response: Sendable {
        /// These sockets are there.
        case sockets([SocketDescription])
        /// So many sockets were asked; an answer of each follows.
        case clientCount(Int)
        /// One socket's answer; nil if there will be none.
        case answer([JSON]?)
        /// The server's own answer; nil if it has none.
        case serverSide(JSON?)
    }
}

/// A packet as the servers of a cluster hand it on: its payload, free of every server's own header and numbers.
public struct ClusterPacket: Sendable, Equatable {
    /// The JSON array of the event's name and its arguments, with a placeholder for each attachment.
    public var payload: [UInt8]
    /// The attachments.
    public var attachments: [[UInt8]]
    /// Dropped for sockets that still have something waiting.
    public var isVolatile: Bool
    /// Whether transports that compress may compress it.
    public var isCompressible: Bool

    /// Puts a packet together.
    public init(
        payload: [UInt8],
        attachments: [[UInt8]] = [],
        isVolatile: Bool = false,
        isCompressible: Bool = true
    ) {
        self.payload = payload
        self.attachments = attachments
        self.isVolatile = isVolatile
        self.isCompressible = isCompressible
    }
}

/// What the servers of a cluster grant each other; times in milliseconds.
public struct ClusterOptions: Sendable {
    /// How often a server says that it is there.
    public var heartbeatInterval: UInt64 = 5_000

    /// After how long a silence a server is taken for gone.
    public var heartbeatTimeout: UInt64 = 10_000

    /// How long a request waits for the answers of all; who has not answered then is named as missing.
    public var requestTimeout: UInt64 = 5_000

    /// The defaults.
    public init() {}
}
