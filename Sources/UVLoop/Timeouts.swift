// Timeouts: thousands of coarse deadlines behind one libuv timer. A wheel of slots, one per tick; a deadline hangs in
// the slot of its tick, in a list that runs through the deadlines themselves, so that scheduling and cancelling touch
// three objects and allocate nothing. A map of the slots in use tells how long the loop may sleep: a server whose next
// heartbeat is in 20 seconds is not woken before. For exact times and few of them use Timer.

internal import CUV

/// Something that happens when its time has passed, unless it is cancelled or moved before.
///
/// Subclass it, override `expired()`, and hand it to `EventLoop.timeouts`. A deadline that nobody holds any more is
/// cancelled.
open class Deadline {
    fileprivate var wheel: Unmanaged<Timeouts>?
    fileprivate var next: Unmanaged<Deadline>?
    fileprivate var previous: Unmanaged<Deadline>?
    /// The tick in which it is due.
    fileprivate var tick: UInt64 = 0
    fileprivate var slot: Int32 = 0

    /// Makes a deadline that is not scheduled.
    public init() {}

    deinit {
        cancel()
    }

    /// The time has passed.
    ///
    /// The deadline is not scheduled any more; it may be scheduled again here.
    open func expired() {}

    /// Gives the deadline up; does nothing when it is not scheduled.
    public final func cancel() {
        wheel?._withUnsafeGuaranteedRef { $0.remove(self) }
    }

    /// True while it will expire.
    public final var isScheduled: Bool {
        wheel != nil
    }
}

@available(*, unavailable)
extension Deadline: Sendable {}

/// The deadlines of a loop, exact to one tick.
public final class Timeouts {
    /// How late a deadline may come, in milliseconds; never early.
    public static let tick: UInt64 = 50

    /// One revolution is 51 s: longer than the usual heartbeat, so that most deadlines are looked at once.
    private static let slots = 1024
    /// One list more than the wheel has: what has expired in this pass and was not called yet.
    private static let expiredSlot = Int32(slots)

    private let uv: UnsafeMutablePointer<uv_loop_t>
    private let timer: UnsafeMutablePointer<uv_timer_t>
    private let heads: UnsafeMutablePointer<Unmanaged<Deadline>?>
    /// A bit for every slot that is not empty.
    private var used: [UInt64]
    /// The last tick whose deadlines were called.
    private var lastTick: UInt64
    /// The tick for which the timer is set; nil when it is not.
    private var armed: UInt64?
    private var isClosed = false

    /// The number of scheduled deadlines.
    public private(set) var count = 0

    init(_ uv: UnsafeMutablePointer<uv_loop_t>) {
        self.uv = uv
        timer = .allocate(capacity: 1)
        heads = .allocate(capacity: Self.slots + 1)
        heads.initialize(repeating: nil, count: Self.slots + 1)
        used = Array(repeating: 0, count: Self.slots / 64)
        lastTick = uv_now(uv) / Self.tick
        uv_timer_init(uv, timer)
        timer.pointee.data = nil  // Not for closeAll(): the wheel lives as long as the loop.
    }

    deinit {
        heads.deallocate()
    }

    /// Schedules a deadline, or moves it when it is scheduled already.
    ///
    /// It keeps `EventLoop.run()` from returning. Complexity: O(1).
    public func schedule(_ deadline: Deadline, after milliseconds: UInt64) {
        deadline.cancel()
        guard !isClosed else { return }
        if count == 0 { lastTick = max(lastTick, uv_now(uv) / Self.tick) }
        let (due, isForever) = (uv_now(uv) &+ (Self.tick &- 1)).addingReportingOverflow(milliseconds)
        guard !isForever else { return }
        deadline.tick = max(due / Self.tick, lastTick &+ 1)
        deadline.wheel = .passUnretained(self)
        count += 1
        link(deadline, Int32(truncatingIfNeeded: deadline.tick % UInt64(Self.slots)))
        if armed.map({ deadline.tick < $0 }) ?? true { arm(for: deadline.tick) }
    }

    fileprivate func remove(_ deadline: Deadline) {
        unlink(deadline)
        deadline.wheel = nil
        count -= 1
        if count == 0 { disarm() }
    }

    func close() {
        isClosed = true
        for slot in 0...Self.slots {
            while let first = heads[slot] { first._withUnsafeGuaranteedRef { remove($0) } }
        }
        uv_close(timer.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
    }

    /// Calls what is due and sleeps until the next slot in use.
    private func advance() {
        armed = nil
        let now = uv_now(uv) / Self.tick
        collectExpired(upTo: now)
        lastTick = max(lastTick, now)
        while let first = heads[Int(Self.expiredSlot)] {
            // A strong reference: the call may let go of its own deadline.
            let deadline = first.takeUnretainedValue()
            remove(deadline)
            deadline.expired()
        }
        if count > 0, armed == nil { arm(for: nextUsedTick()) }
    }

    /// Moves what is due to a list of its own first, so that the calls may schedule and cancel as they like.
    private func collectExpired(upTo now: UInt64) {
        guard now > lastTick else { return }
        for step in 1...min(now &- lastTick, UInt64(Self.slots)) {
            let slot = Int((lastTick &+ step) % UInt64(Self.slots))
            var next = heads[slot]
            while let current = next {
                next = current._withUnsafeGuaranteedRef { deadline in
                    let following = deadline.next
                    if deadline.tick <= now {
                        unlink(deadline)
                        link(deadline, Self.expiredSlot)
                    }
                    return following
                }
            }
        }
    }

    /// The first tick after the last whose slot holds anything, be it for a later revolution.
    private func nextUsedTick() -> UInt64 {
        let start = Int((lastTick &+ 1) % UInt64(Self.slots))
        for word in 0...used.count {
            let index = (start / 64 + word) % used.count
            var bits = used[index]
            if word == 0 { bits &= ~0 << UInt64(start % 64) }
            guard bits != 0 else { continue }
            let slot = index * 64 + bits.trailingZeroBitCount
            let distance = (slot - start + Self.slots) % Self.slots
            return lastTick &+ 1 &+ UInt64(distance)
        }
        return lastTick &+ UInt64(Self.slots)
    }

    private func arm(for tick: UInt64) {
        armed = tick
        let due = tick &* Self.tick
        let now = uv_now(uv)
        uv_timer_start(
            timer,
            { handle in
                EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.timeouts.advance() }
            },
            due > now ? due &- now : 1,
            0
        )
    }

    private func disarm() {
        armed = nil
        uv_timer_stop(timer)
    }

    private func link(_ deadline: Deadline, _ slot: Int32) {
        let head = heads[Int(slot)]
        deadline.slot = slot
        deadline.previous = nil
        deadline.next = head
        let this = Unmanaged.passUnretained(deadline)
        head?._withUnsafeGuaranteedRef { $0.previous = this }
        heads[Int(slot)] = this
        if slot != Self.expiredSlot { used[Int(slot) / 64] |= 1 << UInt64(slot % 64) }
    }

    private func unlink(_ deadline: Deadline) {
        let slot = Int(deadline.slot)
        let following = deadline.next
        if let previous = deadline.previous {
            previous._withUnsafeGuaranteedRef { $0.next = following }
        } else {
            heads[slot] = following
            if following == nil, slot < Self.slots { used[slot / 64] &= ~(1 << UInt64(slot % 64)) }
        }
        let preceding = deadline.previous
        following?._withUnsafeGuaranteedRef { $0.previous = preceding }
        deadline.next = nil
        deadline.previous = nil
    }
}

@available(*, unavailable)
extension Timeouts: Sendable {}
