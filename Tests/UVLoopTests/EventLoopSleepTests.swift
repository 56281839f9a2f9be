import Testing

@testable import UVLoop

@Suite struct EventLoopSleepTests {
    @Test func `tasks wake in the order of their times and leave no handle`() throws {
        let loop = try EventLoop()
        let handles = loop.liveHandles
        var woken: [UInt64] = []
        for milliseconds in [30, 10, 20] as [UInt64] {
            loop.spawn {
                await loop.sleep(for: milliseconds)
                woken.append(milliseconds)
            }
        }
        try loop.run()
        #expect(woken == [10, 20, 30])
        #expect(loop.liveHandles == handles)
    }

    @Test func `a cancelled task does not sleep on`() throws {
        let loop = try EventLoop()
        let begun = loop.now
        loop.spawn {
            await withTaskGroup(of: Void.self) { group in
                group.addTask(executorPreference: loop) { await loop.isolation.run { loop }.sleep(for: 600_000) }
                group.cancelAll()
            }
        }
        try loop.run()
        #expect(loop.now - begun < 600_000)
    }
}
