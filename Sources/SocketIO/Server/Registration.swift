// Registration: one handler of one socket, and the list of them.
// A list and not a dictionary: a socket has a handful of handlers, a node costs 64 bytes, and an empty list costs none.
// Names are compared as pointers (see EventNames).

internal import Wire

/// One handler that was registered with `on` or `once`.
///
/// Keep it only to cancel the handler before its socket goes.
public final class Registration {
    enum Body {
        case event((borrowing PacketView, Socket) throws -> Void)
        case any((String, [JSON], Ack?) throws -> Void)
        case ended((DisconnectReason, String?) throws -> Void)
    }

    /// The event; nil for `onAny`.
    let name: EventName?
    let body: Body
    let isOnce: Bool
    @exclusivity(unchecked) fileprivate(set) var isLive = true
    @exclusivity(unchecked) fileprivate(set) var next: Registration?
    /// Not weak, because a weak reference would cost the socket a side table; a live registration has a live socket.
    private unowned let socket: Socket

    /// True for a handler of whatever has no handler of its own.
    var isForAny: Bool {
        if case .any = body { isLive } else { false }
    }

    init(_ name: EventName?, once: Bool = false, on socket: Socket, _ body: Body) {
        self.name = name
        self.body = body
        isOnce = once
        self.socket = socket
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

    /// Marks a registration that never came into a list.
    func dismiss() { isLive = false }

    /// Takes the handler away; it is not called any more, not even for the event that is being handled.
    public func cancel() {
        guard isLive else { return }
        socket.removeRegistrations { $0 === self }
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
