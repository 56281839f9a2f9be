// Registration: what a program gets for a handler that it has registered. It is made for the program, not for the socket,
// which keeps handlers only (see Handler.swift): almost no program keeps one, and then nothing is left of it.

internal import UVLoop

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
        // It may be what is calling, and the other sockets that had it may be gone.
        target.loop.releaseLater(handler)
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
///
/// As long as they are those that other sockets have registered, too, the list of them is the others' as well.
struct Registrations {
    private enum List {
        case own(ContiguousArray<Handler>)
        case shared(HandlerList)
    }

    /// A socket that listens to one event mostly listens to some: one block of memory instead of three that grow.
    private static let usual = 4

    private var list = List.own([])

    private var handlers: ContiguousArray<Handler> {
        @inline(__always) get {
            switch list {
            case .own(let handlers): handlers
            case .shared(let list): list.handlers
            }
        }
    }

    mutating func add(_ handler: Handler, first: Bool) {
        if !first, handler.isShared, let longer = sharedList(with: handler) { return list = .shared(longer) }
        change { handlers in
            if handlers.isEmpty { handlers.reserveCapacity(Self.usual) }
            handlers.insert(handler, at: first ? 0 : handlers.count)
        }
    }

    private func sharedList(with handler: Handler) -> HandlerList? {
        switch list {
        case .own(let handlers): handlers.isEmpty ? .alone(handler) : nil
        case .shared(let list): list.continued(by: handler)
        }
    }

    mutating func replace(_ old: Handler, by new: Handler) {
        change { handlers in
            if let index = handlers.firstIndex(where: { $0 === old }) { handlers[index] = new }
        }
    }

    /// Changes the list, which is the socket's own from here on.
    private mutating func change(_ body: (inout ContiguousArray<Handler>) -> Void) {
        var handlers = handlers
        list = .own([])  // Whoever changes an array in place must be the only one who has it.
        body(&handlers)
        list = .own(handlers)
    }

    func contains(_ handler: Handler) -> Bool {
        handlers.contains { $0 === handler }
    }

    /// The handlers of one event, as an arriving one needs to know them.
    enum Found {
        case none
        /// Not retained.
        case one(Unmanaged<Handler>)
        case several
    }

    /// Looks for the handlers of an event; one walk over the list, and no reference counted for each that it passes.
    @inline(__always)
    func find(_ name: Unmanaged<EventName>) -> Found {
        handlers.withUnsafeBufferPointer { handlers in
            var found: Unmanaged<Handler>?
            for position in handlers.indices {
                let handler = Unmanaged.passUnretained(handlers[position])
                guard handler._withUnsafeGuaranteedRef({ $0.waits(for: name) }) else { continue }
                if found != nil { return .several }
                found = handler
            }
            return found.map { .one($0) } ?? .none
        }
    }

    /// Those of one event, in order.
    func all(of name: Unmanaged<EventName>) -> [Handler] { handlers.filter { $0.waits(for: name) } }

    /// Those of one role, in order.
    func all(_ role: Handler.Role) -> [Handler] { handlers.filter { $0.role == role } }

    /// Takes out what matches and returns it, to be kept until nobody can be in the middle of it.
    mutating func remove(where matches: (Handler) -> Bool) -> [Handler] {
        let removed = handlers.filter(matches)
        guard !removed.isEmpty else { return removed }
        change { handlers in
            handlers.removeAll(where: matches)
            if handlers.isEmpty { handlers = [] }
        }
        return removed
    }
}

/// Handlers that several sockets have registered in the same order, kept once for all of them.
///
/// The lists are a tree: a socket that registers what others have goes from one to the next. A list keeps the one that it
/// continues, and lives as long as a socket has it or one that continues it.
final class HandlerList {
    /// A program that registers more than this on each socket has other worries, and each list holds all of them.
    private static let longest = 32
    /// They are looked through, and where there are more sockets differ so much that nothing would be shared.
    private static let mostContinuations = 16

    let handlers: ContiguousArray<Handler>
    private let before: HandlerList?
    /// Not retained: they take themselves out.
    private var continuations: ContiguousArray<Unmanaged<HandlerList>> = []

    private init(_ before: HandlerList?, _ last: Handler) {
        self.before = before
        handlers = (before?.handlers ?? []) + [last]
    }

    deinit {
        let this = Unmanaged.passUnretained(self).toOpaque()
        if let before { before.continuations.removeAll { $0.toOpaque() == this } } else { handlers[0].forget(self) }
    }

    /// The list of this handler alone.
    static func alone(_ handler: Handler) -> HandlerList {
        if let known = handler.listOfItself { return known }
        let made = HandlerList(nil, handler)
        handler.note(made)
        return made
    }

    /// The list with one handler more; nil if there are too many.
    func continued(by handler: Handler) -> HandlerList? {
        for list in continuations where list._withUnsafeGuaranteedRef({ $0.handlers.last === handler }) {
            return list.takeUnretainedValue()
        }
        guard handlers.count < Self.longest, continuations.count < Self.mostContinuations else { return nil }
        let made = HandlerList(self, handler)
        continuations.append(.passUnretained(made))
        return made
    }
}

@available(*, unavailable)
extension HandlerList: Sendable {}
