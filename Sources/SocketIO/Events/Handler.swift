// Handler: what a program has registered for an event, as sockets keep it. A server registers the same closures on each
// socket, and those that hold nothing of their own, or all the same object, are the same to the last bit: they are kept
// once, so that a socket pays nothing for them, and a message finds them in the cache. The kinds stand in
// Handler+Kinds.swift: subclasses, so that a closure lies in its handler and not in a second block of memory.
//
// Most closures hold one thing, namely the socket that they are registered on. Such a closure is two words, its code and
// the socket; it is kept without the second, which is put in again for each call. What is left is the same for all.

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
    final private(set) var isShared = false
    /// True if what the closure holds is the socket, which it is lent for each call.
    final private(set) var isLent = false
    /// The list of this handler alone; not retained, as it takes itself out when it goes.
    final private var list: Unmanaged<HandlerList>?

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

    /// Gives the socket up that the closure holds; false if it holds something else too, or nothing.
    func letGo(of target: AnyObject) -> Bool { false }

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
        single.isLent = isLent
        single.isOnce = true
        return single
    }

    /// Makes the handler one that another socket can share, if its closure holds nothing but the socket.
    final func lend(from target: AnyObject) {
        isLent = letGo(of: target)
    }

    /// The list of this handler alone, if a socket has it or one that continues it.
    final var listOfItself: HandlerList? { list?.takeUnretainedValue() }

    final func note(_ list: HandlerList) { self.list = .passUnretained(list) }

    final func forget(_ list: HandlerList) {
        if self.list?.toOpaque() == Unmanaged.passUnretained(list).toOpaque() { self.list = nil }
    }

    /// The handler that does the same and was registered last, on whatever socket; itself if there is none.
    final func shared() -> Handler {
        guard let name, !isOnce else { return self }
        if let other = name.lastHandler, !other.isOnce, other.isLent == isLent, other.isSame(as: self) {
            other.isShared = true
            return other
        }
        name.note(self)
        return self
    }
}

@available(*, unavailable)
extension Handler: Sendable {}

// How a closure lies in memory: its code, and the object that holds what it has captured. A closure that has captured one
// reference and nothing else has that very object in the second place. All of this works on structs with a closure in
// them, because whatever is generic over a closure is given another one, wrapped around it.
extension Handler {
    private static var heldWord: Int { MemoryLayout<UnsafeRawPointer>.size }

    /// Whether two structs that hold a closure hold the same code with the same context.
    static func areSame<Held>(_ one: Held, _ other: Held) -> Bool {
        withUnsafeBytes(of: one) { one in withUnsafeBytes(of: other) { one.elementsEqual($0) } }
    }

    /// Takes the object out of a closure that holds nothing else; false if it holds something else, or nothing.
    static func take<Held>(_ target: AnyObject, from closure: inout Held) -> Bool {
        withUnsafeMutableBytes(of: &closure) { bytes in
            let object = Unmanaged.passUnretained(target)
            guard bytes.count == 2 * heldWord,
                bytes.load(fromByteOffset: heldWord, as: UnsafeRawPointer?.self) == UnsafeRawPointer(object.toOpaque())
            else { return false }
            bytes.storeBytes(of: nil, toByteOffset: heldWord, as: UnsafeRawPointer?.self)
            object.release()
            return true
        }
    }

    /// The closure from which `take` has taken an object, holding another of the same class.
    static func put<Held>(_ target: AnyObject, into closure: Held) -> Held {
        var closure = closure
        withUnsafeMutableBytes(of: &closure) { bytes in
            let object = UnsafeRawPointer(Unmanaged.passRetained(target).toOpaque())
            bytes.storeBytes(of: object, toByteOffset: heldWord, as: UnsafeRawPointer?.self)
        }
        return closure
    }
}
