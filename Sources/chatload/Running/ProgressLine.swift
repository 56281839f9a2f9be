// ProgressLine: how the run goes, on one line that is written over again and again, or line by line into a file.

import Glibc

/// The line on standard error.
final class ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let isWanted: Bool
    private var width = 0

    /// A line that is shown on a terminal, or wherever it goes if it is wanted.
    init(isWanted: Bool) {
        self.isWanted = isWanted || isTerminal
    }

    /// Shows how the run stands.
    func show(_ run: LoadRun) {
        guard isWanted, let moment = run.gauges.course.last else { return }
        tell(Self.text(moment, run.measures.first?.course.last, seconds: run.gauges.seconds))
    }

    /// Takes the line away.
    func clear() {
        guard isTerminal, width > 0 else { return }
        put("\r" + String(repeating: " ", count: width) + "\r")
    }

    /// The words of the line.
    static func text(_ moment: Report.Moment, _ last: MeasureReport.Interval?, seconds: Double) -> String {
        var words = ["\(fixed(moment.time, 0)) s", moment.phase, "\(grouped(moment.connections)) connections"]
        if let last, last.count > 0 {
            words.append("\(grouped(Int(Double(last.count) / seconds)))/s")
            words.append("p50 \(time(last.p50))  p99 \(time(last.p99))")
        }
        words.append(moment.faults == 0 ? "no faults" : "\(grouped(moment.faults)) faults")
        if let memory = moment.serverMemory { words.append("server \(size(memory))") }
        return words.joined(separator: "  ")
    }

    private func tell(_ text: String) {
        guard isTerminal else { return put(text + "\n") }
        let padding = String(repeating: " ", count: max(0, width - text.count))
        width = text.count
        put("\r" + text + padding)
    }

    private func put(_ text: String) {
        _ = write(STDERR_FILENO, text, text.utf8.count)
    }
}
