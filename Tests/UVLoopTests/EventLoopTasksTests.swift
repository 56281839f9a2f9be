import TestSupport
import Testing

@testable import UVLoop

@Suite struct EventLoopTasksTests {
    @Test func `a task starts inside the call and its suspensions wake no other thread`() throws {
        let suspensions = 1_000
        let loop = try EventLoop()
        var resumed = 0
        var isOnLoop = true
        loop.spawn {
            for _ in 0..<suspensions {
                await withUnsafeContinuation { continuation in
                    loop.nextTurn { continuation.resume() }
                }
                resumed += 1
                isOnLoop = isOnLoop && loop.isCurrent
            }
        }
        #expect(resumed == 0)
        try loop.run()
        #expect(resumed == suspensions)
        #expect(isOnLoop)
        #expect(loop.wakeUps == 0, "each suspension was resumed on the loop's own queue")
    }

    @Test func `a yielding task lets timers and other tasks run`() throws {
        var order: [String] = []
        try onLoop { loop in
            for name in ["a", "b"] {
                loop.spawn {
                    order.append("\(name) 1")
                    await Task.yield()
                    order.append("\(name) 2")
                }
            }
        }
        #expect(order == ["a 1", "b 1", "a 2", "b 2"])
    }

    @Test func `run waits for a task that sleeps elsewhere, and the rest of it is on the loop`() async throws {
        let isOnLoop = try await onThread {
            let loop = try EventLoop()
            var isOnLoop = false
            loop.spawn {
                do { try await Task.sleep(for: .milliseconds(5)) } catch { return }
                isOnLoop = loop.isCurrent
            }
            try loop.run()
            return isOnLoop
        }
        #expect(isOnLoop)
    }

    @Test func `after awaiting what runs elsewhere a task is back on the loop`() async throws {
        let (sum, isOnLoop, wakeUps) = try await onThread {
            let loop = try EventLoop()
            var sum = 0
            var isOnLoop = true
            loop.spawn {
                sum += await Task.detached { 20 }.value
                isOnLoop = loop.isCurrent
                sum += await twice(11)
                isOnLoop = isOnLoop && loop.isCurrent
            }
            try loop.run()
            return (sum, isOnLoop, loop.wakeUps)
        }
        #expect(sum == 42 && isOnLoop)
        #expect(wakeUps <= 1, "only the other thread's answer had to wake the loop")
    }

    @Test func `other tasks call into the loop through its actor`() async throws {
        let answer = try await onThread {
            let loop = try EventLoop()
            let deadline = Timer(on: loop) { loop.stop() }
            deadline.start(after: 60_000)  // The pool's few threads may be busy with other tests for long.
            Task.detached {
                let isCurrent = await loop.isolation.run { loop.isCurrent }
                loop.mailbox.submit { if isCurrent { loop.stop() } }
            }
            try loop.run()
            return deadline.isActive
        }
        #expect(answer, "the call came, and on the loop's thread")
    }

    @Test func `what a task holds is gone with it`() throws {
        weak var held: CountingFlushable?
        try onLoop { loop in
            let object = CountingFlushable()
            held = object
            loop.spawn {
                await Task.yield()
                object.flush()
            }
        }
        #expect(held == nil)
    }
}

private func twice(_ number: Int) async -> Int {
    await Task.yield()
    return number * 2
}
