import TestSupport
import Testing
import UVLoop

@Suite struct EventLoopCancellationTests {
    /// Waits to be resumed, by `during` or by the task's cancellation; what happened, in order.
    private static func run(
        _ during: @escaping (EventLoop, UnsafeCurrentTask, _ resume: @escaping () -> Void) -> Void
    ) throws -> [String] {
        var events: [String] = []
        try onLoop { loop in
            loop.spawn {
                var waiting: UnsafeContinuation<Void, Never>?
                let resume = {
                    waiting?.resume()
                    waiting = nil
                }
                let cancel = {
                    events.append(loop.isCurrent ? "cancelled" : "cancelled elsewhere")
                    resume()
                }
                let result = await loop.withCancellation(cancel) {
                    await withUnsafeContinuation { continuation in
                        waiting = continuation
                        withUnsafeCurrentTask { if let task = $0 { during(loop, task, resume) } }
                    }
                    return "returned"
                }
                events.append(result)
            }
        }
        return events
    }

    @Test func `what is not cancelled just returns`() throws {
        let events = try Self.run { loop, _, resume in loop.nextTurn(resume) }
        #expect(events == ["returned"])
    }

    @Test func `a task that is cancelled while it waits is told, on the loop`() throws {
        // The task is suspended, and therefore alive, until its cancellation resumes it.
        let events = try Self.run { loop, task, _ in loop.nextTurn { task.cancel() } }
        #expect(events == ["cancelled", "returned"])
    }

    @Test func `a task that is cancelled at once is told after this turn of the road`() throws {
        let events = try Self.run { _, task, _ in task.cancel() }
        #expect(events == ["cancelled", "returned"])
    }

    @Test func `a cancellation that comes too late is not told`() throws {
        let events = try Self.run { _, task, resume in
            resume()
            task.cancel()
        }
        #expect(events.last == "returned")
    }
}
