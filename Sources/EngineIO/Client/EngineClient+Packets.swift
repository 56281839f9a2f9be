// EngineClient, the packets: those of both transports come together here, and whatever is sent goes out from here by the
// transport in use.

internal import UVLoop
internal import Wire

// MARK: - In

extension EngineClient {
    /// A text packet came on the transport in use.
    func receive(text packet: RawSpan) {
        switch packet.byteCount > 0 ? packet.byte(at: 0) : 0 {
        case PacketType.message.digit: deliver { $0.receive(text: packet.extracting(1...)) }
        case PayloadReader.binaryMark: receive(base64: packet.extracting(1...))
        default: receiveControl(packet)
        }
    }

    /// A binary message came on the transport in use.
    func receive(binary message: RawSpan) {
        deliver { $0.receive(binary: message) }
    }

    private func receive(base64 text: RawSpan) {
        guard let message = Base64.decode(text) else { return fail(PacketError.invalidBase64) }
        receive(binary: message.span.bytes)
    }

    private func deliver(_ call: (EngineClientHandler) -> Void) {
        if machine.phase == .opening { return fail(.badAnswer("a message before the handshake")) }
        guard machine.isOpen, let handler else { return }
        machine.live(now: loop.now)
        call(handler)
    }

    private func receiveControl(_ packet: RawSpan) {
        do throws(PacketError) {
            let type = try PacketType(text: packet)
            switch machine.receive(type, now: loop.now) {
            case .ignore: break
            case .open: receiveOpen(packet.extracting(1...))
            case .answerPing: answerPing()
            case .end(let cause): handshake == nil ? finish { $0.failed(.endedEarly) } : finish(cause)
            }
        } catch {
            fail(error)
        }
    }

    private func answerPing() {
        reschedule()
        if let socket {
            socket.send(.pong)
        } else {
            pending.append(PacketType.pong)
            polling?.wake()
        }
        handler?.heartbeat()
    }

    /// The server sent something that is no packet.
    func fail(_ error: PacketError) {
        if machine.phase == .opening { return fail(.badAnswer(error.description)) }
        end(CloseCause(.parseError, error.description))
    }
}

// MARK: - Out

extension EngineClient {
    /// Sends a text message, which must be UTF-8.
    @discardableResult
    public func send(text: RawSpan) -> EngineSendResult {
        send(Outgoing(text: text))
    }

    /// Sends a text message.
    @discardableResult
    public func send(_ text: String) -> EngineSendResult {
        send(Outgoing(text))
    }

    /// Sends a binary message.
    @discardableResult
    public func send(binary: RawSpan) -> EngineSendResult {
        send(Outgoing(binary: binary))
    }

    /// Sends a message that was encoded before.
    @discardableResult
    package func send(_ packet: borrowing Outgoing) -> EngineSendResult {
        if let refusal = refusal(of: packet) { return .refused(refusal) }
        if let socket, !machine.holdsPackets {
            socket.send(packet)
            return .accepted
        }
        pending.append(packet)
        polling?.wake()
        return machine.holdsPackets ? .queued : .accepted
    }

    private func refusal(of packet: borrowing Outgoing) -> EngineSendRefusal? {
        guard machine.phase == .opening || machine.phase == .open else { return .closed }
        let isBase64 = packet.isBinary && (transport == .polling || options.forceBase64)
        let size = packet.withPacket { isBase64 ? 1 &+ ($0.byteCount &+ 2) / 3 &* 4 : $0.byteCount }
        if maxPayload > 0, size > maxPayload { return .tooLarge(limit: maxPayload) }
        let (waiting, limit) = (bufferedBytes, options.maxBufferedBytes)
        return waiting > 0 && waiting &+ size > limit ? .bufferFull(limit: limit) : nil
    }

    /// Sends what had to wait.
    func sendPending() {
        guard !machine.holdsPackets, !pending.isEmpty else { return }
        guard let socket else {
            polling?.wake()
            return
        }
        pending.forEach { socket.send(polled: $0) }
        pending = PendingPackets()
    }

    /// Everything has left the process.
    func drained() {
        if machine.isOpen { handler?.drained() }
    }
}
