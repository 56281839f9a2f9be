// Socket+Receive: an arrived packet's way to its handlers. Whatever a handler does wrong is contained here.

internal import EngineIO
internal import UVLoop
internal import Wire

extension Socket {
    /// Takes a packet that is for this socket, which is connected.
    func receive(_ packet: borrowing PacketView) {
        guard isConnected else { return }
        hear()
        switch packet.type {
        case .event, .binaryEvent: receive(event: packet)
        case .acknowledgement, .binaryAcknowledgement: receive(answer: packet)
        case .disconnect: leave()
        case .connect, .connectError: client.breakOff(.forcedServerClose, "a \(packet.type) packet from a client")
        }
    }

    private func receive(event packet: borrowing PacketView) {
        // An event without a payload, not even a name: the reference ignores it too.
        guard packet.hasPayload else { return }
        core.counters.eventsReceived += 1
        guard isWatched else { return handle(event: packet) }
        watch(packet)
    }

    /// Calls the handlers of an event.
    func handle(event packet: borrowing PacketView) {
        if !handle(packet) { core.counters.eventsUnhandled += 1 }
    }

    private func receive(answer packet: borrowing PacketView) {
        guard let id = packet.id, let pending = take(answer: id) else {
            core.counters.unknownAnswers += 1
            return
        }
        pending.finish(.answer(ArgumentReader(packet, self)))
    }

    private func leave() {
        client.forget(self)
        end(.clientNamespaceDisconnect, nil)
    }

    /// Calls the handlers of the socket's own end.
    func tell(_ event: String, _ reason: DisconnectReason, _ description: String?) {
        guard let name = names.find(event) else { return }
        for handler in registrations.all(.ended) where handler.waits(for: name) && claims(handler) {
            guard case .ended(let body) = handler.body else { continue }
            do { try body(reason, description) } catch { contain(error, in: event, answering: nil) }
        }
    }

    // MARK: Containment

    /// Reports what a handler has thrown, and answers the client if the program wants that; the socket goes on.
    func contain(_ error: any Error, in event: String, answering question: UInt64?) {
        let fault =
            if let error = error as? Undecodable {
                core.report(.undecodable, event: event, socket: id, error.message)
            } else {
                core.report(.handlerThrew, event: event, socket: id, String(describing: error), error)
            }
        answer(question, failure: fault)
    }

    /// Answers a question that could not be answered, if the program has said what to.
    func answer(_ question: UInt64?, failure: Fault) {
        guard let question, let value = core.options.failureAnswer?(failure) else { return }
        sendAcknowledgement(question, all: [value])
    }

    // MARK: What leaves, for those who overhear it

    /// Begins or ends having the namespace keep what it encodes as values, too.
    func overhear(_ begins: Bool) {
        guard isOverheard != begins, !begins || isConnected || isPending else { return }
        isOverheard = begins
        namespace.overhearers += begins ? 1 : -1
    }

    /// Tells of a packet that leaves; later, because a walk over a room may be in progress.
    func overhear(_ packet: borrowing EncodedPacket) {
        guard let shown = packet.shown else { return }
        core.loop.nextTurn { self.tell(outgoing: shown) }
    }
}
