// Thresholds: what makes a run a failure, for those who run it in a pipeline.

/// The bounds that a report is held against.
struct Thresholds: Equatable {
    /// Milliseconds.
    var p99: Double?
    var errors = 0
    /// Operations a second.
    var rate: Double?
    /// MiB.
    var growth: Double?

    /// What is beyond its bound, in words; empty when all is well.
    func failures(of report: Report) -> [String] {
        var found: [String] = []
        if report.faults.total > errors { found.append("\(report.faults.total) faults, \(errors) are allowed") }
        guard let main = report.measures.first, main.count > 0 else { return found + ["nothing was measured"] }
        if let p99, main.p99 > p99 { found.append("p99 is \(time(main.p99)), \(time(p99)) is allowed") }
        if let rate, main.perSecond < rate {
            found.append("\(shortest(main.perSecond)) operations a second, \(shortest(rate)) are wanted")
        }
        if let growth, let server = report.server {
            let grown = Double(server.memoryAtEnd - server.memoryWithAll) / 1_048_576
            if grown > growth {
                found.append("the server has grown by \(fixed(grown, 1)) MiB, \(shortest(growth)) are allowed")
            }
        }
        return found
    }
}
