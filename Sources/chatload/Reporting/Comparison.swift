// Comparison: the figures of one report or several, row by row, for the text and for the page.

/// Reports as rows with a column for each.
struct Comparison {
    /// One row.
    enum Row: Equatable {
        case heading(String)
        case figures(String, [String])
    }

    private let reports: [Report]

    /// The rows of these reports.
    init(_ reports: [Report]) {
        self.reports = reports
    }

    /// All rows.
    var rows: [Row] {
        measureNames.flatMap(measure) + [.heading("all in all")] + whole + usage
    }

    /// The rows as text, the names of the reports above.
    var text: String {
        let cells =
            [[""] + reports.map(\.label)]
            + rows.map { row -> [String] in
                switch row {
                case .heading(let text): [text] + reports.map { _ in "" }
                case .figures(let name, let cells): ["  " + name] + cells
                }
            }
        return aligned(cells).joined(separator: "\n")
    }

    /// In the order in which they first stand in a report.
    private var measureNames: [String] {
        var names: [String] = []
        for measure in reports.flatMap(\.measures) where !names.contains(measure.name) { names.append(measure.name) }
        return names
    }

    private func measure(_ name: String) -> [Row] {
        let found = reports.map { report in report.measures.first { $0.name == name } }
        func row(_ name: String, _ figure: (MeasureReport) -> String) -> Row {
            .figures(name, found.map { $0.map(figure) ?? "-" })
        }
        return [.heading(name)] + [
            row("count") { grouped($0.count) }, row("per second") { threeDigits($0.perSecond) },
            row("mean") { time($0.mean) }, row("p50") { time($0.p50) }, row("p90") { time($0.p90) },
            row("p99") { time($0.p99) }, row("p99.9") { time($0.p999) }, row("max") { time($0.max) },
        ]
    }

    private var whole: [Row] {
        [
            .figures("connections", reports.map { grouped($0.connections.opened) }),
            .figures("faults", reports.map { grouped($0.faults.total) }),
            .figures("sent late by (p99)", reports.map { $0.lateness.map { time($0.p99) } ?? "-" }),
        ]
    }

    /// What the servers have used, if anything was told of it.
    private var usage: [Row] {
        guard reports.contains(where: { $0.server != nil }) else { return [] }
        func row(_ name: String, _ figure: (ProcessReport) -> String) -> Row {
            .figures(name, reports.map { $0.server.map(figure) ?? "-" })
        }
        return [
            .heading("server"), row("processor time") { "\(fixed($0.cpuSeconds, 2)) s" },
            row("for one operation") { $0.cpuPerOperation.map { "\(threeDigits($0)) us" } ?? "-" },
            row("memory at the start") { size($0.memoryAtStart) },
            row("with all connections") { size($0.memoryWithAll) }, row("at the end") { size($0.memoryAtEnd) },
        ]
    }
}
