// EventLoop+Sleep: a pause in an asynchronous handler, without a thread and without leaving the loop.

extension EventLoop {
    /// Suspends the calling task for that many milliseconds, and no longer than its cancellation.
    ///
    /// Call it on the loop, from a task that `spawn` started. It is exact to a millisecond and costs one timer.
    public func sleep(for milliseconds: UInt64) async {
        let timer = SleepTimer(on: self)
        await withTaskCancellationHandler {
            await withUnsafeContinuation { timer.start(milliseconds, $0) }
        } onCancel: {
            // Cancellation may come from any thread; the timer belongs to the loop.
            mailbox.submit { timer.finish() }
        }
    }
}

/// One pause: it ends by its timer or by cancellation, whichever comes first.
///
/// `@unchecked Sendable` because the cancellation handler must hold it; it is touched on the loop only.
private final class SleepTimer: @unchecked Sendable {
    private let loop: EventLoop
    private var timer: Timer?
    private var continuation: UnsafeContinuation<Void, Never>?
    private var isFinished = false

    init(on loop: EventLoop) {
        self.loop = loop
    }

    func start(_ milliseconds: UInt64, _ continuation: UnsafeContinuation<Void, Never>) {
        guard !isFinished else { return continuation.resume() }
        self.continuation = continuation
        timer = Timer(on: loop) { [self] in finish() }
        timer?.start(after: milliseconds)
    }

    func finish() {
        isFinished = true
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
