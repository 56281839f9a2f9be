// WebSocketHandler: what a WebSocket tells its owner. A class and not a protocol, for the reason given at StreamHandler.
// It is a deadline, too: whoever listens to a connection for hours waits for something all the time, and a heartbeat
// then needs no object of its own. One that schedules nothing pays 40 bytes for that.

public import UVLoop
public import Wire

/// The receiver of one WebSocket's messages.
///
/// Override what you need; each method is called on the connection's loop. The connection holds its handler until it is
/// closed, so the handler may hold the connection. Not Sendable, like every deadline.
open class WebSocketHandler: Deadline {
    /// Creates a handler that ignores everything.
    public override init() {}

    /// A text message, valid UTF-8; the bytes are borrowed for the call.
    open func receive(text: RawSpan) {}

    /// A binary message; the bytes are borrowed for the call.
    open func receive(binary: RawSpan) {}

    /// A pong, asked for or not.
    open func receivedPong() {}

    /// Everything that had to wait for the peer has left.
    ///
    /// Only called when something had to wait at the end of a turn.
    open func drained() {}

    /// The WebSocket is over: the last call, made exactly once, and never inside a call to the connection.
    ///
    /// `code` is the peer's, nil when it gave none; `error` says what went wrong when this is no orderly end.
    open func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {}
}

/// Why a WebSocket ended without both closing frames, when neither the stream nor the frames are at fault.
package enum WebSocketFailure: Error, Equatable {
    /// The peer ended its stream without a closing frame.
    case endedAbruptly
    /// The peer did not answer our closing frame in time.
    case closeTimedOut
    /// More than `maxOutboxBytes` were waiting for the peer.
    case tooMuchUnsent
    /// This side cut the connection.
    case cutOff
}
