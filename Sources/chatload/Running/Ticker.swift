// Ticker: calls at an exact moment. libuv's timers count in milliseconds, which is longer than most of what is measured
// here; the kernel's timer descriptors are exact, and one is read here as if it were a pipe.

import CTimerFD
import Glibc
import UVLoop

/// One exact timer for the whole run.
///
/// Bound to its loop. Close it, or the loop will not end.
final class Ticker {
    private let descriptor: Int32
    private let stream: TCPStream
    private let reader: Reader
    private var armed: Nanoseconds = .max

    /// A timer that is not set; throws if the system has none left.
    init(on loop: EventLoop, _ fire: @escaping () -> Void) throws(UVError) {
        descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK) | Int32(TFD_CLOEXEC))
        guard descriptor >= 0 else { throw UVError(code: -errno) }
        stream = try TCPStream.adopt(descriptor, unix: true, on: loop)
        reader = Reader()
        stream.setHandler(reader)
        stream.start()
        reader.fire = { [unowned self] in
            armed = .max
            fire()
        }
    }

    /// Fires at this moment, at once if it has passed; `.max` is never.
    func set(_ moment: Nanoseconds) {
        guard moment != armed, stream.isOpen else { return }
        armed = moment
        // A time of zero would stop the timer.
        let time = moment == .max ? 0 : max(1, moment)
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(time / 1_000_000_000)
        setting.it_value.tv_nsec = Int(time % 1_000_000_000)
        timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &setting, nil)
    }

    /// Gives the timer up.
    func close() {
        stream.close()
    }

    /// What comes out of the descriptor is how often it has fired, which nobody wants to know.
    private final class Reader: StreamHandler {
        var fire: () -> Void = {}

        override func receive(_ bytes: inout MutableRawSpan) {
            fire()
        }
    }
}

@available(*, unavailable) extension Ticker: Sendable {}
