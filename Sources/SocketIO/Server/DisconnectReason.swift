// DisconnectReason: why a socket is gone, in the words that every Socket.IO server uses.

internal import EngineIO

/// Why a socket has disconnected.
///
/// Its raw value is the text that the protocol's users know.
public enum DisconnectReason: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The connection failed.
    case transportError = "transport error"
    /// The client closed the connection, or it was lost.
    case transportClose = "transport close"
    /// The session was closed below this layer.
    case forcedClose = "forced close"
    /// The client did not answer a ping in time.
    case pingTimeout = "ping timeout"
    /// The client sent something that is no packet.
    case parseError = "parse error"
    /// More was waiting for the client than it may hold back.
    case backlogExceeded = "backlog exceeded"
    /// The client sent more in a second than it may.
    case rateExceeded = "rate exceeded"
    /// The server is closing.
    case serverShuttingDown = "server shutting down"
    /// The server closed the connection because the client broke the protocol.
    case forcedServerClose = "forced server close"
    /// The client left the namespace.
    case clientNamespaceDisconnect = "client namespace disconnect"
    /// The server called `disconnect()`.
    case serverNamespaceDisconnect = "server namespace disconnect"

    /// The reason of a session that ended, which is one of the reasons here under the same text.
    init(_ reason: CloseReason) {
        self = DisconnectReason(rawValue: reason.rawValue) ?? .transportClose
    }

    /// The raw value.
    public var description: String { rawValue }
}
