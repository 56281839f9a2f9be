// EventLoop+Tasks: the loop as the executor of Swift's tasks, and `spawn`, the one way in which handlers get a task.
// A task that only had the loop as its actor's executor would resume on the global pool first and hop back from there
// (some 20 microseconds and a wake-up each time). Hence the loop is a TaskExecutor too, and spawn names it as such.

/// The actor whose code runs on a loop; one per loop.
///
/// Use it to call into a loop from anywhere: `await loop.isolation.run { ... }`.
public actor LoopActor {
    /// Owned by the loop, which no task on it can outlive: the task holds its executor.
    private nonisolated unowned let loop: EventLoop

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    /// The loop as this actor's executor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        loop.asUnownedSerialExecutor()
    }

    /// Runs `work` on the loop and returns what it returns.
    public func run<T: Sendable>(_ work: @Sendable () throws -> T) rethrows -> T {
        try work()
    }
}

/// Carries a loop-bound closure into the task that runs it on the same loop: the single unsafe crossing.
private struct LoopConfined: @unchecked Sendable {
    let body: nonisolated(nonsending) () async -> Void
}

extension EventLoop {
    /// The loop's actor, for calls from tasks that run elsewhere.
    public var isolation: LoopActor {
        actor
    }

    /// Starts a task on this loop, at once and inside this call; every part of it runs on the loop's thread.
    ///
    /// Call on the loop. `run()` does not return while such a task is unfinished. The first time that the task might
    /// suspend it is queued to the end of the turn, so register what is to resume it before that.
    public func spawn(_ body: nonisolated(nonsending) @escaping () async -> Void) {
        precondition(isCurrent, "spawn is for the loop's own thread; use mailbox.submit from others")
        let confined = LoopConfined(body: body)
        taskBegan()
        actor.assumeIsolated { isolation in
            _ = Task.immediate(executorPreference: self) {
                _ = isolation  // The capture is what isolates the task to this actor.
                await confined.body()
                self.taskEnded()
            }
        }
    }

    /// Takes a piece of a task: on the loop it runs at the end of this turn, from other threads it wakes the loop.
    public func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        if isCurrent {
            readyJobs.append(unowned)
        } else {
            mailbox.put(unowned)
        }
    }

    /// Tells the runtime whether the current thread is this loop's.
    public func isIsolatingCurrentContext() -> Bool? {
        isCurrent
    }

    /// Traps when the current thread is not this loop's.
    public func checkIsolated() {
        precondition(isCurrent, "not on the thread of this loop")
    }

    func runReadyJobs() {
        swap(&readyJobs, &spareJobs)
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        for job in spareJobs { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
        spareJobs.removeAll(keepingCapacity: true)
    }

    /// Something is unfinished: `run()` does not return until it is.
    func taskBegan() {
        liveTasks += 1
        if liveTasks == 1 { mailbox.keepLoopAlive(true) }
    }

    func taskEnded() {
        liveTasks -= 1
        if liveTasks == 0 { mailbox.keepLoopAlive(false) }
    }
}
