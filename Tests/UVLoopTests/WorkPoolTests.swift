import Foundation
import TestSupport
import Testing

@testable import UVLoop

@Suite struct WorkPoolTests {
    @Test func `work is done on another thread and its result comes back to the loop`() throws {
        var results: [Int] = []
        var wasElsewhere = true
        let loop = try EventLoop()
        for index in 0..<20 {
            loop.work.run {
                (index * index, loop.isCurrent)
            } done: { square, isCurrent in
                results.append(square)
                wasElsewhere = wasElsewhere && !isCurrent && loop.isCurrent
            }
        }
        #expect(results.isEmpty)
        try loop.run()
        #expect(results.sorted() == (0..<20).map { $0 * $0 } && wasElsewhere)
        #expect(loop.requests.isEmpty)
    }

    @Test func `a task may await the result`() throws {
        var sum = 0
        let loop = try EventLoop()
        loop.spawn {
            do {
                sum = try await loop.work.run { (1...100).reduce(0, +) }
            } catch {
                Issue.record(error)
            }
        }
        try loop.run()
        #expect(sum == 5_050 && loop.wakeUps == 0)
    }

    @Test func `cancelAll gives up what has not begun; who awaits it is told`() throws {
        let loop = try EventLoop()
        let gate = DispatchSemaphore(value: 0)
        let threads = 8  // More than libuv's four: none of them is free for what follows.
        for _ in 0..<threads {
            loop.work.run {
                gate.wait()
            } done: {
            }
        }
        var error: UVError?
        loop.work.run {
            1
        } done: { _ in
            Issue.record("cancelled work is not answered")
        }
        loop.spawn {
            do throws(UVError) { _ = try await loop.work.run { 2 } } catch let caught { error = caught }
        }
        // The task's first suspension is queued to the end of a turn; only then its work is in the pool's queue.
        loop.nextTurn {
            loop.nextTurn {
                loop.work.cancelAll()
                for _ in 0..<threads { gate.signal() }
            }
        }
        try loop.run()
        #expect(error == .canceled)
        #expect(loop.requests.isEmpty)
    }
}
