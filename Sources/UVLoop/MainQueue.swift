// MainQueue: lets a loop that runs on the main thread serve the main actor as well.
// Code at the top level of main.swift, and async closures written there, belong to the main actor, whose jobs wait in
// libdispatch's main queue. The main thread is inside uv_run and would never look there, so the loop polls the queue's
// descriptor, as CFRunLoop does.

internal import CUV

/// The main queue as one more descriptor of a loop.
struct MainQueue {
    private let poll: UnsafeMutablePointer<uv_poll_t>

    /// Nil when the program has no main queue that could be polled.
    init?(_ uv: UnsafeMutablePointer<uv_loop_t>) {
        let descriptor = cuv_main_queue_descriptor()
        guard descriptor >= 0 else { return nil }
        poll = .allocate(capacity: 1)
        guard uv_poll_init(uv, poll, descriptor) == 0 else {
            poll.deallocate()
            return nil
        }
        poll.pointee.data = nil
        uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { _, _, _ in cuv_main_queue_run() }
        uv_unref(poll.asHandle)
    }

    func close() {
        uv_close(poll.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
    }

    /// True on the thread that the process began with: the only one on which the main actor may run.
    static var isMainThread: Bool {
        cuv_is_main_thread() != 0
    }
}

extension EventLoop {
    /// Serves the main actor for as long as the loop lives; does nothing on other threads.
    func serveMainQueue() {
        guard mainQueue == nil, MainQueue.isMainThread else { return }
        mainQueue = MainQueue(uv)
        if mainQueue == nil {
            log(.warning, "no main queue: async handlers written at the top level of main.swift will not run")
        }
    }
}
