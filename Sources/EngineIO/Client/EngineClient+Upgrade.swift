// EngineClient, how it changes from polling to WebSocket: "2probe" goes out on a new WebSocket, and when "3probe" comes back
// nothing new is polled or posted. What is under way ends (the server answers the waiting poll), then "5" goes out on the
// WebSocket and everything else behind it: so every packet was either taken by a POST or is on the WebSocket, in this order.

internal import UVLoop
internal import Wire

extension EngineClient {
    /// Opens a WebSocket for the session, if both sides want one.
    func beginUpgrade() {
        guard options.upgrade, options.transports.contains(.websocket), upgrades.contains(.websocket),
            machine.beginUpgrade(timeout: options.connectTimeout, now: loop.now)
        else { return }
        reschedule()
        probe = ClientWebSocket(self, sid: id)
        probe?.open()
    }

    /// A packet came on the WebSocket that is to take over.
    func receiveProbe(_ packet: RawSpan) {
        switch reactionToProbe(packet) {
        case .refuse: leaveProbe("the server answers the probe with something else")
        case .pause:
            handler?.upgrading()
            pollingPaused()
        }
    }

    private func reactionToProbe(_ packet: RawSpan) -> ClientMachine.Probe {
        do throws(PacketError) {
            let type = try PacketType(text: packet)
            return machine.receiveOnProbe(type, isProbe: packet.extracting(1...).isEqual(to: "probe"))
        } catch {
            _ = machine.abandonUpgrade()
            return .refuse
        }
    }

    /// The WebSocket that was to take over is gone, or never was there.
    func probeFailed(_ description: String) {
        guard machine.abandonUpgrade() else { return }
        leaveProbe(description)
    }

    /// Goes on polling; the machine has given the upgrade up already.
    func leaveProbe(_ description: String) {
        let probe = probe
        self.probe = nil
        probe?.abandon()
        reschedule()
        handler?.upgradeFailed(description)
        polling?.resume()
    }

    /// Asked whenever a request has ended while the upgrade waits for that.
    func pollingPaused() {
        guard let polling, let probe, polling.isAtRest, machine.paused() else { return }
        self.probe = nil
        self.polling = nil
        socket = probe
        webSocketWorked = true
        probe.takeOver()
        polling.abandon()
        sendPending()
        reschedule()
        handler?.upgraded()
    }
}
