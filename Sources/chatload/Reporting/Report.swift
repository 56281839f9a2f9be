// Report: everything that a run has found, as one value. The JSON file is this value; the text and the page are made
// from it, and `chatload compare` from the values that several files hold.

/// What a run has found.
struct Report: Codable, Equatable {
    /// The form of the file; another number, another form.
    var format = 1
    /// What the run is called beside others.
    var label: String
    var scenario: String
    var target: String
    /// What was asked for, for people.
    var settings: [Setting]
    /// Milliseconds since 1970.
    var startedAt: Int
    /// How long the measured window was.
    var seconds: Double
    /// Ended by a signal, before its time.
    var interrupted: Bool
    var connections: Connections
    /// The first is what the scenario is about.
    var measures: [MeasureReport]
    var faults: Faults
    /// What was noticed that is not a fault.
    var notes: [String]
    /// How much later than due operations were sent, in milliseconds: what chatload itself has added.
    var lateness: Lateness?
    var course: [Moment]
    var server: ProcessReport?
    var generator: ProcessReport

    /// A name and what it was set to.
    struct Setting: Codable, Equatable {
        var name: String
        var value: String
    }

    /// How many connections there were.
    struct Connections: Codable, Equatable {
        var wanted: Int
        var opened: Int
        var most: Int
    }

    /// How late operations were sent.
    struct Lateness: Codable, Equatable {
        var p50: Double
        var p99: Double
        var max: Double
    }

    /// The state at the end of an interval.
    struct Moment: Codable, Equatable {
        /// Seconds since the beginning.
        var time: Double
        /// "ramp", "warm-up", "measured" or "end".
        var phase: String
        var connections: Int
        var faults: Int
        /// Of the server, if it is watched: bytes of memory, and the share of one core since the last moment.
        var serverMemory: Int?
        var serverCPU: Double?
    }
}

/// What was measured of one kind of operation; times in milliseconds.
struct MeasureReport: Codable, Equatable {
    var name: String
    /// Operations that came to their end.
    var count: Int
    var perSecond: Double
    var mean: Double
    var min: Double
    var p50: Double
    var p90: Double
    var p99: Double
    var p999: Double
    var max: Double
    /// Latencies by percentile, closer and closer to 100.
    var curve: [Point]
    /// One entry for each moment of the course.
    var course: [Interval]

    /// A percentile and its latency.
    struct Point: Codable, Equatable {
        var percentile: Double
        var time: Double
    }

    /// What came to its end in one interval.
    struct Interval: Codable, Equatable {
        var count: Int
        var p50: Double
        var p99: Double
        var max: Double
    }
}

/// What a process has used.
struct ProcessReport: Codable, Equatable {
    /// Seconds of processor time in the measured window.
    var cpuSeconds: Double
    /// Microseconds of processor time for each operation of the first measure; nil without operations.
    var cpuPerOperation: Double?
    /// Bytes of memory before the first connection, with all of them, at the end.
    var memoryAtStart: Int
    var memoryWithAll: Int
    var memoryAtEnd: Int
}

extension MeasureReport {
    /// The report of a measure whose window was so long.
    init(_ measure: Measure, seconds: Double) {
        let times = measure.latencies
        name = measure.name
        count = measure.done
        perSecond = seconds > 0 ? Double(measure.done) / seconds : 0
        mean = times.mean.milliseconds
        min = times.count > 0 ? times.shortest.milliseconds : 0
        p50 = times.percentile(50).milliseconds
        p90 = times.percentile(90).milliseconds
        p99 = times.percentile(99).milliseconds
        p999 = times.percentile(99.9).milliseconds
        max = times.longest.milliseconds
        curve = times.curve().map { Point(percentile: $0.percentile, time: $0.time.milliseconds) }
        course = measure.course
    }

    /// The percentiles by name.
    var percentiles: [(name: String, time: Double)] {
        [("p50", p50), ("p90", p90), ("p99", p99), ("p99.9", p999), ("max", max)]
    }
}

extension MeasureReport.Interval {
    /// What an interval's latencies were.
    init(_ times: Latencies) {
        count = times.count
        p50 = times.percentile(50).milliseconds
        p99 = times.percentile(99).milliseconds
        max = times.longest.milliseconds
    }
}
