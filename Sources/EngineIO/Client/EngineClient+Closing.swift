// EngineClient, how it ends. Whoever finds the cause has the machine's word that the session is over; then the transports
// are let go and the handler hears of it, as the last thing.

internal import UVLoop
internal import Wire

extension EngineClient {
    /// Closes the session after what was sent; an opening is given up.
    ///
    /// The handler's `closed` comes when the server has heard of it, at most `closeTimeout` later.
    public func close() {
        switch machine.close(timeout: options.closeTimeout, now: loop.now) {
        case .nothing: break
        case .now:
            disconnect()
            loop.closeLater { [self] in finish(CloseCause(.forcedClose)) }
        case .afterSending:
            let probe = probe
            self.probe = nil
            probe?.abandon()
            reschedule()
            closeTransport()
        }
    }

    private func closeTransport() {
        if let socket { return socket.close() }
        pending.append(PacketType.close)
        polling?.wake()
    }

    /// The opening has failed; another transport may be tried.
    func fail(_ error: EngineClientError) {
        guard machine.phase == .opening, !tryAnotherTransport() else { return }
        _ = machine.end(CloseCause(.transportError))
        finish { $0.failed(error) }
    }

    /// Something outside has ended the session; does nothing when it is over already.
    func end(_ cause: CloseCause) {
        if machine.phase == .opening { return fail(.endedEarly) }
        if case .closed(let cause) = machine.end(cause) { finish(cause) }
    }

    /// The machine says that the session is over.
    func finish(_ cause: CloseCause) {
        finish { $0.closed(cause.reason, cause.description) }
    }

    /// The last call.
    func finish(_ tell: (EngineClientHandler) -> Void) {
        disconnect()
        guard let handler else { return }
        self.handler = nil
        tell(handler)
    }

    private func disconnect() {
        cancel()
        pending = PendingPackets()
        dropTransports()
    }

    /// Nothing that the transports bring is of interest any more.
    func dropTransports() {
        let (socket, polling, probe) = (socket, polling, probe)
        (self.socket, self.polling, self.probe) = (nil, nil, nil)
        socket?.abandon()
        probe?.abandon()
        polling?.abandon()
    }
}
