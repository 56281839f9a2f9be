// TextReport: the summary that is printed at the end.

import Wire

/// A report in words and figures.
struct TextReport {
    private let report: Report

    init(_ report: Report) {
        self.report = report
    }

    /// The summary, without an end of line at its end.
    var text: String {
        var lines = [title, settings, ""]
        lines += table
        lines += ["", connections, faults]
        lines += report.notes.map { "  \($0)" }
        if let server = report.server { lines.append(process("server", server)) }
        lines.append(process("chatload", report.generator) + lateness)
        if report.interrupted { lines.append("ended before its time, by a signal") }
        return lines.joined(separator: "\n")
    }

    private var title: String {
        "\(report.scenario)  \(report.target)  \(shortest(report.seconds)) s measured"
    }

    private var settings: String {
        report.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    }

    /// One row for each measure.
    private var table: [String] {
        let head = ["", "count", "per second", "mean"] + (report.measures.first?.percentiles.map(\.name) ?? [])
        let rows = report.measures.map { measure in
            [measure.name, grouped(measure.count), threeDigits(measure.perSecond), time(measure.mean)]
                + measure.percentiles.map { time($0.time) }
        }
        return aligned([head] + rows)
    }

    private var connections: String {
        let counts = report.connections
        return
            "connections: \(grouped(counts.opened)) of \(grouped(counts.wanted)) opened, at most \(grouped(counts.most)) at a time"
    }

    private var faults: String {
        guard report.faults.total > 0 else { return "faults: none; nothing missing, out of order or wrong" }
        let kinds = report.faults.kinds.filter { $0.count > 0 }.map { "\(grouped($0.count)) \($0.name)" }
        return "faults: " + kinds.joined(separator: ", ")
    }

    private func process(_ name: String, _ use: ProcessReport) -> String {
        let cost = use.cpuPerOperation.map { " (\(threeDigits($0)) us an operation)" } ?? ""
        return "\(name): \(fixed(use.cpuSeconds, 2)) s of processor time\(cost), memory \(size(use.memoryAtStart)), "
            + "\(size(use.memoryWithAll)) with all connections, \(size(use.memoryAtEnd)) at the end"
    }

    private var lateness: String {
        guard let late = report.lateness else { return "" }
        return "; operations were sent \(time(late.p50)) late (p99 \(time(late.p99)))"
    }
}

/// The rows with their columns under each other: the first to the left, the others to the right.
func aligned(_ rows: [[String]]) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        zip(row, widths).enumerated().map { column, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return column == 0 ? cell.0 + padding : padding + cell.0
        }.joined(separator: "  ")
    }
}

extension Report {
    /// The report as a file.
    var json: [UInt8] {
        get throws { try JSON.utf8Text(of: self) + [ASCII.lineFeed] }
    }

    /// The report of a file.
    init(file path: String) throws {
        guard let bytes = readFile(path) else { throw FileError(path: path) }
        do { self = try JSON.decode(Report.self, from: bytes.span.bytes) } catch {
            throw FileError(path: path, reason: "is no report of chatload")
        }
    }
}
