// SessionHandler: the face that a session turns to the storey above, which is Socket.IO.
// A class and not a protocol, for the same reason as StreamHandler: it is called once per message, through an
// `Unmanaged` slot, without a retain.

/// What a session tells whoever accepted it.
///
/// Override what you need; each method is called on the server's loop. The session owns its handler until `closed`,
/// and beyond that to the end of the turn.
open class SessionHandler {
    /// Creates a handler.
    public init() {}

    /// A text message; the bytes are valid only during the call and are UTF-8.
    open func receive(text: RawSpan) {}

    /// A binary message; the bytes are valid only during the call.
    open func receive(binary: RawSpan) {}

    /// Everything that was sent has left this process, or is on its way in the answer to a poll.
    open func drained() {}

    /// The session has changed from polling to WebSocket.
    open func upgraded() {}

    /// The session is over, and perhaps why exactly.
    ///
    /// The last call, and made exactly once; never inside a call of `close` or `send`.
    open func closed(_ reason: CloseReason, _ description: String?) {}
}

@available(*, unavailable)
extension SessionHandler: Sendable {}
