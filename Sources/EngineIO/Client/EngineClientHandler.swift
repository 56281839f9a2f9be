// EngineClientHandler: the face that a client's session turns to the storey above, which is Socket.IO.
// A class and not a protocol, like SessionHandler.

/// What a client's session tells its owner.
///
/// Override what you need; each method is called on the client's loop. The last call is either `failed`, when there never
/// was a session, or `closed`; exactly one of them comes, once, and never inside a call to the client.
open class EngineClientHandler {
    /// Creates a handler that ignores everything.
    public init() {}

    /// The session is open: messages go both ways from here on.
    open func opened(_ handshake: EngineHandshake) {}

    /// A text message; the bytes are valid only during the call and are UTF-8.
    open func receive(text: RawSpan) {}

    /// A binary message; the bytes are valid only during the call.
    open func receive(binary: RawSpan) {}

    /// The server has sent a ping, which was answered.
    open func heartbeat() {}

    /// The server answers on a WebSocket too: what is under way on polling ends, then the transport changes.
    open func upgrading() {}

    /// The session has changed from polling to WebSocket.
    open func upgraded() {}

    /// An upgrade was tried and did not come about; the session goes on polling.
    open func upgradeFailed(_ description: String) {}

    /// Everything that was sent has left this process.
    ///
    /// Only called when something had to wait at the end of a turn.
    open func drained() {}

    /// The session is over, and perhaps why exactly.
    open func closed(_ reason: CloseReason, _ description: String?) {}

    /// There is no session.
    open func failed(_ error: EngineClientError) {}
}

@available(*, unavailable)
extension EngineClientHandler: Sendable {}

/// What became of a message.
public enum EngineSendResult: Equatable, Sendable {
    /// It leaves at the end of this turn, or with the next request.
    case accepted
    /// It leaves, in its order, when the session is open or has changed its transport.
    case queued
    /// It will not be sent.
    case refused(EngineSendRefusal)
}

/// Why a message is not sent.
public enum EngineSendRefusal: Error, Equatable, Sendable {
    /// The session is over, or on its way there.
    case closed
    /// The server takes no message of this size; it would end the session.
    case tooLarge(limit: Int)
    /// More than `maxBufferedBytes` would wait.
    case bufferFull(limit: Int)
}
