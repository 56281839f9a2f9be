// Registration+Kinds: the registrations by what they hold: a handler of events that takes values, one that answers too,
// one that begins a task, and whatever is not for one event alone. How they are listed and called stands elsewhere.

internal import Wire

/// A handler of one event.
final class EventRegistration<each T: Decodable>: Registration {
    private let handler: (repeat each T) throws -> Void

    init(
        _ event: String,
        once: Bool = false,
        on target: any EventTarget,
        _ handler: @escaping (repeat each T) throws -> Void
    ) {
        self.handler = handler
        super.init(target.names.name(event), .event, once: once, on: target)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        var arguments = ArgumentReader(packet, target)
        try handler(repeat try arguments.next((each T).self))
    }
}

/// A handler of one event whose value is the answer.
final class AnsweringRegistration<R: Encodable, each T: Decodable>: Registration {
    private let handler: (repeat each T) throws -> R

    init(_ event: String, on target: any EventTarget, _ handler: @escaping (repeat each T) throws -> R) {
        self.handler = handler
        super.init(target.names.name(event), .event, on: target)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        var arguments = ArgumentReader(packet, target)
        let answer = try handler(repeat try arguments.next((each T).self))
        target.answer(packet.id, answer)
    }
}

/// A handler of one event that reads its arguments for a task.
final class TaskRegistration: Registration {
    typealias Begin = (borrowing PacketView, any EventTarget) throws -> Void
    private let begin: Begin

    init(_ event: String, on target: any EventTarget, _ begin: @escaping Begin) {
        self.begin = begin
        super.init(target.names.name(event), .event, on: target)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        try begin(packet, target)
    }
}

/// A handler of something else than one event.
final class RoleRegistration: Registration {
    enum Body {
        /// Every event, besides its handlers.
        case any((String, [JSON], Ack?) throws -> Void)
        /// Every event that has no handler.
        case unhandled((String, [JSON], Ack?) throws -> Void)
        /// Every event that leaves.
        case outgoing((String, [JSON]) throws -> Void)
        /// Before the handlers: may refuse an event.
        case check(PacketCheck)
        /// Every error that a check of packets has thrown.
        case failed((any Error) throws -> Void)
        case ended((DisconnectReason, String?) throws -> Void)
        // Of a client's socket only.
        case connected(() throws -> Void)
        case refused((ClientConnectError) throws -> Void)
        case left((ClientDisconnectReason, String?) throws -> Void)

        var role: Role {
            switch self {
            case .any: .any
            case .unhandled: .unhandled
            case .outgoing: .outgoing
            case .check: .check
            case .failed: .failed
            case .ended: .ended
            case .connected: .connected
            case .refused: .refused
            case .left: .left
            }
        }
    }

    private let held: Body

    init(_ name: EventName? = nil, on target: any EventTarget, _ body: Body) {
        held = body
        super.init(name, body.role, on: target)
    }

    override var body: Body? { held }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        switch held {
        case .any(let body), .unhandled(let body):
            var arguments = ArgumentReader(packet, target)
            let ack = try arguments.next(Ack?.self)
            try body(packet.event, try arguments.next(Arguments.self).values, ack)
        case .outgoing, .check, .failed, .ended, .connected, .refused, .left: break
        }
    }
}
