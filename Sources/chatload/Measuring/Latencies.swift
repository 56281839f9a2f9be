// Latencies: a histogram of times with three significant digits from a microsecond to an hour, whatever their number.

import Histogram

/// Times, as HdrHistogram keeps them.
struct Latencies {
    /// What is longer counts as this long.
    static let longest: Nanoseconds = 3_600_000_000_000

    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 1_000,
        highestTrackableValue: Latencies.longest,
        numberOfSignificantValueDigits: .three
    )
    /// The histogram rounds upwards; these are as they were.
    private(set) var longest: Nanoseconds = 0
    private(set) var shortest: Nanoseconds = .max

    /// How many there are.
    var count: Int { Int(histogram.totalCount) }

    /// Adds one.
    mutating func record(_ time: Nanoseconds) {
        histogram.record(min(time, Self.longest))
        longest = max(longest, time)
        shortest = min(shortest, time)
    }

    /// The time within which so many in a hundred were; 0 if there are none.
    func percentile(_ percentile: Double) -> Nanoseconds {
        count == 0 ? 0 : min(histogram.valueAtPercentile(percentile), longest)
    }

    /// The average; 0 if there are none.
    var mean: Nanoseconds {
        count == 0 ? 0 : Nanoseconds(histogram.mean)
    }

    /// Percentiles closer and closer to 100, for a curve: halving the distance takes `steps` of them.
    func curve(steps: Int = 4) -> [(percentile: Double, time: Nanoseconds)] {
        guard count > 0 else { return [] }
        return histogram.percentiles(ticksPerHalfDistance: steps).map { ($0.percentile, min($0.value, longest)) }
    }

    /// Forgets all.
    mutating func reset() {
        guard count > 0 else { return }
        histogram.reset()
        longest = 0
        shortest = .max
    }
}
