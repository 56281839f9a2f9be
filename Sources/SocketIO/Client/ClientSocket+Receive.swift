// ClientSocket+Receive: what the server sends to this namespace, on its way to the handlers.

internal import Wire

extension ClientSocket {
    /// Takes a packet that is for this socket.
    func receive(_ packet: borrowing PacketView) {
        switch packet.type {
        case .connect: receive(permission: packet)
        case .connectError: receive(refusal: packet)
        case .disconnect: if isActive { dismissed() }
        case .event, .binaryEvent: receive(event: packet)
        case .acknowledgement, .binaryAcknowledgement: receive(answer: packet)
        }
    }

    private func receive(permission packet: borrowing PacketView) {
        guard state == .joining else { return }
        guard let payload = payload(of: packet), let id = payload["sid"]?.string else {
            return refused(.refused(ConnectError("the server speaks an older protocol, or none")))
        }
        joined(id, pid: payload["pid"]?.string)
    }

    private func receive(refusal packet: borrowing PacketView) {
        guard state == .joining else { return }
        let payload = payload(of: packet)
        let message = payload?["message"]?.string ?? payload?.string ?? "refused"
        refused(.refused(ConnectError(message, data: payload?["data"])))
    }

    private func payload(of packet: borrowing PacketView) -> JSON? {
        guard packet.hasPayload else { return nil }
        do { return try packet.json.value(at: 0) } catch { return nil }  // Nested deeper than a value may be.
    }

    // MARK: Events

    private func receive(event packet: borrowing PacketView) {
        guard packet.hasPayload else { return }
        switch state {
        case .connected: deliver(packet)
        case .joining: keep(early: packet)
        case .idle, .waiting: break
        }
    }

    private func deliver(_ packet: borrowing PacketView) {
        if pid != nil { note(offsetOf: packet) }
        if isWatched {
            dispatch(packet, to: .any)
            guard isConnected else { return }
        }
        _ = handle(packet)
    }

    /// A server that recovers puts its mark behind the arguments of every event.
    private func note(offsetOf packet: borrowing PacketView) {
        var last: Int?
        for token in packet.arguments { last = token }
        if let last, let mark = packet.json.string(at: last) { offset = mark }
    }

    /// Keeps what a recovering server sends before it tells that this client is back.
    private func keep(early packet: borrowing PacketView) {
        let size = packet.withRawArguments { $0.byteCount } + packet.attachments.reduce(0) { $0 + $1.count }
        guard early.count < io.options.maxKeptEvents, size <= io.options.maxKeptBytes - earlyBytes else {
            // Half of what was missed is worth nothing: better to come back as somebody new.
            forgetSession()
            return io.breakOff("more events than maxKeptEvents or maxKeptBytes before the connect")
        }
        do {
            early.append(try Packet(packet))
            earlyBytes += size
        } catch {
            io.report(.undecodable, event: packet.event, String(describing: error))
        }
    }

    func deliverEarly() {
        let packets = early
        early = []
        earlyBytes = 0
        for packet in packets where isConnected {
            do {
                try io.scratch.show(packet) { deliver($0) }
            } catch {
                io.report(.undecodable, event: packet.data?[0]?.string ?? "", socket: id, String(describing: error))
            }
        }
    }

    // MARK: Answers

    private func receive(answer packet: borrowing PacketView) {
        guard isConnected, let id = packet.id else { return }
        if let head = queue.first, head.id == id {
            return settle(head, .answer(ArgumentReader(packet, self)))
        }
        pendingAnswers.take(id)?.finish(.answer(ArgumentReader(packet, self)))
    }
}
