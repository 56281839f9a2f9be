// Handler+Kinds: the handlers by what they hold: one of events that takes values, one that answers too, one that begins
// a task, and whatever is not for one event alone. How they are listed and called stands elsewhere.

internal import Wire

/// A handler of one event.
final class ValuesHandler<each T: Decodable>: Handler {
    private struct Held { let call: (repeat each T) throws -> Void }
    private var held: Held

    init(_ name: EventName?, once: Bool = false, _ handler: @escaping (repeat each T) throws -> Void) {
        held = Held(call: handler)
        super.init(name, .event, once: once)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        var arguments = ArgumentReader(packet, target)
        try held(target).call(repeat try arguments.next((each T).self))
    }

    override func isSame(as other: Handler) -> Bool {
        guard type(of: other) == type(of: self) else { return false }
        return Self.areSame(unsafeDowncast(other, to: Self.self).held, held)
    }

    override func copy() -> Handler { ValuesHandler(name, held.call) }

    override func letGo(of target: AnyObject) -> Bool { Self.take(target, from: &held) }

    /// The closure, with the socket if it is to hold that.
    @inline(__always)
    private func held(_ target: any EventTarget) -> Held { isLent ? Self.put(target, into: held) : held }
}

/// A handler of one event that takes the arguments as they came: all there is to do for one that passes them on.
///
/// `ValuesHandler` would do the same, at a third of the price of a message that is echoed: it looks up what its list of
/// types is at each call.
final class PassingHandler: Handler {
    private struct Held { let call: (Arguments, Ack?) throws -> Void }
    private let held: Held

    init(_ name: EventName?, _ handler: @escaping (Arguments, Ack?) throws -> Void) {
        held = Held(call: handler)
        super.init(name, .event)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        try target.spares._withUnsafeGuaranteedRef { spares in
            let arguments = try spares.arguments(of: packet, target)
            let ack = spares.acknowledgement(of: packet, target)
            do {
                try held.call(arguments, ack)
            } catch {
                spares.take(arguments, ack)
                throw error
            }
            spares.take(arguments, ack)
        }
    }

    override func isSame(as other: Handler) -> Bool {
        guard let other = other as? PassingHandler else { return false }
        return Self.areSame(other.held, held)
    }

    override func copy() -> Handler { PassingHandler(name, held.call) }
}

/// A handler of one event whose value is the answer.
final class AnsweringHandler<R: Encodable, each T: Decodable>: Handler {
    private struct Held { let call: (repeat each T) throws -> R }
    private var held: Held

    init(_ name: EventName?, _ handler: @escaping (repeat each T) throws -> R) {
        held = Held(call: handler)
        super.init(name, .event)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        var arguments = ArgumentReader(packet, target)
        let answer = try held(target).call(repeat try arguments.next((each T).self))
        target.answer(packet.id, answer)
    }

    override func isSame(as other: Handler) -> Bool {
        guard type(of: other) == type(of: self) else { return false }
        return Self.areSame(unsafeDowncast(other, to: Self.self).held, held)
    }

    override func copy() -> Handler { AnsweringHandler(name, held.call) }

    override func letGo(of target: AnyObject) -> Bool { Self.take(target, from: &held) }

    /// The closure, with the socket if it is to hold that.
    @inline(__always)
    private func held(_ target: any EventTarget) -> Held { isLent ? Self.put(target, into: held) : held }
}

/// A handler of one event that reads its arguments for a task.
final class TaskHandler: Handler {
    typealias Begin = (borrowing PacketView, any EventTarget) throws -> Void
    private let begin: Begin

    init(_ name: EventName?, _ begin: @escaping Begin) {
        self.begin = begin
        super.init(name, .event)
    }

    override func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {
        try begin(packet, target)
    }
}

/// A handler of something else than one event.
final class RoleHandler: Handler {
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

    init(_ body: Body, of name: EventName? = nil) {
        held = body
        super.init(name, body.role)
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
