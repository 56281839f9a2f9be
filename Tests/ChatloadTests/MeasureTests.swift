import Testing

@testable import chatload

@Suite struct MeasureTests {
    @Test func `percentiles are those of what was recorded, to three digits`() {
        var times = Latencies()
        for milliseconds in 1...1000 { times.record(UInt64(milliseconds) * 1_000_000) }
        #expect(times.count == 1000)
        for (percentile, expected) in [(50.0, 500.0), (90, 900), (99, 990), (99.9, 999)] {
            let found = times.percentile(percentile).milliseconds
            #expect(abs(found - expected) / expected < 0.002, "\(percentile)")
        }
        #expect(times.percentile(100) == 1_000_000_000)
        #expect(times.longest == 1_000_000_000)
        #expect(times.shortest == 1_000_000)
    }

    @Test func `without times everything is nothing`() {
        let times = Latencies()
        #expect(times.percentile(99) == 0)
        #expect(times.mean == 0)
        #expect(times.curve().isEmpty)
    }

    @Test func `what is longer than an hour counts as an hour, and its length is kept`() {
        var times = Latencies()
        times.record(7_200_000_000_000)
        #expect(times.count == 1)
        #expect(times.longest == 7_200_000_000_000)
        #expect(times.percentile(50) >= 3_600_000_000_000)
    }

    @Test func `a curve rises and ends with the longest`() {
        var times = Latencies()
        for value in 1...10_000 { times.record(UInt64(value) * 1000) }
        let curve = times.curve()
        #expect(zip(curve, curve.dropFirst()).allSatisfy { $0.percentile <= $1.percentile && $0.time <= $1.time })
        #expect(curve.last?.percentile == 100)
        #expect(curve.last?.time == 10_000_000)
    }

    @Test func `only what was due in the window is measured, but the course shows all`() {
        let measure = Measure("echo", window: 100..<200)
        measure.record(due: 50, at: 150)
        measure.record(due: 100, at: 300)
        measure.record(due: 199, at: 5_000)
        measure.record(due: 200, at: 201)
        #expect(measure.latencies.count == 2)
        measure.endInterval()
        measure.endInterval()
        #expect(measure.course.map(\.count) == [4, 0])
    }

    @Test func `what is given up counts with its age, but not as done`() {
        let measure = Measure("echo", window: 0..<1_000_000_000)
        measure.record(due: 0, at: 1_000_000)
        measure.giveUp(due: 0, at: 5_000_000_000)
        measure.giveUp(due: 2_000_000_000, at: 5_000_000_000)
        #expect(measure.done == 1)
        #expect(measure.unanswered == 1)
        #expect(measure.latencies.longest == 5_000_000_000)
    }
}
