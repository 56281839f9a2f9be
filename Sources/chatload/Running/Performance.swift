// Performance: a plan carried out by the program: the loop, the signals, the descriptors, and what is told and written
// in the end.

import EngineIO
import Glibc
import UVLoop

/// A plan and where its report goes.
struct Performance {
    /// What is open besides connections: the standard streams, the loop's own, files.
    private static let otherDescriptors = 64

    private let plan: LoadPlan
    private let output: OutputOptions

    init(_ plan: LoadPlan, _ output: OutputOptions) {
        self.plan = plan
        self.output = output
    }

    /// Carries it out, and tells the exit status.
    func perform() throws -> Int32 {
        raiseDescriptorLimit(to: plan.mostConnections + Self.otherDescriptors)
        guard let report = try run() else { return 1 }
        print(TextReport(report).text)
        try write(report)
        let failures = output.thresholds.failures(of: report)
        for failure in failures { print("FAILED: \(failure)") }
        return failures.isEmpty ? 0 : 1
    }

    /// The run, on a loop of its own; nil if a second signal has ended it.
    private func run() throws -> Report? {
        let loop = try EventLoop()
        var report: Report?
        let run = try LoadRun(on: loop, plan) { found in
            report = found
            loop.stop()
        }
        let line = ProgressLine(isWanted: output.progress)
        run.progress = { line.show($0) }
        var signals: [SignalWatcher] = []
        for signal in [SIGINT, SIGTERM] {
            signals.append(
                try SignalWatcher(on: loop, signal: signal) {
                    if run.isInterrupted { loop.stop() } else { run.interrupt() }
                }
            )
        }
        try loop.run()
        line.clear()
        for signal in signals { signal.close() }
        return report
    }

    private func write(_ report: Report) throws {
        if let path = output.json { try save(path, try report.json) }
        if let path = output.html { try save(path, Array(Page([report]).html.utf8)) }
    }
}

/// Writes a file, or says that it could not be written.
func save(_ path: String, _ bytes: [UInt8]) throws {
    guard writeFile(path, bytes) else { throw FileError(path: path) }
}

/// A file that cannot be read or written.
struct FileError: Error, CustomStringConvertible {
    let path: String
    var reason = String(cString: strerror(errno))

    var description: String { "\(path): \(reason)" }
}

extension LoadPlan {
    /// How many connections there may be at a time.
    var mostConnections: Int {
        let visitors = loads.contains { if case .churn = $0 { true } else { false } } ? Crowd.mostConnecting : 0
        // By polling a connection has a request that waits and one that sends.
        return (connections + visitors) * (target.transports.contains(.polling) ? 2 : 1)
    }
}

/// Lets the process have so many descriptors, or as many as it may have.
private func raiseDescriptorLimit(to wanted: Int) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(wanted) else {
        return
    }
    limit.rlim_cur = min(rlim_t(wanted), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur < rlim_t(wanted) else { return }
    let line = "chatload: only \(limit.rlim_cur) descriptors are allowed (ulimit -n); \(wanted) may be needed\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
}
