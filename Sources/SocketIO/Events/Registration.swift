// Registration: what a program gets for a handler that it has registered. It is made for the program, not for the socket,
// which keeps handlers only (see Handler.swift): almost no program keeps one, and then nothing is left of it.

/// One handler that was registered with `on` or `once`.
///
/// Keep it only to cancel the handler; it keeps the socket.
public final class Registration {
    private var handler: Handler
    private let target: any EventTarget

    init(_ handler: Handler, on target: any EventTarget) {
        self.handler = handler
        self.target = target
    }

    /// The event that the handler is for; nil for those of any event, and for what is no event.
    public var event: String? { handler.event }

    /// Has the handler called once more at most, whatever its kind.
    ///
    /// `socket.on("ready") { ... }.once()` is how asynchronous and answering handlers are told to listen once.
    @discardableResult
    public func once() -> Registration {
        guard !handler.isOnce else { return self }
        let single = handler.asOnce()
        target.registrations.replace(handler, by: single)
        handler = single
        return self
    }

    /// Takes the handler away; it is not called any more, not even for the event that is being handled.
    public func cancel() {
        target.remove(handler)
    }
}

@available(*, unavailable)
extension Registration: Sendable {}

/// The handlers of one socket, in the order in which they were registered.
struct Registrations {
    /// A socket that listens to one event mostly listens to some: one block of memory instead of three that grow.
    private static let usual = 4

    private var handlers: ContiguousArray<Handler> = []

    mutating func add(_ handler: Handler, first: Bool) {
        if handlers.isEmpty { handlers.reserveCapacity(Self.usual) }
        handlers.insert(handler, at: first ? 0 : handlers.count)
    }

    mutating func replace(_ old: Handler, by new: Handler) {
        if let index = handlers.firstIndex(where: { $0 === old }) { handlers[index] = new }
    }

    func contains(_ handler: Handler) -> Bool {
        handlers.contains { $0 === handler }
    }

    /// Where the first handler of that event stands, from a position on.
    @inline(__always)
    func position(of name: Unmanaged<EventName>, from start: Int = 0) -> Int? {
        var position = start
        while position < handlers.count {
            if handler(at: position)._withUnsafeGuaranteedRef({ $0.waits(for: name) }) { return position }
            position &+= 1
        }
        return nil
    }

    /// The handler at a position, not retained.
    @inline(__always)
    func handler(at position: Int) -> Unmanaged<Handler> { .passUnretained(handlers[position]) }

    /// Those of one event, in order.
    func all(of name: Unmanaged<EventName>) -> [Handler] { handlers.filter { $0.waits(for: name) } }

    /// Those of one role, in order.
    func all(_ role: Handler.Role) -> [Handler] { handlers.filter { $0.role == role } }

    /// Takes out what matches and returns it, to be kept until nobody can be in the middle of it.
    mutating func remove(where matches: (Handler) -> Bool) -> [Handler] {
        let removed = handlers.filter(matches)
        handlers.removeAll(where: matches)
        if handlers.isEmpty { handlers = [] }
        return removed
    }
}
