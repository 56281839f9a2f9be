import Testing

@testable import chatd

@Suite struct AllowanceTests {
    @Test func `a burst passes and the next one is told when`() {
        var allowance = Allowance(burst: 3, interval: 100)
        #expect((0..<3).map { _ in allowance.take(now: 1_000) } == [nil, nil, nil])
        #expect(allowance.take(now: 1_000) == 100)
        #expect(allowance.take(now: 1_060) == 40)
        #expect(allowance.take(now: 1_100) == nil)
        #expect(allowance.take(now: 1_100) == 100)
    }

    @Test func `silence fills the bucket and never more than that`() {
        var allowance = Allowance(burst: 2, interval: 100)
        _ = allowance.take(now: 0)
        #expect((0..<3).map { _ in allowance.take(now: 100_000) } == [nil, nil, 100])
    }
}
