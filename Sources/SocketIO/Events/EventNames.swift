// EventNames: the event names that some handler waits for, found by their bytes.
// A socket then keeps one pointer per handler, and an arriving event needs one hash over its name and no String.
// The table holds names of the program only, never those that clients send, so it cannot be made to grow from outside.

/// An event name that at least one handler waits for; it leaves its table with the last of them.
final class EventName {
    let hash: UInt
    private let bytes: UnsafeMutableRawBufferPointer
    private let table: EventNames
    /// Not retained: it takes itself out when it goes.
    private var last: Unmanaged<Handler>?

    fileprivate init(copying bytes: UnsafeRawBufferPointer, hash: UInt, table: EventNames) {
        self.bytes = .allocate(byteCount: bytes.count, alignment: 1)
        self.bytes.copyMemory(from: bytes)
        self.hash = hash
        self.table = table
    }

    deinit {
        table.remove(self)
        bytes.deallocate()
    }

    /// The name as text.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The handler for this name that was registered last.
    var lastHandler: Handler? { last?.takeUnretainedValue() }

    func note(_ handler: Handler) { last = .passUnretained(handler) }

    func forget(_ handler: Handler) {
        if last?.toOpaque() == Unmanaged.passUnretained(handler).toOpaque() { last = nil }
    }

    fileprivate func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        bytes.count == other.count && bytes.elementsEqual(other)
    }
}

/// The names of one server, as an open-addressing table that does not retain them.
final class EventNames {
    private typealias Slot = Unmanaged<EventName>?

    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<Slot>
    @exclusivity(unchecked) private var mask: UInt
    private(set) var count = 0

    init() {
        slots = .allocate(capacity: 32)
        slots.initialize(repeating: nil, count: 32)
        mask = 31
    }

    deinit {
        slots.deallocate()
    }

    /// The one object for this name, made if there is none yet.
    func name(_ string: String) -> EventName {
        var string = string
        return string.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            if let found = find(bytes) { return found.takeUnretainedValue() }
            let made = EventName(copying: bytes, hash: Self.hash(bytes), table: self)
            insert(made)
            return made
        }
    }

    /// The object for this name, if a handler waits for it.
    func find(_ string: String) -> Unmanaged<EventName>? {
        var string = string
        return string.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    /// The object for these bytes, if a handler waits for that name.
    func find(_ bytes: UnsafeRawBufferPointer) -> Unmanaged<EventName>? {
        let hash = Self.hash(bytes)
        var index = hash & mask
        while let slot = slots[Int(bitPattern: index)] {
            if slot._withUnsafeGuaranteedRef({ $0.hash == hash && $0.equals(bytes) }) { return slot }
            index = (index &+ 1) & mask
        }
        return nil
    }

    private func insert(_ name: EventName) {
        if UInt(bitPattern: count + 1) * 2 > mask { grow() }
        place(.passUnretained(name), name.hash)
        count += 1
    }

    private func place(_ name: Unmanaged<EventName>, _ hash: UInt) {
        var index = hash & mask
        while slots[Int(bitPattern: index)] != nil { index = (index &+ 1) & mask }
        slots[Int(bitPattern: index)] = name
    }

    /// Removes a name and closes its gap, so that no later search stops short at it.
    fileprivate func remove(_ name: EventName) {
        let leaving = Unmanaged.passUnretained(name).toOpaque()
        var gap = name.hash & mask
        while let slot = slots[Int(bitPattern: gap)], slot.toOpaque() != leaving { gap = (gap &+ 1) & mask }
        slots[Int(bitPattern: gap)] = nil
        count -= 1
        closeGap(gap)
    }

    private func closeGap(_ start: UInt) {
        var gap = start
        var index = (gap &+ 1) & mask
        while let slot = slots[Int(bitPattern: index)] {
            let home = slot._withUnsafeGuaranteedRef { $0.hash } & mask
            // Moving is right only if the gap lies between the slot's home and the slot, going round the end.
            if (index &- home) & mask >= (index &- gap) & mask {
                slots[Int(bitPattern: gap)] = slot
                slots[Int(bitPattern: index)] = nil
                gap = index
            }
            index = (index &+ 1) & mask
        }
    }

    private func grow() {
        let old = slots
        let oldCapacity = Int(bitPattern: mask) + 1
        slots = .allocate(capacity: oldCapacity * 2)
        slots.initialize(repeating: nil, count: oldCapacity * 2)
        mask = mask * 2 + 1
        for index in 0..<oldCapacity {
            guard let name = old[index] else { continue }
            place(name, name._withUnsafeGuaranteedRef { $0.hash })
        }
        old.deallocate()
    }

    /// FNV-1a; names are short, and only the program's own are stored, so nobody can aim at a collision.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt {
        var hash: UInt = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
