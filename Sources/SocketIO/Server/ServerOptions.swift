// ServerOptions: every limit and deadline of the Socket.IO server, by name, with those of the engine below it.

public import EngineIO
public import Wire

/// The options of one server; those of the engine, such as `pingInterval`, are options here too.
///
/// Times are in milliseconds.
@dynamicMemberLookup
public struct ServerOptions {
    /// The options of the engine.
    public var engine: EngineOptions

    /// How long a connection may stay without joining a namespace before it is closed.
    public var connectTimeout: UInt64 = 45_000

    /// Whether the browser's client is served, under `path` + `/socket.io.js`.
    public var serveClient = true

    /// The most acknowledgements that one client may owe; further questions fail with `AckError.tooManyPending`.
    public var maxPendingAnswers = 1_000

    /// The most rooms that one socket may be in; joining more does nothing, and is told as a fault.
    public var maxRoomsPerSocket = 10_000

    /// The most namespaces that one connection may join at once; connecting to more is refused.
    public var maxNamespacesPerClient = 100

    /// The most namespaces at once, counting those that clients have called into being; beyond, such are refused.
    public var maxNamespaces = 100_000

    /// The most attachments that one packet may announce, 65,535 at most; more are a "parse error".
    ///
    /// Each may be as large as `maxHttpBufferSize`.
    public var maxAttachments = 10

    /// Whether a namespace that a client has called into being goes with its last socket.
    ///
    /// JavaScript's servers keep such namespaces for ever by default; here clients cannot make memory grow.
    public var cleanupEmptyChildNamespaces = true

    /// What a client is answered that waits for an acknowledgement when its event failed; nil answers nothing.
    ///
    /// An event fails when its arguments do not decode, a check refuses it, or its handler throws. The answer is the one
    /// value returned here: `{ fault in ["error": .string(fault.message)] }`.
    public var failureAnswer: ((Fault) -> JSON?)?

    /// Lets clients that were cut off come back as who they were; nil, the default, forgets everybody at once.
    public var connectionStateRecovery: ConnectionStateRecovery?

    /// The form of packets on the wire, such as `MessagePackParser()`; nil, the default, means JSON with attachments.
    ///
    /// Every client has to use the same.
    public var parser: (any Parser)?

    /// Makes this server one with those of the other loops of the process that name the same hub.
    ///
    /// Broadcasts, rooms and what is asked of sockets reach all of them, and a client may come to any.
    public var cluster: LoopHub?

    /// Makes the adapter of each namespace; nil means a `ClusterAdapter` with a `cluster`, else a `LocalAdapter`.
    public var adapter: ((Audience) -> any Adapter)?

    /// The defaults; with a `cluster`, those of a server on one of several loops.
    public init(cluster: LoopHub? = nil) {
        engine = EngineOptions()
        engine.path = "/socket.io"
        self.cluster = cluster
    }

    /// What the engine is told; its hub is that of the cluster unless it has one.
    var engineInCluster: EngineOptions {
        var engine = engine
        engine.hub = engine.hub ?? cluster?.engines
        return engine
    }

    /// What one packet may hold.
    var packetLimits: PacketLimits {
        var limits = PacketLimits()
        limits.maxAttachments = min(max(0, maxAttachments), Int(UInt16.max))
        let (bytes, overflows) = limits.maxAttachments.multipliedReportingOverflow(by: max(0, engine.maxHttpBufferSize))
        limits.maxAttachmentBytes = overflows ? .max : bytes
        return limits
    }

    /// The adapter for a namespace.
    func makeAdapter(_ audience: Audience) -> any Adapter {
        if let adapter { return adapter(audience) }
        guard let cluster else { return LocalAdapter(audience) }
        return ClusterAdapter(audience, bus: LoopBus(cluster))
    }

    /// Reaches the options of the engine.
    public subscript<Value>(dynamicMember option: WritableKeyPath<EngineOptions, Value>) -> Value {
        get { engine[keyPath: option] }
        set { engine[keyPath: option] = newValue }
    }
}
