// Registration: one handler of one socket, and the list of them.
// A list and not a dictionary: a socket has a handful of handlers, a node costs 64 bytes, and an empty list costs none.
// Names are compared as pointers (see EventNames).

internal import Wire

/// One handler that was registered with `on` or `once`.
///
/// Keep it only to cancel the handler before its socket goes.
public final class Registration {
    enum Body {
        case event((borrowing PacketView, any EventTarget) throws -> Void)
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
    }

    /// The event; nil for whatever is not for one event alone.
    let name: EventName?
    let body: Body
    @exclusivity(unchecked) private(set) var isOnce: Bool
    @exclusivity(unchecked) fileprivate(set) var isLive = true
    @exclusivity(unchecked) fileprivate(set) var next: Registration?
    /// Not weak, because a weak reference would cost the socket a side table; a live registration has a live socket.
    private unowned let target: any EventTarget

    /// What the handler is for.
    var role: Role {
        switch body {
        case .event: .event
        case .any: .any
        case .unhandled: .unhandled
        case .outgoing: .outgoing
        case .check: .check
        case .failed: .failed
        case .ended: .ended
        }
    }

    /// What a handler can be for.
    enum Role { case event, any, unhandled, outgoing, check, failed, ended }

    init(_ name: EventName?, once: Bool = false, on target: any EventTarget, _ body: Body) {
        self.name = name
        self.body = body
        isOnce = once
        self.target = target
    }

    /// True if the handler is for events of this name.
    @inline(__always)
    func waits(for event: Unmanaged<EventName>) -> Bool {
        guard isLive, let name else { return false }
        return Unmanaged.passUnretained(name).toOpaque() == event.toOpaque()
    }

    /// The following registration, not retained.
    @inline(__always)
    var nextUnmanaged: Unmanaged<Registration>? { next.map { .passUnretained($0) } }

    /// The event that the handler is for; nil for those of any event, and for what is no event.
    public var event: String? {
        if case .event = body { name?.string } else { nil }
    }

    /// Has the handler called once more at most, whatever its kind.
    ///
    /// `socket.on("ready") { ... }.once()` is how asynchronous and answering handlers are told to listen once.
    @discardableResult
    public func once() -> Registration {
        isOnce = true
        return self
    }

    /// Marks a registration that never came into a list.
    func dismiss() { isLive = false }

    /// Takes the handler away; it is not called any more, not even for the event that is being handled.
    public func cancel() {
        guard isLive else { return }
        target.removeRegistrations { $0 === self }
    }
}

@available(*, unavailable)
extension Registration: Sendable {}

/// The handlers of one socket, in the order in which they were registered.
struct Registrations {
    private(set) var first: Registration?

    /// The first registration, not retained.
    @inline(__always)
    var firstUnmanaged: Unmanaged<Registration>? { first.map { .passUnretained($0) } }

    mutating func append(_ registration: Registration) {
        guard var last = first else {
            first = registration
            return
        }
        while let next = last.next { last = next }
        last.next = registration
    }

    mutating func prepend(_ registration: Registration) {
        registration.next = first
        first = registration
    }

    /// Those of one role, in order.
    func all(_ role: Registration.Role) -> [Registration] {
        var found: [Registration] = []
        var next = first
        while let registration = next {
            if registration.isLive, registration.role == role { found.append(registration) }
            next = registration.next
        }
        return found
    }

    /// Unlinks what matches and returns it, to be kept until nobody can be in the middle of it.
    mutating func remove(where matches: (Registration) -> Bool) -> [Registration] {
        var removed: [Registration] = []
        var previous: Registration?
        var current = first
        while let registration = current {
            current = registration.next
            if matches(registration) {
                registration.isLive = false
                removed.append(registration)
                if let previous { previous.next = current } else { first = current }
            } else {
                previous = registration
            }
        }
        return removed
    }
}
