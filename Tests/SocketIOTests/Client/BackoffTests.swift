import Testing

@testable import SocketIO

@Suite struct BackoffTests {
    private func waits(_ count: Int, random: @escaping @Sendable () -> Double) -> [UInt64] {
        var options = ManagerOptions()
        options.random = random
        var backoff = Backoff(options)
        return (0..<count).map { _ in backoff.next() }
    }

    @Test func `the wait doubles up to its bound`() {
        #expect(waits(6) { 0.5 } == [1_000, 2_000, 4_000, 5_000, 5_000, 5_000])
    }

    @Test func `the wait is spread after it was bounded, so that it stays spread`() {
        #expect(waits(9) { 0 }.last == 2_500)
        #expect(waits(9) { 1 }.last == 7_500)
    }

    @Test func `a hundred attempts neither overflow nor lose the bound`() {
        #expect(waits(100) { 0.5 }.last == 5_000)
    }

    @Test func `success begins anew`() {
        var options = ManagerOptions()
        options.random = { 0.5 }
        var backoff = Backoff(options)
        _ = backoff.next()
        #expect(backoff.next() == 2_000 && backoff.attempts == 2)
        backoff.reset()
        #expect(backoff.next() == 1_000 && backoff.attempts == 1)
    }
}
