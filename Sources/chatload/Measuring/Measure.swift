// Measure: everything that is counted of one kind of operation: its latencies in the measured window, and how it went
// from interval to interval, warm-up and end included.

/// One kind of operation, measured.
///
/// Bound to the loop of the run.
final class Measure {
    /// What is measured: "echo", "delivery", "connect".
    let name: String
    /// Operations that were due in here are measured; others only show in the course of things.
    var window: Range<Nanoseconds> = 0..<0
    /// The latencies of the operations that were due in the window.
    private(set) var latencies = Latencies()
    /// Those of the window that never came to an end; they stand in `latencies` with the age they had reached.
    private(set) var unanswered = 0
    /// One entry for each interval that is over.
    private(set) var course: [MeasureReport.Interval] = []
    private var current = Latencies()

    /// A measure of this name that measures whatever is due in the window.
    init(_ name: String, window: Range<Nanoseconds> = 0..<0) {
        self.name = name
        self.window = window
    }

    /// An operation that was due then has come to its end now.
    func record(due: Nanoseconds, at now: Nanoseconds) {
        let time = now.since(due)
        current.record(time)
        if window.contains(due) { latencies.record(time) }
    }

    /// An operation that was due then is given up now.
    ///
    /// It is recorded with its age. Leaving it out would make a server look the better the more it leaves unanswered.
    func giveUp(due: Nanoseconds, at now: Nanoseconds) {
        guard window.contains(due) else { return }
        unanswered += 1
        latencies.record(now.since(due))
    }

    /// How many operations of the window came to their end.
    var done: Int { latencies.count - unanswered }

    /// The latencies of the interval that is running.
    var running: Latencies { current }

    /// Ends an interval.
    func endInterval() {
        course.append(.init(current))
        current.reset()
    }
}

@available(*, unavailable) extension Measure: Sendable {}
