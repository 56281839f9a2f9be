// Timer: one exact timer. For thousands of coarse deadlines (idle checks, heartbeats) use Timeouts instead.

internal import CUV

/// Calls a closure after some milliseconds, once or again and again.
///
/// It is stopped when its owner lets go of it.
public final class Timer {
    private let loop: EventLoop
    private let handle: UnsafeMutablePointer<uv_timer_t>
    private let fire: () -> Void

    /// Makes a timer that is not started.
    public init(on loop: EventLoop, _ fire: @escaping () -> Void) {
        self.loop = loop
        self.fire = fire
        handle = loop.makeHandle(uv_timer_t.self)
        uv_timer_init(loop.uv, handle)
        handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        uv_close(handle.asHandle) { handle in
            EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.freeHandle(handle!) }
        }
    }

    /// Fires after so many milliseconds, then every `repeating` milliseconds unless that is 0; restarts a running timer.
    ///
    /// The time counts from now and not from the beginning of the turn, however long the turn has taken; 0 counts as 1.
    public func start(after milliseconds: UInt64, repeating interval: UInt64 = 0) {
        // libuv counts from the turn's cached clock. Updating that clock here would let timers that restart each other
        // be due again in the same pass, and so would 0: descriptors would never get their turn.
        let clock = uv_hrtime() / 1_000_000
        let elapsed = clock > loop.now ? clock &- loop.now : 0
        uv_timer_start(
            handle,
            { handle in
                // A strong reference: the closure may let go of its own timer.
                Unmanaged<Timer>.fromOpaque(handle!.pointee.data).takeUnretainedValue().fire()
            },
            max(1, milliseconds.addingReportingOverflow(elapsed).overflow ? .max : milliseconds &+ elapsed),
            interval
        )
    }

    /// Stops the timer; it may be started again.
    public func stop() {
        uv_timer_stop(handle)
    }

    /// True while the timer will fire.
    public var isActive: Bool {
        uv_is_active(handle.asHandle) != 0
    }

    /// Whether the running timer keeps `EventLoop.run()` from returning; true at first.
    public var keepsLoopAlive: Bool {
        get { uv_has_ref(handle.asHandle) != 0 }
        set { if newValue { uv_ref(handle.asHandle) } else { uv_unref(handle.asHandle) } }
    }
}

@available(*, unavailable)
extension Timer: Sendable {}
