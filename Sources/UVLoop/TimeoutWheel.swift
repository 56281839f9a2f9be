// TimeoutWheel: the data structure behind Timeouts. A ring of slots, one per tick; a deadline hangs in the slot of its
// tick, in a list that runs through the deadlines themselves, so that scheduling and cancelling touch three objects and
// allocate nothing. No clock and no loop: ticks are arguments.

/// A ring of lists of deadlines.
struct TimeoutWheel: ~Copyable {
    /// With ticks of 50 ms one revolution is 51 s: longer than the usual heartbeat, so that most deadlines are looked
    /// at once.
    static let slots = 1024
    /// One list more than the ring has: what has expired and was not called yet.
    private static let expired = slots

    private let heads: UnsafeMutablePointer<Unmanaged<Deadline>?>
    /// A bit for every slot that is not empty.
    private var used: [UInt64]

    /// The last tick that was collected.
    private(set) var lastTick: UInt64

    /// The number of deadlines in the ring and in the list of expired ones.
    private(set) var count = 0

    init(tick: UInt64) {
        heads = .allocate(capacity: Self.slots + 1)
        heads.initialize(repeating: nil, count: Self.slots + 1)
        used = Array(repeating: 0, count: Self.slots / 64)
        lastTick = tick
    }

    deinit {
        heads.deallocate()
    }

    /// Hangs a deadline into the slot of its tick, or of the next tick when that has passed.
    mutating func insert(_ deadline: Deadline, tick: UInt64) {
        deadline.tick = max(tick, lastTick &+ 1)
        link(deadline, Self.slot(of: deadline.tick))
        count += 1
    }

    mutating func remove(_ deadline: Deadline) {
        unlink(deadline)
        count -= 1
    }

    /// Moves the clock on when the ring is empty, so that ticks in which nothing waited are never walked through.
    mutating func skip(to tick: UInt64) {
        if count == 0 { lastTick = max(lastTick, tick) }
    }

    /// Moves everything up to a tick to the list of expired ones.
    mutating func collect(upTo tick: UInt64) {
        guard tick > lastTick else { return }
        for step in 1...min(tick &- lastTick, UInt64(Self.slots)) {
            var next = heads[Self.slot(of: lastTick &+ step)]
            while let current = next {
                next = current._withUnsafeGuaranteedRef { $0.next }
                current._withUnsafeGuaranteedRef { deadline in
                    guard deadline.tick <= tick else { return }  // Of a later revolution.
                    unlink(deadline)
                    link(deadline, Self.expired)
                }
            }
        }
        lastTick = tick
    }

    /// An expired deadline that is still in the list, retained.
    func firstExpired() -> Deadline? {
        heads[Self.expired]?.takeUnretainedValue()
    }

    /// Any deadline, for emptying the ring.
    func first() -> Deadline? {
        for slot in 0...Self.slots {
            if let first = heads[slot] { return first.takeUnretainedValue() }
        }
        return nil
    }

    /// The first tick after the last one whose slot holds anything, be it for a later revolution; nil for an empty ring.
    func nextUsedTick() -> UInt64? {
        let start = Self.slot(of: lastTick &+ 1)
        for step in 0...used.count {
            let word = (start / 64 + step) % used.count
            var bits = used[word]
            if step == 0 { bits &= ~0 << UInt64(start % 64) }
            guard bits != 0 else { continue }
            let distance = (word * 64 + bits.trailingZeroBitCount - start + Self.slots) % Self.slots
            return lastTick &+ 1 &+ UInt64(distance)
        }
        return nil
    }

    private static func slot(of tick: UInt64) -> Int {
        Int(tick % UInt64(slots))
    }

    private mutating func link(_ deadline: Deadline, _ slot: Int) {
        let head = heads[slot]
        let this = Unmanaged.passUnretained(deadline)
        deadline.slot = Int32(truncatingIfNeeded: slot)
        deadline.previous = nil
        deadline.next = head
        head?._withUnsafeGuaranteedRef { $0.previous = this }
        heads[slot] = this
        if slot != Self.expired { used[slot / 64] |= 1 << UInt64(slot % 64) }
    }

    private mutating func unlink(_ deadline: Deadline) {
        let slot = Int(deadline.slot)
        let (previous, next) = (deadline.previous, deadline.next)
        deadline.previous = nil
        deadline.next = nil
        next?._withUnsafeGuaranteedRef { $0.previous = previous }
        if let previous { return previous._withUnsafeGuaranteedRef { $0.next = next } }
        heads[slot] = next
        if next == nil, slot != Self.expired { used[slot / 64] &= ~(1 << UInt64(slot % 64)) }
    }
}
