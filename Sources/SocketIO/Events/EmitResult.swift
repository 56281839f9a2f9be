// EmitResult: what became of an emit, for programs that care about slow clients.

/// What became of a packet that was emitted to or by one socket.
///
/// Deliberately not Encodable: a handler whose last expression is an `emit` must not be taken for one that answers.
public enum EmitResult: Sendable {
    /// The connection has nothing waiting; the packet goes out at the end of this turn.
    case accepted
    /// The packet waits behind others, because the other side reads slowly or polls, or for a connection.
    case queued
    /// The packet was not sent: the socket is not connected, the event is reserved, or a value cannot be encoded.
    case dropped
}
