// Timeouts: thousands of coarse deadlines behind one libuv timer. The deadlines hang in a TimeoutWheel; this file knows
// the clock, sets the timer for the next slot in use and calls what has expired. A server whose next heartbeat is in 20
// seconds is not woken before. For exact times and few of them use Timer.

internal import CUV

/// Something that happens when its time has passed, unless it is cancelled or moved before.
///
/// Subclass it, override `expired()`, and hand it to `EventLoop.timeouts`. A deadline that nobody holds any more is
/// cancelled.
open class Deadline {
    fileprivate var owner: Unmanaged<Timeouts>?
    // The wheel's own: the neighbours in the list of the slot, and where that is.
    var next: Unmanaged<Deadline>?
    var previous: Unmanaged<Deadline>?
    var tick: UInt64 = 0
    var slot: Int32 = 0

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
        owner?._withUnsafeGuaranteedRef { $0.remove(self) }
    }

    /// True while it will expire.
    public final var isScheduled: Bool {
        owner != nil
    }
}

@available(*, unavailable)
extension Deadline: Sendable {}

/// The deadlines of a loop, exact to one tick.
public final class Timeouts {
    /// How late a deadline may come, in milliseconds; never early.
    public static let tick: UInt64 = 50

    private let uv: UnsafeMutablePointer<uv_loop_t>
    private let timer: UnsafeMutablePointer<uv_timer_t>
    private var wheel: TimeoutWheel
    /// The tick for which the timer is set; nil when it is not.
    private var armed: UInt64?
    private var isOpen = true

    init(_ uv: UnsafeMutablePointer<uv_loop_t>) {
        self.uv = uv
        timer = .allocate(capacity: 1)
        wheel = TimeoutWheel(tick: uv_now(uv) / Self.tick)
        uv_timer_init(uv, timer)
        timer.pointee.data = nil  // Not for closeAll(): the wheel lives as long as the loop.
    }

    /// The number of scheduled deadlines.
    public var count: Int {
        wheel.count
    }

    /// Schedules a deadline, or moves it when it is scheduled already.
    ///
    /// It keeps `EventLoop.run()` from returning. A time beyond all counting means never. Complexity: O(1).
    public func schedule(_ deadline: Deadline, after milliseconds: UInt64) {
        let now = uv_now(uv)
        let (due, isNever) = (now &+ (Self.tick &- 1)).addingReportingOverflow(milliseconds)
        let (tick, owner) = (due / Self.tick, Unmanaged.passUnretained(self))
        // A busy connection moves its deadline with every message, mostly to where it is already.
        if tick == deadline.tick, tick > wheel.lastTick, deadline.owner?.toOpaque() == owner.toOpaque() { return }
        deadline.cancel()
        guard isOpen, !isNever else { return }
        wheel.skip(to: now / Self.tick)
        wheel.insert(deadline, tick: tick)
        deadline.owner = owner
        if armed.map({ deadline.tick < $0 }) ?? true { arm(for: deadline.tick) }
    }

    fileprivate func remove(_ deadline: Deadline) {
        wheel.remove(deadline)
        deadline.owner = nil
        if wheel.count == 0 { disarm() }
    }

    func close() {
        isOpen = false
        while let deadline = wheel.first() { remove(deadline) }
        uv_close(timer.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
    }

    /// Calls what is due and sleeps until the next slot in use.
    private func advance() {
        armed = nil
        wheel.collect(upTo: uv_now(uv) / Self.tick)
        // One at a time: each call may schedule, cancel or let go of any other.
        while let deadline = wheel.firstExpired() {
            remove(deadline)
            deadline.expired()
        }
        guard let next = wheel.nextUsedTick() else { return disarm() }
        arm(for: next)
    }

    private func arm(for tick: UInt64) {
        armed = tick
        let (due, now) = (tick &* Self.tick, uv_now(uv))
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
}

@available(*, unavailable)
extension Timeouts: Sendable {}
