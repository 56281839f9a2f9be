// onLoops: run one test's events on several loops, each with its thread, with a deadline instead of sleeps; and a value
// that the threads of a test may share.

internal import Foundation
public import UVLoop

/// Runs a group of loops while the calling task is suspended.
///
/// Throws `DeadlinePassed` when that takes longer than `deadline` milliseconds, or than TEST_DEADLINE says: then the group is stopped.
public func onLoops(
    _ group: LoopGroup,
    within deadline: UInt64 = 20_000,
    _ setUp: @escaping @Sendable (EventLoop, Int) throws -> Void
) async throws {
    let (isLate, isOver) = (Shared(false), Shared(false))
    let watchdog = DispatchWorkItem {
        guard !isOver.value else { return }
        isLate.value = true
        group.stop()
        group.stop()
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(patience(deadline))), execute: watchdog)
    defer { watchdog.cancel() }
    try await onThread {
        // Said on this thread: the waiting task may be resumed much later, when all tests begin at once.
        defer { isOver.value = true }
        try group.run(setUp)
    }
    if isLate.value { throw DeadlinePassed() }
}

/// A value that several threads may use, one after the other.
public final class Shared<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var stored: Value

    /// Begins with this value.
    public init(_ value: Value) {
        stored = value
    }

    /// The value at this moment.
    public var value: Value {
        get { lock.withLock { stored } }
        set { lock.withLock { stored = newValue } }
    }

    /// Changes the value while nobody else can.
    @discardableResult
    public func change<Result>(_ body: (inout Value) -> Result) -> Result {
        lock.withLock { body(&stored) }
    }
}
