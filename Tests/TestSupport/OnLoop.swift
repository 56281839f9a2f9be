// onLoop: run one test's events on a loop of its own, synchronously, with a deadline instead of sleeps.

internal import Foundation
public import UVLoop

/// The events that a test waited for did not come.
public struct DeadlinePassed: Error, CustomStringConvertible {
    /// What the runner prints.
    public let description = "the loop was still waiting at the deadline"
}

/// How many milliseconds a test waits before it gives up: these, or TEST_DEADLINE seconds where that is longer.
///
/// It decides only when a wait in vain ends; a program built with a sanitizer is several times slower.
public func patience(_ milliseconds: UInt64) -> UInt64 {
    let seconds = ProcessInfo.processInfo.environment["TEST_DEADLINE"].flatMap { UInt64($0) } ?? 0
    return max(milliseconds, seconds * 1000)
}

/// Makes a loop, has `body` set the scene, and runs until nothing is left alive or someone calls `stop()`.
///
/// Throws `DeadlinePassed` when that takes longer than `deadline` milliseconds, or than TEST_DEADLINE says. Whatever the
/// scene left open is closed afterwards.
public func onLoop(within deadline: UInt64 = 10_000, _ body: (EventLoop) throws -> Void) throws {
    let loop = try EventLoop()
    defer { loop.closeAll() }
    var isLate = false
    let timer = Timer(on: loop) {
        isLate = true
        loop.stop()
    }
    timer.start(after: patience(deadline))
    timer.keepsLoopAlive = false
    try body(loop)
    try loop.run()
    withExtendedLifetime(timer) {}
    if isLate { throw DeadlinePassed() }
}

/// Runs `body` on a thread of its own while the calling task is suspended.
///
/// For loops that wait for tasks elsewhere: the global pool is as small as the machine, and a test that holds one of its
/// threads in `run()` while it waits for another waits for itself. Make expectations of what it returns.
public func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
