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

    @Test func `run waits for a task that sleeps elsewhere, and the rest of it is on the loop`() throws {
        var isOnLoop = false
        try onLoop { loop in
            loop.spawn {
                do { try await Task.sleep(for: .milliseconds(5)) } catch { Issue.record(error) }
                isOnLoop = loop.isCurrent
            }
        }
        #expect(isOnLoop)
    }

    @Test func `a task may await another's value without leaving the loop`() throws {
        let loop = try EventLoop()
        var sum = 0
        loop.spawn {
            async let remote = Task.detached { 20 }.value
            sum += await remote
            #expect(loop.isCurrent)
            sum += await twice(11)
            #expect(loop.isCurrent)
        }
        try loop.run()
        #expect(sum == 42)
    }

    @Test func `other tasks call into the loop through its actor`() throws {
        let loop = try EventLoop()
        let keepAlive = Timer(on: loop) { loop.stop() }
        keepAlive.start(after: 10_000)
        Task.detached {
            let isCurrent = await loop.isolation.run { loop.isCurrent }
            #expect(isCurrent)
            loop.mailbox.submit { loop.stop() }
        }
        try loop.run()
        #expect(keepAlive.isActive, "stopped before the deadline")
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
