// Socket+Receive: an arrived packet's way to its handlers. Whatever a handler does wrong is contained here.

internal import EngineIO
internal import UVLoop
internal import Wire

extension Socket {
    /// Takes a packet that is for this socket, which is connected.
    func receive(_ packet: borrowing PacketView) {
        guard isConnected else { return }
        isHeard = true
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
        guard isWatched else { return handle(packet) }
        watch(packet)
    }

    /// Calls the handlers of an event.
    func handle(_ packet: borrowing PacketView) {
        let name = packet.withEventBytes { bytes in bytes.withUnsafeBytes { core.names.find($0) } }
        if let name, dispatch(packet, to: name) { return }
        if !dispatch(packet, to: .unhandled) { core.counters.eventsUnhandled += 1 }
    }

    /// Calls each handler of that name; false if there is none.
    private func dispatch(_ packet: borrowing PacketView, to name: Unmanaged<EventName>) -> Bool {
        var isHandled = false
        var next = registrations.firstUnmanaged
        while let current = next {
            current._withUnsafeGuaranteedRef { registration in
                if registration.waits(for: name) {
                    isHandled = true
                    call(registration, packet)
                }
                next = registration.nextUnmanaged
            }
            guard isConnected else { break }
        }
        return isHandled
    }

    /// Calls each handler of that role; false if there is none.
    @discardableResult
    func dispatch(_ packet: borrowing PacketView, to role: Registration.Role) -> Bool {
        var next = registrations.firstUnmanaged
        var isHandled = false
        while let current = next {
            current._withUnsafeGuaranteedRef { registration in
                if registration.isLive, registration.role == role {
                    isHandled = true
                    call(registration, packet)
                }
                next = registration.nextUnmanaged
            }
            guard isConnected else { break }
        }
        return isHandled
    }

    private func call(_ registration: Registration, _ packet: borrowing PacketView) {
        if registration.isOnce { registration.cancel() }
        do {
            switch registration.body {
            case .event(let body):
                try body(packet, self)
            case .any(let body), .unhandled(let body):
                var arguments = ArgumentReader(packet, self)
                let ack = try arguments.next(Ack?.self)
                try body(packet.event, try arguments.next(Arguments.self).values, ack)
            case .outgoing, .check, .failed, .ended: break
            }
        } catch {
            contain(error, in: packet.event, answering: packet.id)
        }
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
        let name = core.names.name(event)
        var next = registrations.first
        while let registration = next {
            if registration.name === name, registration.isLive, case .ended(let body) = registration.body {
                do { try body(reason, description) } catch { contain(error, in: event) }
            }
            next = registration.next
        }
    }

    // MARK: Containment

    /// Reports what a handler has thrown, and answers the client if the program wants that; the socket goes on.
    func contain(_ error: any Error, in event: String, answering question: UInt64? = nil) {
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

    /// Runs an asynchronous handler on the loop.
    func spawn(
        _ event: String,
        answering question: UInt64? = nil,
        _ body: nonisolated(nonsending) @escaping () async throws -> Void
    ) {
        core.loop.spawn {
            do { try await body() } catch { self.contain(error, in: event, answering: question) }
        }
    }
}
