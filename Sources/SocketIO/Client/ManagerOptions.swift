// ManagerOptions: what a program may choose for one connection of a client, with the defaults of the JavaScript client;
// and what it may choose for each socket on it.

public import EngineIO
public import Wire

/// The options of one client connection; those of the engine, such as `transports`, are options here too.
///
/// Times are in milliseconds.
@dynamicMemberLookup
public struct ManagerOptions: Sendable {
    /// The options of the engine.
    public var engine: EngineClientOptions

    /// Whether a connection that could not be made, or was lost, is tried again.
    public var reconnection = true

    /// How often in a row it is tried again before giving up; nil, the default, never gives up.
    public var reconnectionAttempts: Int?

    /// The wait before the first attempt; it doubles with each that fails.
    public var reconnectionDelay: UInt64 = 1_000

    /// What the wait doesn't double beyond.
    public var reconnectionDelayMax: UInt64 = 5_000

    /// By which part of itself each wait is made longer or shorter at random, from 0 to 1.
    ///
    /// The wait is bounded first and spread then, so that clients that lost the same server never come back at once.
    public var randomizationFactor = 0.5

    /// Where the spread comes from, a number from 0 up to 1; tests give numbers of their own.
    public var random: @Sendable () -> Double = { Double.random(in: 0..<1) }

    /// Whether a socket connects as soon as it is made.
    public var autoConnect = true

    /// The form of packets on the wire, such as `MessagePackParser()`; nil, the default, means JSON with attachments.
    ///
    /// The server has to use the same.
    public var parser: (any Parser & Sendable)?

    /// The most acknowledgements that the server may owe one socket; beyond, `AckError.tooManyPending`.
    public var maxPendingAnswers = 1_000

    /// The most events that one socket keeps while they cannot be sent; beyond, `AckError.bufferFull`.
    ///
    /// It holds for events that wait for a connection, for those under `retries`, and for those that come early.
    public var maxKeptEvents = 10_000

    /// The most bytes that one socket keeps while they cannot be sent.
    public var maxKeptBytes = 16 << 20

    /// The most attachments that a packet of the server may have; the number of the JavaScript client.
    public var maxAttachments = 10

    /// The most bytes that the attachments of one packet of the server may have together.
    public var maxAttachmentBytes = 64 << 20

    /// The defaults.
    public init() {
        engine = EngineClientOptions()
        engine.path = "/socket.io"
    }

    /// Reaches the options of the engine.
    public subscript<Value>(dynamicMember option: WritableKeyPath<EngineClientOptions, Value>) -> Value {
        get { engine[keyPath: option] }
        set { engine[keyPath: option] = newValue }
    }
}

/// The options of one socket of a client.
public struct ClientSocketOptions: Sendable {
    /// How often an event is sent again until the server has acknowledged it; 0, the default, sends once.
    ///
    /// With retries each event waits in a queue until those before it are acknowledged, so the order holds. The server
    /// has to acknowledge every event, and may see one twice: when the connection goes after it came and before its
    /// acknowledgement did.
    public var retries = 0

    /// How long one try may take, in milliseconds; nil means as long as the connection lasts.
    public var ackTimeout: UInt64?

    /// How long an event may wait to be sent, or acknowledged under `retries`, in milliseconds; nil means for ever.
    public var deadline: UInt64?

    /// The defaults.
    public init() {}
}

/// What a socket shows to the server when it connects: a value, or what a closure makes anew each time.
public struct ClientAuth: ExpressibleByDictionaryLiteral {
    typealias Suspending = nonisolated(nonsending) () async throws -> JSON

    enum Source {
        case value(JSON?)
        case closure(() throws -> JSON)
        case suspending(Suspending)
    }

    let source: Source

    /// Nothing.
    public static var none: ClientAuth { ClientAuth(source: .value(nil)) }

    /// The same value each time.
    public static func value(_ value: JSON) -> ClientAuth { ClientAuth(source: .value(value)) }

    /// What the closure returns, called for each attempt; what it throws is a `connectError`.
    public static func each(_ make: @escaping () throws -> JSON) -> ClientAuth {
        ClientAuth(source: .closure(make))
    }

    /// What the asynchronous closure returns, called for each attempt; what it throws is a `connectError`.
    public static func each(_ make: nonisolated(nonsending) @escaping () async throws -> JSON) -> ClientAuth {
        ClientAuth(source: .suspending(make))
    }

    private init(source: Source) { self.source = source }

    /// The same object each time.
    public init(dictionaryLiteral elements: (String, JSON)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self.init(source: .value(.object(object)))
    }
}

@available(*, unavailable)
extension ClientAuth: Sendable {}
