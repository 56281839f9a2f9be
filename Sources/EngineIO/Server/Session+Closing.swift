// Session, how it ends. Whoever finds the cause has the machine's word that the session is over; then the transport is
// told, and the handler. The handler hears of it at once when the cause came from outside, and at the end of the turn
// when it came from a call of the program, which must not find its session's world changed when the call returns.

internal import UVHTTP
internal import UVLoop
internal import Wire

extension Session {
    /// Closes the session after what was sent.
    ///
    /// Does nothing when it is not open. On polling it may take until the client polls next, at most
    /// `EngineOptions.closeTimeout`.
    public func close() {
        let canAnswer = socket != nil || (polling.map { $0.hasPoll && $0.pending.isEmpty } ?? false)
        switch machine.close(canAnswer: canAnswer, timing: server.timing, now: server.loop.now) {
        case .nothing: break
        case .now: finishLater(CloseCause(.forcedClose))
        case .afterPoll:
            polling?.closeProbe()
            polling?.sendPending()
            reschedule()
        case .afterUpgrade: reschedule()
        }
    }

    /// The client sent something that is no packet.
    func fail(_ error: PacketError) {
        server.loop.log(.info, "\(request.address): \(CloseReason.parseError.rawValue): \(error.description)")
        end(CloseCause(.parseError, error.description))
    }

    /// Something outside has ended the session; does nothing when it is over already.
    func end(_ cause: CloseCause) {
        if machine.end() { finish(cause) }
    }

    /// The server closes.
    func endWithServer() {
        if machine.end() { finishLater(CloseCause(.serverShuttingDown)) }
    }

    /// The machine says that the session is over: tells the transport and the handler.
    func finish(_ cause: CloseCause) {
        disconnect(cause)
        notify(cause)
    }

    func finishLater(_ cause: CloseCause) {
        disconnect(cause)
        server.loop.closeLater { [self] in notify(cause) }
    }

    private func notify(_ cause: CloseCause) {
        withHandler { $0.closed(cause.reason, cause.description) }
        releaseHandler()
    }

    private func disconnect(_ cause: CloseCause) {
        cancel()
        server.remove(self)
        if let polling {
            self.polling = nil
            polling.close(cause)
        }
        if let socket {
            self.socket = nil
            // A client that sees the socket close knows all there is to know: the reference gives no code either.
            // A client that broke a limit learns which, and one that does not read learns nothing.
            socket._withUnsafeGuaranteedRef { socket in
                switch cause.reason {
                case .backlogExceeded: socket.abort()
                case .rateExceeded: socket.close(.policyViolation, reason: cause.reason.rawValue)
                default: socket.close(nil)
                }
            }
            server.loop.releaseLater(socket.takeRetainedValue())
        }
    }
}
