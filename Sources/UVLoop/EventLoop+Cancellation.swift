// EventLoop+Cancellation: how the cancellation of a task reaches what is bound to a loop. The runtime reports it on any
// thread; the loop's objects must not be touched there.

extension EventLoop {
    /// Runs `body`, and `cancel` on the loop when the calling task is cancelled before `body` has returned.
    ///
    /// Call it on the loop. `cancel` is called at most once, in a turn of its own, and not after `body` has returned.
    public nonisolated(nonsending) func withCancellation<T>(
        _ cancel: @escaping () -> Void,
        _ body: nonisolated(nonsending) () async -> T
    ) async -> T {
        let order = CancellationOrder(cancel)
        defer { order.cancel = nil }
        return await withTaskCancellationHandler {
            await body()
        } onCancel: {
            mailbox.submit { order.run() }
        }
    }
}

/// What to do when a task is cancelled.
///
/// `@unchecked Sendable` because the cancellation handler must hold it; it is touched on the loop only.
private final class CancellationOrder: @unchecked Sendable {
    var cancel: (() -> Void)?

    init(_ cancel: @escaping () -> Void) {
        self.cancel = cancel
    }

    func run() {
        let cancel = cancel
        self.cancel = nil
        cancel?()
    }
}
