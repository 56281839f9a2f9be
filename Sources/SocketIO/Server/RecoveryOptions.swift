// RecoveryOptions: how long, and how much, a server remembers for clients that were cut off.

/// The options of connection state recovery; giving them to `ServerOptions` turns it on.
///
/// The bounds hold for each namespace. Whatever a bound drops shows as a `RecoveryMiss` of the clients that needed it.
public struct ConnectionStateRecovery: Sendable {
    /// How long a client may be away, in milliseconds, before its session and the events it missed are forgotten.
    public var maxDisconnectionDuration: UInt64 = 120_000

    /// Whether a recovered socket skips the middlewares, which it has passed before.
    public var skipMiddlewares = true

    /// The most events that are kept.
    public var maxLoggedEvents = 100_000

    /// The most bytes of events that are kept.
    public var maxLoggedBytes = 64 << 20

    /// The most clients that may be away; beyond that the one that has been away longest is forgotten.
    public var maxSessions = 100_000

    /// The defaults.
    public init() {}
}

/// A client wanted its session back and got a new one instead.
public struct RecoveryMiss: Sendable, Equatable {
    /// Why a session is not recovered.
    public enum Reason: String, Sendable, CaseIterable {
        /// Nobody was known by that session: it was too long ago, it ended for good, or it is recovered already.
        case unknownSession = "unknown session"
        /// The client was away for longer than `maxDisconnectionDuration`.
        case expired
        /// The offset is none that this namespace gave out.
        case unknownOffset = "unknown offset"
        /// The offset is older than what this client has shown to know already: somebody repeats what was once said.
        case staleOffset = "stale offset"
        /// Events that the client missed are no longer kept, because of a bound.
        case logExceeded = "log exceeded"
    }

    /// The namespace.
    public let namespace: String

    /// Why.
    public let reason: Reason
}

extension Lifecycle where Payload == RecoveryMiss {
    /// A client wanted its session back and got a new one instead.
    public static var recoveryMissed: Self { Self(kind: .recoveryMissed) }
}

extension Server {
    /// Calls `handler` with each session that could not be recovered, of whatever namespace.
    public func on(_ miss: Lifecycle<RecoveryMiss>, _ handler: @escaping (RecoveryMiss) -> Void) {
        main.core.recoveryMissHandlers.append(handler)
    }
}

extension Core {
    /// Counts a miss and tells the program.
    func report(_ miss: RecoveryMiss) {
        counters.recoveryMisses += 1
        for handler in recoveryMissHandlers { handler(miss) }
    }
}

extension DisconnectReason {
    /// Whether a client that goes like this may come back: neither side has said farewell.
    var isRecoverable: Bool {
        switch self {
        case .transportError, .transportClose, .forcedClose, .pingTimeout, .serverShuttingDown, .forcedServerClose: true
        case .parseError, .backlogExceeded, .rateExceeded, .clientNamespaceDisconnect, .serverNamespaceDisconnect:
            false
        }
    }
}
