// LoopThread: a loop on a thread of its own, for programs that have none.

internal import CUV
internal import Synchronization

/// A loop that runs on a thread of its own.
///
/// It runs as long as somebody holds this object, and then until nothing is left that could happen on it.
public final class LoopThread: Sendable {
    /// The loop; its mailbox and its executor are the ways to it.
    public let loop: EventLoop

    /// Starts a thread with a loop.
    public init() throws(UVError) {
        let loop = try EventLoop()
        loop.taskBegan()  // As if of a task: `run()` does not return until this object says that it has ended.
        loop.owner.store(0, ordering: .relaxed)  // Nobody's until the thread runs it, and this thread's never again.
        var thread = uv_thread_t()
        let argument = Unmanaged.passRetained(loop)
        let status = uv_thread_create(&thread, { runLoop($0!) }, argument.toOpaque())
        guard status == 0 else {
            argument.release()
            throw UVError(code: status)
        }
        // Nobody waits for the thread: the last who let go of the loop may be the thread itself.
        cuv_thread_detach(thread)
        self.loop = loop
    }

    deinit {
        loop.mailbox.submit { [loop] in loop.taskEnded() }
    }
}

/// What the thread does.
private func runLoop(_ argument: UnsafeMutableRawPointer) {
    let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
    do { try loop.run() } catch { loop.log(.error, "the loop of a thread does not run: \(error)") }
}
