// CloseReason: why a session ended, in the words that the users of Socket.IO know.

/// Why a session ended.
///
/// The raw value is what Socket.IO hands to `disconnect` handlers.
public enum CloseReason: String, Sendable, CaseIterable {
    /// The connection failed, or the client broke a rule of the transport.
    case transportError = "transport error"
    /// The client closed, or the connection was lost.
    case transportClose = "transport close"
    /// The server closed this session.
    case forcedClose = "forced close"
    /// No pong came within `pingTimeout`.
    case pingTimeout = "ping timeout"
    /// The client sent something that is no packet.
    case parseError = "parse error"
    /// The whole server closed.
    case serverShuttingDown = "server shutting down"
    /// More than `maxBufferedBytes` were waiting for the client, or more than `softBufferedBytes` for too long.
    case backlogExceeded = "backlog exceeded"
    /// The client sent more than `maxPacketsPerSecond` or `maxBytesPerSecond`.
    case rateExceeded = "rate exceeded"
}

/// A reason and, where there is more to say, a sentence for the log.
package struct CloseCause: Equatable {
    /// Why the session ended.
    package let reason: CloseReason
    /// What happened exactly.
    package let description: String?

    /// Names the cause.
    package init(_ reason: CloseReason, _ description: String? = nil) {
        self.reason = reason
        self.description = description
    }
}
