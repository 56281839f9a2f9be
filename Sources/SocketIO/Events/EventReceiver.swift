// EventReceiver: what a server's socket and a client's have in common: a program registers handlers with `on`, they are
// found by the event's name, called, and what they return is the answer. The overloads of `on` are written once, in the
// extensions of EventReceiver; what a socket has to bring for them is EventTarget, which no program sees.

internal import UVLoop
internal import Wire

/// Whatever events arrive at: a `Socket` of a server, or a `ClientSocket`.
///
/// Only the library's own sockets are receivers. Code that is to register the same handlers on both sides takes
/// `some EventReceiver`.
public protocol EventReceiver: AnyObject {
    /// Where the handlers are kept; it is for `on` and its kin, and a program has no use for it.
    var handlers: EventHandlers { get }
}

/// The handlers of one receiver, as the overloads of `on` see them.
public struct EventHandlers {
    let target: any EventTarget

    init(_ target: any EventTarget) { self.target = target }
}

@available(*, unavailable)
extension EventHandlers: Sendable {}

/// What a socket brings so that handlers can be registered on it and called.
protocol EventTarget: AnyObject {
    var loop: EventLoop { get }
    /// The names that handlers wait for, shared by all sockets of a server or a client.
    var names: EventNames { get }
    /// What handlers have left for the next one, shared in the same way.
    var spares: Unmanaged<HandlerSpares> { get }
    var registrations: Registrations { get set }
    /// True once somebody wants to see events before their handlers do.
    var isWatched: Bool { get set }
    /// False as soon as no further handler may be called.
    var isConnected: Bool { get }

    /// False once a handler that is registered would be kept for ever.
    var takesHandlers: Bool { get }
    /// Begins or ends telling of what leaves.
    func overhear(_ begins: Bool)
    /// Reports what a handler has thrown; the socket goes on.
    func contain(_ error: any Error, in event: String, answering question: UInt64?)
    /// A question was not answered in time.
    func expire(answer id: UInt64)

    func sendAcknowledgement<each T: Encodable>(_ id: UInt64, _ values: repeat each T)
    func sendAcknowledgement(_ id: UInt64, _ arguments: Arguments)
    func sendAcknowledgement(_ id: UInt64, all values: [JSON])
}

extension EventTarget {
    // MARK: Handlers come and go

    /// Adds a handler, before all others or behind them.
    func register(_ handler: Handler, first: Bool = false) -> Registration {
        guard takesHandlers else { return Registration(handler, on: self) }
        handler.lend(from: self)
        let shared = handler.shared()
        // Registered twice on one socket it must be two, or it could not be told which of them is cancelled.
        let kept = registrations.contains(shared) ? handler : shared
        registrations.add(kept, first: first)
        return Registration(kept, on: self)
    }

    /// Takes handlers away; they live until nobody can be in the middle of one.
    func removeHandlers(where matches: (Handler) -> Bool) {
        for handler in registrations.remove(where: matches) { loop.releaseLater(handler) }
    }

    func remove(_ handler: Handler) {
        removeHandlers { $0 === handler }
    }

    /// Whether a handler may be called, now that others were; one that is for once is taken away.
    func claims(_ handler: Handler) -> Bool {
        guard registrations.contains(handler) else { return false }
        if handler.isOnce { remove(handler) }
        return true
    }

    // MARK: An arrived event's way to its handlers

    /// Calls the handlers of an event; false if it has none, not even those of events without one.
    @inline(__always)
    func handle(_ packet: borrowing PacketView) -> Bool {
        let name = packet.withEventBytes { bytes in bytes.withUnsafeBytes { names.find($0) } }
        if let name, dispatch(packet, to: name) { return true }
        return dispatch(packet, to: .unhandled)
    }

    /// Calls each handler of that name; false if there is none.
    @inline(__always)
    private func dispatch(_ packet: borrowing PacketView, to name: Unmanaged<EventName>) -> Bool {
        switch registrations.find(name) {
        case .none: return false
        case .several: dispatch(packet, to: registrations.all(of: name))
        case .one(let handler):
            handler._withUnsafeGuaranteedRef { handler in
                if handler.isOnce { remove(handler) }
                call(handler, packet)
            }
        }
        return true
    }

    /// Calls each handler of that role; false if there is none.
    @discardableResult
    func dispatch(_ packet: borrowing PacketView, to role: Handler.Role) -> Bool {
        let handlers = registrations.all(role)
        dispatch(packet, to: handlers)
        return !handlers.isEmpty
    }

    /// Calls those that are still registered when their turn comes.
    private func dispatch(_ packet: borrowing PacketView, to handlers: [Handler]) {
        for handler in handlers where isConnected && claims(handler) { call(handler, packet) }
    }

    private func call(_ handler: Handler, _ packet: borrowing PacketView) {
        do {
            try handler.run(packet, self)
        } catch {
            contain(error, in: packet.event, answering: packet.id)
        }
    }

    // MARK: What handlers need

    /// Sends what a handler answers with, if the other side waits for an answer.
    func answer<R: Encodable>(_ id: UInt64?, _ value: R) {
        guard let id else { return }
        sendAcknowledgement(id, value)
    }

    /// Runs an asynchronous handler on the loop.
    func spawn(
        _ event: String,
        answering question: UInt64? = nil,
        _ body: nonisolated(nonsending) @escaping () async throws -> Void
    ) {
        loop.spawn {
            do { try await body() } catch { self.contain(error, in: event, answering: question) }
        }
    }

    /// Tells those who overhear of an event that leaves.
    func tell(outgoing event: ShownEvent) {
        for handler in registrations.all(.outgoing) where claims(handler) {
            guard case .outgoing(let body) = handler.body else { continue }
            do { try body(event.name, event.values) } catch { contain(error, in: event.name, answering: nil) }
        }
    }
}
