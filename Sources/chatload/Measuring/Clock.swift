// Clock: the time as chatload counts it, in nanoseconds of a clock that never goes back. Everything else in this folder
// is handed its times, so that tests hand it theirs.

import Glibc

/// A moment, in nanoseconds since some moment in the past; or a span of time.
typealias Nanoseconds = UInt64

/// The present moment.
func presentMoment() -> Nanoseconds {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Nanoseconds(time.tv_sec) &* 1_000_000_000 &+ Nanoseconds(time.tv_nsec)
}

extension Nanoseconds {
    /// So many seconds; at most a hundred years, at least none.
    static func seconds(_ seconds: Double) -> Nanoseconds {
        Nanoseconds(Swift.min(Swift.max(seconds, 0), 3.2e9) * 1e9)
    }

    /// So many milliseconds.
    static func milliseconds(_ milliseconds: Double) -> Nanoseconds {
        seconds(milliseconds / 1000)
    }

    /// As seconds.
    var seconds: Double { Double(self) / 1e9 }

    /// As milliseconds.
    var milliseconds: Double { Double(self) / 1e6 }

    /// The time since an earlier moment; none if it is a later one.
    func since(_ earlier: Nanoseconds) -> Nanoseconds {
        self > earlier ? self &- earlier : 0
    }
}
