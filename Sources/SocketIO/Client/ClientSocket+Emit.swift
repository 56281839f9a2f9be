// ClientSocket+Emit: what leaves. An event that cannot be sent waits for a connection, unless it is volatile; under
// `retries` it goes through the queue of ClientSocket+Retries.swift.

internal import EngineIO
internal import UVLoop
internal import Wire

/// An event as it was emitted, before it is known whether it can be sent.
struct Emitted {
    let event: String
    let manner: ClientManner
    /// The packet with this id in it; nil if it cannot be encoded, which was reported.
    let encode: (UInt64?) -> EncodedPacket?
    /// The values, for those who overhear.
    let shown: () -> ShownEvent?
    /// Who waits for the answer.
    let complete: ((Reply) -> Void)?
}

extension ClientSocket {
    /// Sends an event, or has it wait.
    func emit(_ emitted: Emitted) -> Result<EmitResult, AckError> {
        guard !ReservedEvent.contains(emitted.event) else {
            io.report(.reservedEvent, event: emitted.event, "the name is reserved; nothing was sent")
            return fail(emitted, .notSent)
        }
        if options.retries > 0, !emitted.manner.isVolatile { return enqueue(emitted) }
        guard let complete = emitted.complete else { return sendOrKeep(emitted, id: nil) }
        guard pendingAnswers.count < io.options.maxPendingAnswers else { return fail(emitted, .tooManyPending) }
        let answer = PendingAnswer(nextQuestion(), self, complete)
        pendingAnswers.append(answer)
        if let timeout = emitted.manner.timeout { loop.timeouts.schedule(answer, after: timeout) }
        return sendOrKeep(emitted, id: answer.id)
    }

    func nextQuestion() -> UInt64 {
        lastQuestion += 1
        return lastQuestion
    }

    func fail(_ emitted: Emitted, _ error: AckError) -> Result<EmitResult, AckError> {
        emitted.complete?(.failure(error))
        return .failure(error)
    }

    private func sendOrKeep(_ emitted: Emitted, id: UInt64?) -> Result<EmitResult, AckError> {
        guard let packet = emitted.encode(id) else { return drop(id, .notSent) }
        let shown = isOverheard ? emitted.shown() : nil
        if emitted.manner.isVolatile, !isConnected || io.bufferedBytes > 0 { return drop(id, .notSent) }
        guard isConnected else { return keep(KeptEvent(packet, id: id, shown: shown), emitted.manner) }
        return send(packet, id, shown)
    }

    private func keep(_ event: KeptEvent, _ manner: ClientManner) -> Result<EmitResult, AckError> {
        guard waiting.append(event) else { return drop(event.id, .bufferFull) }
        if let time = manner.deadline ?? options.deadline {
            let id = event.id
            let deadline = ClosureDeadline { [unowned self, unowned event] in
                guard waiting.remove(event) else { return }
                _ = drop(id, .timeout)  // The event is gone with its place among those that wait.
            }
            event.deadline = deadline
            loop.timeouts.schedule(deadline, after: time)
        }
        return .success(.queued)
    }

    @discardableResult
    private func send(_ packet: EncodedPacket, _ id: UInt64?, _ shown: ShownEvent?) -> Result<EmitResult, AckError> {
        switch io.send(packet) {
        case .sent(let result):
            if let shown { tell(outgoing: shown) }
            return .success(result)
        case .failed(let error):
            if id == nil { io.report(.unsendable, event: shown?.name ?? "", socket: self.id, "\(error)") }
            return drop(id, error)
        }
    }

    private func drop(_ question: UInt64?, _ error: AckError) -> Result<EmitResult, AckError> {
        if let question { pendingAnswers.take(question)?.finish(.failure(error)) }
        return .failure(error)
    }

    /// Sends what has waited for this connection.
    func sendWaiting() {
        for event in waiting.takeAll() {
            guard isConnected else {
                // A handler has disconnected: what is left waits on, in its order.
                _ = waiting.append(event)
                continue
            }
            event.settle()
            send(event.packet, event.id, event.shown)
        }
    }

    // MARK: Questions that are out

    func expire(answer id: UInt64) { withdraw(id, .timeout) }

    /// Gives a question up, sent or not.
    func withdraw(_ id: UInt64, _ error: AckError) {
        if let event = waiting.events.first(where: { $0.id == id }) { waiting.remove(event) }
        if let event = queue.events.first(where: { $0.id == id }) { return settle(event, .failure(error)) }
        pendingAnswers.take(id)?.finish(.failure(error))
    }

    /// The connection is gone: no answer can come to what was sent on it; what still waits goes on waiting.
    func failPending() {
        let kept = waiting.events.compactMap(\.id)
        for answer in pendingAnswers.takeAll() {
            if kept.contains(answer.id) {
                pendingAnswers.append(answer)
            } else {
                answer.finish(.failure(.disconnected))
            }
        }
    }

    // MARK: Answers to the server

    func sendAcknowledgement<each T: Encodable>(_ id: UInt64, _ values: repeat each T) {
        guard isConnected else { return }
        var writer = EncodedPacket.writer()
        do {
            try encoder.acknowledgement(repeat each values, id: id, into: &writer)
        } catch {
            return io.report(.unencodable, event: "acknowledgement \(id)", socket: self.id, String(describing: error))
        }
        send(acknowledgement: id, writer)
    }

    func sendAcknowledgement(_ id: UInt64, _ arguments: Arguments) {
        sendAcknowledgement(id, all: arguments.values)
    }

    func sendAcknowledgement(_ id: UInt64, all values: [JSON]) {
        guard isConnected else { return }
        var writer = EncodedPacket.writer()
        encoder.acknowledgement(arguments: values, id: id, into: &writer)
        send(acknowledgement: id, writer)
    }

    private func send(acknowledgement id: UInt64, _ writer: consuming JSONWriter) {
        guard let packet = packet(writer, "acknowledgement \(id)"), case .failed(let error) = io.send(packet) else {
            return
        }
        io.report(.unsendable, event: "acknowledgement \(id)", socket: self.id, "\(error)")
    }

    // MARK: Packets that are no events

    /// Asks for permission; a client that was here before says who it was and what it has seen.
    func sendConnect(_ shown: JSON?) {
        var payload = shown?.object
        if let pid {
            var recovery: JSONObject = ["pid": .string(pid)]
            if let offset { recovery["offset"] = .string(offset) }
            for (name, value) in payload ?? [:] { recovery[name] = value }
            payload = recovery
        }
        var writer = EncodedPacket.writer()
        encoder.connect(payload, into: &writer)
        guard let packet = packet(writer, "connect"), case .failed(let error) = io.send(packet) else { return }
        refused(.auth("what is shown to the server cannot be sent: \(error)"))
    }

    func sendDisconnect() {
        var writer = EncodedPacket.writer()
        encoder.disconnect(into: &writer)
        if let packet = packet(writer, "disconnect") { _ = io.send(packet) }
    }

    /// What was written, in the form of the client's own parser if it has one.
    func packet(_ writer: consuming JSONWriter, _ event: String) -> EncodedPacket? {
        var packet = EncodedPacket(writer)
        guard let parser = io.options.parser else { return packet }
        do {
            try packet.translate(by: parser, namespace: namespace)
            return packet
        } catch {
            io.report(.unencodable, event: event, socket: id, String(describing: error))
            return nil
        }
    }
}
