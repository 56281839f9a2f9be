// Session, how it changes from polling to WebSocket. Between the probe and the upgrade packet nothing is sent, so that
// every packet is either in a poll that the client has read or on the WebSocket, in this order.

internal import UVHTTP
internal import UVLoop
internal import Wire

extension Session {
    /// A packet came on the WebSocket that wants to take over; true when it has.
    func receiveProbe(_ packet: RawSpan, on socket: WebSocketConnection) -> Bool {
        guard let polling, polling.probe === socket else { return false }
        switch probe(packet) {
        case .answer:
            socket.send(frame: Outgoing.probeAnswer.frameBytes, last: Outgoing.probeAnswer.frameCount)
            polling.answerNoop()
        case .switchTransport:
            switchTransport(from: polling, to: socket)
            return true
        case .refuse:
            polling.closeProbe()
            polling.sendPending()
        }
        reschedule()
        return false
    }

    private func probe(_ packet: RawSpan) -> SessionMachine.Probe {
        let (timing, now) = (server.timing, server.loop.now)
        do throws(PacketError) {
            let type = try PacketType(text: packet)
            let isProbe = packet.extracting(1...).isEqual(to: "probe")
            return machine.receiveOnProbe(type, isProbe: isProbe, timing: timing, now: now)
        } catch {
            machine.abandonUpgrade(timing: timing, now: now)
            return .refuse
        }
    }

    /// The WebSocket that wanted to take over is gone.
    func probeClosed(_ socket: WebSocketConnection) {
        guard let polling, polling.probe === socket else { return }
        polling.probe = nil
        machine.abandonUpgrade(timing: server.timing, now: server.loop.now)
        polling.sendPending()
        reschedule()
    }

    private func switchTransport(from polling: PollingTransport, to socket: WebSocketConnection) {
        polling.probe = nil
        self.polling = nil
        self.socket = .passRetained(socket)
        server.counters.upgrades &+= 1
        polling.retire(into: socket)
        guard isOpen else { return end(CloseCause(.forcedClose)) }
        reschedule()
        withHandler { $0.upgraded() }
    }
}

extension RawSpan {
    /// Whether the bytes are those of a text written in the source.
    func isEqual(to text: StaticString) -> Bool {
        byteCount == text.utf8CodeUnitCount
            && withUnsafeBytes { $0.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: byteCount)) }
    }
}
