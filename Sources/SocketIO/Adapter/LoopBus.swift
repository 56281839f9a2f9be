// LoopBus: a bus between the servers of one process, on one loop or on several loops of several threads. Messages go
// through the mailboxes of the loops; their bytes are shared between threads, never changed, and copied once by each
// receiving server, into the frame that it makes for its own sockets.

internal import EngineIO
public import UVLoop

/// Where the servers of one process find each other.
///
/// Any thread may use it: make one, and name it as `ServerOptions.cluster` in the closure that sets up each loop. It
/// carries broadcasts and the like between the loops, and has requests answered by the loop of their session.
public final class LoopHub: Sendable {
    fileprivate let directory: LoopDirectory<LoopBus>
    let engines: EngineHub

    /// A hub that no server has joined yet.
    ///
    /// A loop that is busy takes nothing, and nobody waits for it: up to `maxQueuedBytes` of messages wait for one
    /// server and namespace, counted generously, and what is more is lost for its sockets. Up to `maxQueuedRequests`
    /// wait for one loop; for one more the client gets 503.
    public init(maxQueuedBytes: Int = 64 << 20, maxQueuedRequests: Int = 1_024) {
        directory = LoopDirectory(maxWaiting: maxQueuedBytes)
        engines = EngineHub(maxWaiting: maxQueuedRequests)
    }

    /// How many messages were lost because `maxQueuedBytes` were waiting for their server.
    public var lostMessages: Int { directory.refused }
}

/// Carries messages between the servers that share a hub.
///
/// `ServerOptions.cluster` makes one for each namespace; for an adapter of one's own it is
/// `options.adapter = { ClusterAdapter($0, bus: LoopBus(hub)) }`.
public final class LoopBus: ClusterBus {
    private let hub: LoopHub
    private var name = ""
    private var namespace = ""
    private var receive: ((ClusterMessage) -> Void)?

    /// A bus of this hub; each adapter needs one of its own.
    public init(_ hub: LoopHub) {
        self.hub = hub
    }

    deinit {
        hub.directory.remove(name, from: namespace)
    }

    /// Begins, and returns the names of those who are there already.
    public func open(
        _ node: String,
        namespace: String,
        on loop: EventLoop,
        receive: @escaping (ClusterMessage) -> Void
    ) -> [String] {
        (name, self.namespace, self.receive) = (node, namespace, receive)
        hub.directory.add(self, named: node, in: namespace, on: loop)
        return hub.directory.names(in: namespace).filter { $0 != node }
    }

    /// Sends a message to all other servers, in their next turns.
    public func publish(_ message: ClusterMessage) {
        hub.directory.submit(in: namespace, except: name, weight: message.weight) { $0.receive?(message) }
    }

    /// Sends a message to one server, in its next turn.
    public func respond(_ message: ClusterMessage, to node: String) {
        hub.directory.submit(to: node, in: namespace, weight: message.weight) { $0.receive?(message) }
    }

    /// Ends.
    public func close() {
        receive = nil
        hub.directory.remove(name, from: namespace)
    }
}

@available(*, unavailable)
extension LoopBus: Sendable {}

extension ClusterMessage {
    /// What the message weighs in a queue: its bytes where they are many, and something for itself.
    fileprivate var weight: Int {
        switch body {
        case .broadcast(let packet, _), .request(_, .ask(let packet, _, _)):
            packet.attachments.reduce(packet.payload.count) { $0 + $1.count } + 512
        case .response(_, .sockets(let sockets)): sockets.count * 1_024 + 512
        case .serverSideEmit, .request, .response: 2_048
        case .hello, .heartbeat, .goodbye, .join, .leave, .disconnect: 512
        }
    }
}
