// Socket+Checks: middleware for packets: checks that an event must pass before its handlers see it.
// A check may suspend. The packet is gone by then, so what passes is written down once more and delivered like a new one;
// events without a suspending check are never copied.

internal import UVLoop
public import Wire

/// An event that has come and waits for the checks of its socket.
public struct IncomingEvent: Sendable {
    /// The name.
    public let name: String
    /// The arguments; attachments are `JSON.binary`.
    public let arguments: [JSON]
    /// Whether the client waits for an acknowledgement.
    public let wantsAnswer: Bool
}

/// A check that every event of a socket must pass.
enum PacketCheck {
    case sync((IncomingEvent) throws -> Void)
    case suspending(Suspending)

    typealias Suspending = nonisolated(nonsending) (IncomingEvent) async throws -> Void
}

extension Socket {
    /// Adds a check that each event of this client must pass before its handlers are called.
    ///
    /// What it throws goes to `on(.error)` and is reported as a fault; no handler is called then, and the socket goes on.
    @discardableResult
    public func use(_ check: @escaping (IncomingEvent) throws -> Void) -> Registration {
        isWatched = true
        return register(RoleHandler(.check(.sync(check))))
    }

    /// Adds an asynchronous check that each event of this client must pass before its handlers are called.
    ///
    /// Each event waits on its own: one that passes sooner is handled sooner.
    @discardableResult
    public func use(
        _ check: nonisolated(nonsending) @escaping (IncomingEvent) async throws -> Void
    ) -> Registration {
        isWatched = true
        return register(RoleHandler(.check(.suspending(check))))
    }

    /// Calls `handler` with each error by which a check has refused an event.
    @discardableResult
    public func on(
        _ error: Lifecycle<any Error>,
        _ handler: @escaping (any Error) throws -> Void
    ) -> Registration {
        register(RoleHandler(.failed(handler)))
    }

    /// Shows an event to those who see every one, has it checked, and handles it.
    func watch(_ packet: borrowing PacketView) {
        dispatch(packet, to: .any)
        guard isConnected else { return }
        let checks = registrations.all(.check)
        guard !checks.isEmpty else { return handle(event: packet) }
        let event: IncomingEvent
        do {
            var reader = ArgumentReader(packet, self)
            let arguments = try reader.next(Arguments.self).values
            event = IncomingEvent(name: packet.event, arguments: arguments, wantsAnswer: packet.id != nil)
        } catch {
            return contain(error, in: packet.event, answering: packet.id)
        }
        if check(event, packet.id, by: checks[...]) { handle(event: packet) }
    }

    /// True if the event may be handled now; otherwise it was refused, or a check has suspended and sees to the rest.
    private func check(_ event: IncomingEvent, _ id: UInt64?, by checks: ArraySlice<Handler>) -> Bool {
        var rest = checks
        while let handler = rest.popFirst() {
            guard claims(handler), case .check(let check) = handler.body else { continue }
            switch check {
            case .sync(let body):
                do {
                    try body(event)
                } catch {
                    refuse(event, id, error)
                    return false
                }
            case .suspending(let body):
                wait(for: body, event, id, then: rest)
                return false
            }
            guard isConnected else { return false }
        }
        return true
    }

    private func wait(
        for check: @escaping PacketCheck.Suspending,
        _ event: IncomingEvent,
        _ id: UInt64?,
        then rest: ArraySlice<Handler>
    ) {
        core.loop.spawn {
            do {
                try await check(event)
            } catch {
                return self.refuse(event, id, error)
            }
            guard self.isConnected, self.check(event, id, by: rest) else { return }
            self.handleAgain(event, id)
        }
    }

    private func refuse(_ event: IncomingEvent, _ id: UInt64?, _ error: any Error) {
        guard isConnected else { return }
        let fault = core.report(.refused, event: event.name, socket: self.id, String(describing: error), error)
        for handler in registrations.all(.failed) where claims(handler) {
            guard case .failed(let body) = handler.body else { continue }
            do { try body(error) } catch { contain(error, in: "error", answering: nil) }
        }
        answer(id, failure: fault)
    }

    /// Handles an event whose packet is gone.
    private func handleAgain(_ event: IncomingEvent, _ id: UInt64?) {
        let packet = Packet(type: .event, data: .array([.string(event.name)] + event.arguments), id: id)
        do {
            try core.scratch.show(packet) { handle(event: $0) }
        } catch {
            core.report(.undecodable, event: event.name, socket: self.id, String(describing: error))
        }
    }
}
