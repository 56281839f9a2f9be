// Handler: what a program has registered for an event, as sockets keep it. A server registers the same closures on each
// socket, and those that hold nothing of their own, or all the same object, are the same to the last bit: they are kept
// once, so that a socket pays a word for each, and a message finds them in the cache. The kinds stand in
// Handler+Kinds.swift: subclasses, so that a closure lies in its handler and not in a second block of memory.

internal import Wire

/// One handler, of one socket or of many.
class Handler {
    /// What a handler can be for.
    enum Role { case event, any, unhandled, outgoing, check, failed, ended, connected, refused, left }

    /// The event; nil for whatever is not for one event alone.
    let name: EventName?
    let role: Role
    @exclusivity(unchecked) final private(set) var isOnce: Bool
    /// True once a second socket has it.
    final private var isShared = false

    init(_ name: EventName?, _ role: Role, once: Bool = false) {
        self.name = name
        self.role = role
        isOnce = once
    }

    deinit {
        name?.forget(self)
    }

    /// Calls the handler with an arrived event; those that are for something else do nothing.
    func run(_ packet: borrowing PacketView, _ target: any EventTarget) throws {}

    /// The handler, if it is for something else than one event.
    var body: RoleHandler.Body? { nil }

    /// Whether another handler does the very same: the same code with the same objects; false where that is not known.
    func isSame(as other: Handler) -> Bool { false }

    /// Another handler that does the same.
    func copy() -> Handler { self }

    /// True if the handler is for events of this name.
    @inline(__always)
    final func waits(for event: Unmanaged<EventName>) -> Bool {
        guard let name else { return false }
        return Unmanaged.passUnretained(name).toOpaque() == event.toOpaque()
    }

    /// The event that the handler is for; nil for those of any event, and for what is no event.
    final var event: String? {
        role == .event ? name?.string : nil
    }

    /// The handler to be called once only: itself, or a copy if other sockets have it too.
    final func asOnce() -> Handler {
        let single = isShared ? copy() : self
        single.isOnce = true
        return single
    }

    /// The handler that does the same and was registered last, on whatever socket; itself if there is none.
    final func shared() -> Handler {
        guard let name, !isOnce else { return self }
        if let other = name.lastHandler, !other.isOnce, other.isSame(as: self) {
            other.isShared = true
            return other
        }
        name.note(self)
        return self
    }
}

@available(*, unavailable)
extension Handler: Sendable {}

extension Handler {
    /// Whether two structs that hold a closure hold the same code with the same context.
    ///
    /// A closure by itself cannot be asked: whatever is generic over it is given another one, wrapped around it.
    static func areSame<Held>(_ one: Held, _ other: Held) -> Bool {
        withUnsafeBytes(of: one) { one in withUnsafeBytes(of: other) { one.elementsEqual($0) } }
    }
}
