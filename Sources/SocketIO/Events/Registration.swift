// Registration: one handler of one socket, and the list of them.
// A list and not a dictionary: a socket has a handful of handlers, a node costs 80 bytes with its handler in it, and an
// empty list costs none. Names are compared as pointers (see EventNames). The kinds stand in Registration+Kinds.swift:
// subclasses, so that a handler lies in its registration and not in a second block of memory.

internal import Wire

/// One handler that was registered with `on` or `once`.
///
/// Keep it only to cancel the handler before its socket goes.
public class Registration {
    /// What a handler can be for.
    enum Role { case event, any, unhandled, outgoing, check, failed, ended, connected, refused, left }

    /// The event; nil for whatever is not for one event alone.
    let name: EventName?
    let role: Role
    @exclusivity(unchecked) private(set) var isOnce: Bool
    @exclusivity(unchecked) fileprivate(set) var isLive = true
    @exclusivity(unchecked) fileprivate(set) var next: Registration?
    /// Not weak, because a weak reference would cost the socket a side table; a live registration has a live socket.
    private unowned let target: any EventTarget

    init(_ name: EventName?, _ role: Role, once: Bool = false, on target: any EventTarget) {
        self.name = name
        self.role = role
        isOnce = once
        self.target = target
    }

    /// Calls the handler with an arrived event; those that are for something else do nothing.
    func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {}

    /// The handler, if it is for something else than one event.
    var body: RoleRegistration.Body? { nil }

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
        role == .event ? name?.string : nil
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
        guard var last = firstUnmanaged else {
            first = registration
            return
        }
        while let next = last._withUnsafeGuaranteedRef({ $0.nextUnmanaged }) { last = next }
        last._withUnsafeGuaranteedRef { $0.next = registration }
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
