// OutputOptions: what becomes of what was found: where it is written, and what makes the run a failure.

import ArgumentParser

/// Where the report goes, and what is taken for a failure.
struct OutputOptions: ParsableArguments {
    @Option(help: "Write everything that was found to this file, as JSON.")
    var json: String?

    @Option(help: "Write a page with pictures to this file.")
    var html: String?

    @Option(help: "What to call this run in reports.")
    var label: String?

    @Flag(help: "Show how it goes also when standard error is no terminal.")
    var progress = false

    @Option(help: "The number of the server's process, to tell what it uses.")
    var serverPid: Int?

    @Option(help: "Fail when the 99th percentile is above so many milliseconds.")
    var failP99: Double?

    @Option(help: "Fail when more than so many faults were counted.")
    var failErrors = 0

    @Option(help: "Fail when fewer operations a second came to their end.")
    var failRate: Double?

    @Option(
        help: "Fail when the server's memory has grown by more MiB since all connections stood (with --server-pid)."
    )
    var failGrowth: Double?

    func validate() throws {
        if let failP99, failP99 <= 0 { throw ValidationError("--fail-p99 takes milliseconds, more than 0.") }
        if failErrors < 0 { throw ValidationError("--fail-errors takes a number that is not negative.") }
        if let failRate, failRate <= 0 { throw ValidationError("--fail-rate takes a number above 0.") }
        if let serverPid, ProcessMeter(process: serverPid).read() == nil {
            throw ValidationError("--server-pid: there is no process \(serverPid).")
        }
        if failGrowth != nil, serverPid == nil { throw ValidationError("--fail-growth needs --server-pid.") }
    }

    /// What makes the run a failure.
    var thresholds: Thresholds {
        Thresholds(p99: failP99, errors: failErrors, rate: failRate, growth: failGrowth)
    }
}
