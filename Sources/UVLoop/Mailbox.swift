// Mailbox: the door of a loop for other threads. A closure or a piece of a task is put under a lock and the loop is
// woken, once per batch; the loop takes the whole batch. Order is kept.

internal import CUV

/// Takes work from any thread to the loop.
///
/// It outlives its loop harmlessly: what is submitted after the loop is gone is dropped.
public final class Mailbox: Sendable {
    private enum Item {
        case work(@Sendable () -> Void)
        case job(UnownedJob)
    }

    private struct State: @unchecked Sendable {
        var items: [Item] = []
        /// Freed by libuv's close callback; nil from the moment when the loop begins to end.
        var wake: UnsafeMutablePointer<uv_async_t>?
    }

    private let state: Locked<State>

    init(_ uv: UnsafeMutablePointer<uv_loop_t>) {
        let wake = UnsafeMutablePointer<uv_async_t>.allocate(capacity: 1)
        let status = uv_async_init(uv, wake) { handle in
            EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.openMailbox() }
        }
        precondition(status == 0, "the loop has no wake-up descriptor: \(UVError(code: status))")
        wake.pointee.data = nil  // No object stands behind it that closeAll() could close.
        uv_unref(wake.asHandle)
        state = Locked(State(wake: wake))
    }

    /// Has `work` run on the loop's thread, in the order of submission; from any thread, the loop's own included.
    ///
    /// A waiting closure alone does not keep `run()` from returning. The mailbox itself has no bound: whoever
    /// submits on behalf of others has to bound what may wait.
    public func submit(_ work: @escaping @Sendable () -> Void) {
        put(.work(work))
    }

    func put(_ job: UnownedJob) {
        put(.job(job))
    }

    private func put(_ item: Item) {
        state.withLock { state in
            guard let wake = state.wake else { return }
            state.items.append(item)
            // Sent under the lock, so that close() cannot free the handle in between; the call is one write at most.
            if state.items.count == 1 { uv_async_send(wake) }
        }
    }

    /// Takes everything that was put, on the loop's thread.
    func open(on loop: EventLoop) {
        let items = state.withLock { state in
            let taken = state.items
            state.items = []
            return taken
        }
        for item in items {
            switch item {
            case .work(let work): work()
            case .job(let job): loop.readyJobs.append(job)
            }
        }
    }

    func keepLoopAlive(_ alive: Bool) {
        state.withLock { state in
            guard let wake = state.wake else { return }
            if alive { uv_ref(wake.asHandle) } else { uv_unref(wake.asHandle) }
        }
    }

    func close() {
        let dropped = state.withLock { state -> [Item] in
            guard let wake = state.wake else { return [] }
            state.wake = nil
            uv_close(wake.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
            let items = state.items
            state.items = []
            return items
        }
        _ = consume dropped  // Outside the lock: what the closures hold may submit something when it goes.
    }
}

extension EventLoop {
    func openMailbox() {
        wakeUps += 1
        mailbox.open(on: self)
    }
}
