import TestSupport
import Testing
import UVLoop

@Suite struct TimeoutsTests {
    @Test func `thousands of deadlines expire, none early, on one timer`() throws {
        var early = 0
        var fired = 0
        let loop = try EventLoop()
        let deadlines = (0..<5_000).map { index in
            let after = UInt64(index % 200)
            let due = loop.now + after
            return TestDeadline { _ in
                fired += 1
                if loop.now < due { early += 1 }
            }
        }
        for (index, deadline) in deadlines.enumerated() { loop.timeouts.schedule(deadline, after: UInt64(index % 200)) }
        #expect(loop.timeouts.count == 5_000)
        #expect(loop.liveHandles == 0, "the wheel's own handle is not counted")
        try loop.run()
        #expect(fired == 5_000 && early == 0 && loop.timeouts.count == 0)
    }

    @Test func `a cancelled deadline does not expire and does not keep the loop`() throws {
        let loop = try EventLoop()
        let deadline = TestDeadline { _ in Issue.record("expired") }
        loop.timeouts.schedule(deadline, after: 60_000)
        #expect(deadline.isScheduled)
        deadline.cancel()
        deadline.cancel()
        try loop.run()
        #expect(!deadline.isScheduled)
    }

    @Test func `scheduling again moves a deadline`() throws {
        var fired = 0
        let loop = try EventLoop()
        let deadline = TestDeadline { _ in fired += 1 }
        loop.timeouts.schedule(deadline, after: 60_000)
        loop.timeouts.schedule(deadline, after: 1)
        try loop.run()
        #expect(fired == 1)
    }

    @Test func `scheduling to the same tick again and again leaves one deadline that comes once`() throws {
        var fired = 0
        let loop = try EventLoop()
        let deadline = TestDeadline { _ in fired += 1 }
        for _ in 0..<1_000 { loop.timeouts.schedule(deadline, after: 40) }
        #expect(loop.timeouts.count == 1)
        try loop.run()
        #expect(fired == 1)
        loop.timeouts.schedule(deadline, after: 0)
        try loop.run()
        #expect(fired == 2, "a tick that it had before does not count")
    }

    @Test func `inside its call a deadline may schedule itself, cancel others and be let go`() throws {
        let loop = try EventLoop()
        var fired: [String] = []
        var deadlines: [String: TestDeadline] = [:]
        for name in ["a", "b", "c"] {
            deadlines[name] = TestDeadline { deadline in
                fired.append(name)
                if fired.count == 1 {
                    for other in deadlines.keys where other != name { deadlines[other] = nil }
                    loop.timeouts.schedule(deadline, after: 0)
                } else {
                    deadlines[name] = nil
                }
            }
        }
        for deadline in deadlines.values { loop.timeouts.schedule(deadline, after: 10) }
        try loop.run()
        #expect(fired.count == 2 && fired[0] == fired[1], "the first one twice, the two that it let go never")
        #expect(deadlines.isEmpty)
    }

    @Test func `a deadline that nobody holds is cancelled`() throws {
        let loop = try EventLoop()
        loop.timeouts.schedule(TestDeadline { _ in Issue.record("expired") }, after: 10)
        #expect(loop.timeouts.count == 0)
        try loop.run()
    }

    @Test func `a time beyond all counting means never`() throws {
        let loop = try EventLoop()
        let deadline = TestDeadline { _ in Issue.record("expired") }
        loop.timeouts.schedule(deadline, after: .max)
        #expect(!deadline.isScheduled)
        try loop.run()
    }

    @Test func `a deadline may outlive its loop`() throws {
        let deadline = TestDeadline { _ in Issue.record("expired") }
        do {
            let loop = try EventLoop()
            loop.timeouts.schedule(deadline, after: 10)
        }
        #expect(!deadline.isScheduled)
    }
}

private final class TestDeadline: Deadline {
    let onExpired: (TestDeadline) -> Void

    init(_ onExpired: @escaping (TestDeadline) -> Void) {
        self.onExpired = onExpired
    }

    override func expired() {
        onExpired(self)
    }
}
