// WorkPool: work that would hold the loop up (files, hashing) done on libuv's threads, its result brought back.

internal import CUV

/// The threads beside a loop: four per process, or as many as UV_THREADPOOL_SIZE says.
public struct WorkPool {
    let loop: EventLoop

    /// Does `work` on another thread and calls `done` with its result on the loop.
    ///
    /// `done` is not called when `cancelAll()` came before the work began.
    public func run<T: Sendable>(_ work: @escaping @Sendable () -> T, done: @escaping (T) -> Void) {
        start(work) { result in
            if case .success(let value) = result { done(value) }
        }
    }

    /// Does `work` on another thread while the calling task is suspended.
    ///
    /// Throws `UVError.canceled` when `cancelAll()` came before the work began.
    public func run<T: Sendable>(_ work: @escaping @Sendable () -> T) async throws(UVError) -> T {
        let result: Result<T, UVError> = await withUnsafeContinuation { continuation in
            start(work) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Gives up what has not begun on a thread yet.
    public func cancelAll() {
        for request in loop.requests.values { request.cancel() }
    }

    private func start<T: Sendable>(
        _ work: @escaping @Sendable () -> T,
        _ done: @escaping (Result<T, UVError>) -> Void
    ) {
        let request = WorkRequest(on: loop, work, done)
        let status = uv_queue_work(
            loop.uv,
            request.raw,
            { raw in Unmanaged<AnyWork>.fromOpaque(raw!.pointee.data)._withUnsafeGuaranteedRef { $0.perform() } },
            { raw, status in Unmanaged<AnyWork>.fromOpaque(raw!.pointee.data).takeRetainedValue().finish(status) }
        )
        precondition(status == 0, "uv_queue_work refuses only a missing callback")
    }
}

@available(*, unavailable)
extension WorkPool: Sendable {}

extension EventLoop {
    /// Threads for work that would hold the loop up.
    public var work: WorkPool {
        WorkPool(loop: self)
    }
}

/// A libuv request that may be given up while it waits for a thread.
class Request {
    let loop: EventLoop

    init(on loop: EventLoop) {
        self.loop = loop
        loop.requests[ObjectIdentifier(self)] = self
    }

    func cancel() {}

    func forget() {
        loop.requests[ObjectIdentifier(self)] = nil
    }
}

/// The part of a request for work that libuv's callbacks can name: generic classes have no C callbacks.
private class AnyWork: Request {
    let raw: UnsafeMutablePointer<uv_work_t>

    override init(on loop: EventLoop) {
        raw = .allocate(capacity: 1)
        super.init(on: loop)
        raw.pointee.data = Unmanaged<AnyWork>.passRetained(self).toOpaque()
    }

    deinit {
        raw.deallocate()
    }

    /// On a thread of the pool.
    func perform() {}

    /// On the loop.
    func finish(_ status: Int32) {}

    override func cancel() {
        uv_cancel(UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_req_t.self))
    }
}

private final class WorkRequest<T: Sendable>: AnyWork {
    let work: @Sendable () -> T
    let done: (Result<T, UVError>) -> Void
    /// Written by the pool's thread, read on the loop after libuv has handed the request back: never by both at once.
    var result: T?

    init(on loop: EventLoop, _ work: @escaping @Sendable () -> T, _ done: @escaping (Result<T, UVError>) -> Void) {
        self.work = work
        self.done = done
        super.init(on: loop)
    }

    override func perform() {
        result = work()
    }

    override func finish(_ status: Int32) {
        forget()
        if let result {
            done(.success(result))
        } else {
            done(.failure(UVError(code: status)))
        }
    }
}
