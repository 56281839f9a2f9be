import Testing

@testable import EngineIO

@Suite struct TokenBucketTests {
    @Test func `in the long run it gives its rate, whatever the steps`() {
        for step: UInt64 in [1, 7, 250, 3_000] {
            var bucket = TokenBucket()
            var taken = 0
            var now: UInt64 = 1_000_000
            let end = now + 60_000
            while now < end {
                while bucket.take(1, perSecond: 100, burst: 1_000, now: now) { taken += 1 }
                now += step
            }
            #expect((6_700...7_000).contains(taken), "steps of \(step)")
        }
    }

    @Test func `what is refused costs nothing`() {
        var bucket = TokenBucket()
        expect(false, bucket.take(11, perSecond: 1, burst: 10, now: 1))
        expect(true, bucket.take(10, perSecond: 1, burst: 10, now: 1))
        expect(false, bucket.take(1, perSecond: 1, burst: 10, now: 1_000))
        expect(true, bucket.take(1, perSecond: 1, burst: 10, now: 1_001))
    }

    @Test func `extreme rates and times do not overflow`() {
        var bucket = TokenBucket()
        let burst = TokenBucket.burst(.max)
        for now: UInt64 in [0, 1, .max - 1, .max, 0] {
            expect(true, bucket.take(1_000_000, perSecond: .max, burst: burst, now: now))
        }
        expect(false, bucket.take(1, perSecond: 0, burst: TokenBucket.burst(0), now: 0))
        var options = EngineOptions()
        options.maxBytesPerSecond = .max
        options.maxPacketsPerSecond = .max
        options.maxHttpBufferSize = .max
        var meter = RateMeter()
        for _ in 0..<3 { expect(true, meter.take(1_000_000_000, RateLimits(options), now: .max)) }
    }
}

/// `#expect` cannot call what changes its receiver.
private func expect(_ expected: Bool, _ taken: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(taken == expected, sourceLocation: sourceLocation)
}
