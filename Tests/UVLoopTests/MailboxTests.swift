import TestSupport
import Testing

@testable import UVLoop

@Suite struct MailboxTests {
    @Test func `work from many threads arrives on the loop, each thread's in its order`() throws {
        let loop = try EventLoop()
        let box = Box(loop)
        let perThread = 2_000
        let keepAlive = Timer(on: loop) { loop.stop() }
        keepAlive.start(after: 10_000)
        let mailbox = loop.mailbox
        let threads = (0..<4).map { thread in
            TestThread {
                for index in 0..<perThread { mailbox.submit { box.take(thread, index) } }
            }
        }
        box.onFull = { loop.stop() }
        try loop.run()
        for thread in threads { thread.join() }
        #expect(box.arrived == Array(repeating: perThread, count: 4))
        #expect(!box.isOutOfOrder)
        #expect(loop.wakeUps <= 4 * perThread)
    }

    @Test func `a batch wakes the loop once`() throws {
        let loop = try EventLoop()
        let box = Box(loop)
        let mailbox = loop.mailbox
        let thread = TestThread {
            for index in 0..<4 * 2_000 { mailbox.submit { box.take(index % 4, index / 4) } }
        }
        thread.join()
        box.onFull = { loop.stop() }
        let keepAlive = Timer(on: loop) { loop.stop() }
        keepAlive.start(after: 10_000)
        try loop.run()
        #expect(box.arrived == [2_000, 2_000, 2_000, 2_000])
        #expect(loop.wakeUps == 1)
    }

    @Test func `work that is submitted on the loop itself runs on a later turn`() throws {
        var isInside = false
        try onLoop { loop in
            let done = Box(loop)
            done.onFull = { loop.stop() }
            loop.nextTurn {
                isInside = true
                loop.mailbox.submit { done.onFull() }
                isInside = false
            }
            let timer = Timer(on: loop) { Issue.record("never came") }
            timer.start(after: 5_000)
            try loop.run()
            #expect(!isInside)
        }
    }
}

/// Loop-bound state that a test's closures reach through the mailbox only.
final class Box: @unchecked Sendable {
    private let loop: EventLoop
    var arrived = [0, 0, 0, 0]
    var isOutOfOrder = false
    var onFull: () -> Void = {}

    init(_ loop: EventLoop) {
        self.loop = loop
    }

    func take(_ thread: Int, _ index: Int) {
        loop.checkIsolated()
        if arrived[thread] != index { isOutOfOrder = true }
        arrived[thread] += 1
        if arrived.allSatisfy({ $0 == 2_000 }) { onFull() }
    }
}
