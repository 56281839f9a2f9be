// WebSocketConnection, how it ends. Four ways lead there: our closing frame, the peer's, a broken frame, and a stream
// that is gone. In each the handler hears of it once, as soon as the outcome is known; the stream may live a little
// longer, so that the last frame reaches the peer.

internal import UVLoop
package import Wire

extension WebSocketConnection {
    /// Begins the closing handshake; the peer has `webSocketCloseTimeout` to answer.
    ///
    /// Messages that still arrive are not delivered. A code that may not be sent is left out.
    package func close(_ code: CloseCode?, reason: String = "") {
        guard state == .open else { return }
        sendClose(code, reason)
        state = .closing
        resume([.byOwner, .byPongs])  // the answer has to be read
        arm(host.options.webSocketCloseTimeout)
    }

    /// Cuts the connection without a word.
    package func abort() {
        cutOff(WebSocketFailure.cutOff)
    }

    func cutOff(_ error: any Error) {
        guard state != .closed else { return }
        failure = failure ?? error
        state = .closed
        stream.close()
    }

    private func sendClose(_ code: CloseCode?, _ reason: String) {
        let valid = code.flatMap { $0.isValidOnWire ? $0 : nil }
        append(.close, FrameEncoder.closePayload(valid, reason: reason).span.bytes)
    }

    /// The peer's closing frame: echo it if we have not said so ourselves, then let the stream go.
    func receiveClose(_ code: CloseCode?, _ reason: String) {
        if state == .open { sendClose(code, "") }
        end()
        report(code, reason, nil)
    }

    /// The peer has broken the protocol.
    func fail(_ error: WebSocketError) {
        // The one fault that honest clients commit: they are told in words.
        sendClose(error.closeCode, error == .messageTooBig ? "message too big" : "")
        end()
        report(nil, "", error)
    }

    /// Lets the stream go as soon as everything is out.
    ///
    /// Our end is announced and the peer's awaited, instead of closing at once: the kernel would answer whatever still
    /// arrives with a reset, and that could destroy the closing frame on its way.
    private func end() {
        guard state.rawValue < State.ending.rawValue else { return }
        state = .ending
        resume([.byOwner, .byPongs])
        arm(host.options.lingerTimeout)
        loop.flushLater(self)
    }

    /// Everything is out: announce our end, or close when the peer's was seen.
    func sendEnd() {
        if hasSeenEnd { return stream.close() }
        guard !hasSentEnd else { return }
        hasSentEnd = true
        stream.shutdown()
    }

    /// The peer's stream has ended.
    func peerEnded() {
        hasSeenEnd = true
        if state == .ending, bufferedBytes > 0 { return }  // our closing frame may still reach it
        failure = failure ?? WebSocketFailure.endedAbruptly
        state = .closed
        stream.close()
    }

    /// The stream is gone: the last that happens here.
    func streamClosed(_ error: UVError?) {
        state = .closed
        alarm?.cancel()
        alarm = nil
        report(nil, "", error ?? failure)
        releaseBuffers()
        handler?.release()
        handler = nil
        host.leave(self)
    }

    private func report(_ code: CloseCode?, _ reason: String, _ error: (any Error)?) {
        guard !hasReported else { return }
        hasReported = true
        handler?._withUnsafeGuaranteedRef { $0.closed(code, reason: reason, error: error) }
    }

    // MARK: - Deadlines

    private func arm(_ milliseconds: UInt64) {
        let alarm = alarm ?? WebSocketAlarm(self)
        self.alarm = alarm
        loop.timeouts.schedule(alarm, after: milliseconds)
    }

    fileprivate func alarmWentOff() {
        cutOff(WebSocketFailure.closeTimedOut)
    }
}

/// Ends the patience of a closing WebSocket.
final class WebSocketAlarm: Deadline {
    // The connection owns the alarm and cancels it when its stream closes.
    private unowned var connection: WebSocketConnection?

    convenience init(_ connection: WebSocketConnection) {
        self.init()
        self.connection = connection
    }

    override func expired() {
        connection?.alarmWentOff()
    }
}
