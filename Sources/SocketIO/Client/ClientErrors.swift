// ClientErrors: why a client has no connection, in the words that the users of every Socket.IO client know.

public import EngineIO
public import Wire

/// Why a client's socket is not connected any more.
///
/// Its raw value is the text that the protocol's users know.
public enum ClientDisconnectReason: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The server has called `disconnect()`; the socket does not come back by itself.
    case serverDisconnect = "io server disconnect"
    /// This side has called `disconnect()`; the socket does not come back by itself.
    case clientDisconnect = "io client disconnect"
    /// The server's heartbeat did not come.
    case pingTimeout = "ping timeout"
    /// The connection was closed, or lost.
    case transportClose = "transport close"
    /// The connection failed.
    case transportError = "transport error"
    /// The server sent something that is no packet.
    case parseError = "parse error"
    /// No socket needs the connection any more; only a manager sees this one.
    case forcedClose = "forced close"

    /// The reason of a connection that ended, which is one of the reasons here under the same text.
    init(_ reason: CloseReason) {
        self = ClientDisconnectReason(rawValue: reason.rawValue) ?? .transportClose
    }

    /// The raw value.
    public var description: String { rawValue }

    /// Whether the client tries to come back by itself.
    public var isRetried: Bool {
        switch self {
        case .serverDisconnect, .clientDisconnect, .forcedClose: false
        case .pingTimeout, .transportClose, .transportError, .parseError: true
        }
    }
}

/// Why a client could not connect.
public enum ClientConnectError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The connection could not be made; it is tried again if `ManagerOptions.reconnection` says so.
    case transport(EngineClientError)
    /// The server has refused the namespace, in its words; call `connect()` to try again.
    case refused(ConnectError)
    /// What was to be shown to the server could not be made; call `connect()` to try again.
    case auth(String)
    /// The client was closed before it was connected.
    case closed

    /// What happened, in words.
    public var message: String {
        switch self {
        case .transport(let error): String(describing: error)
        case .refused(let refusal): refusal.message
        case .auth(let reason): reason
        case .closed: "the client was closed"
        }
    }

    /// What the server has said besides the message.
    public var data: JSON? {
        if case .refused(let refusal) = self { refusal.data } else { nil }
    }

    /// The message.
    public var description: String { message }
}
