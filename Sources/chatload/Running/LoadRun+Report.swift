// LoadRun+Report: what the run has counted, as a report.

import UVLoop

extension LoadRun {
    /// What the present is called in the course of the run.
    func phaseName(at now: Nanoseconds) -> String {
        switch phase {
        case .ramp: "ramp"
        case .load: loads.isEmpty ? "held" : now < window.lowerBound ? "warm-up" : "measured"
        case .end, .leaving, .over: "end"
        }
    }

    /// What has been found until now.
    func makeReport(_ now: Nanoseconds) -> Report {
        let span = loads.isEmpty && phase == .ramp ? start..<now : window
        let seconds = (span.upperBound - span.lowerBound).seconds
        let rampSeconds = (gauges.settledAt ?? now).since(start).seconds
        let found = measures.map { MeasureReport($0, seconds: $0 === crowd.measure ? rampSeconds : seconds) }
        return Report(
            label: plan.label,
            scenario: plan.scenario,
            target: plan.target.address,
            settings: plan.settings,
            startedAt: Int(EventLoop.wallClock) - Int(now.since(start).milliseconds),
            seconds: seconds,
            interrupted: isInterrupted,
            connections: .init(wanted: plan.connections, opened: crowd.opened, most: crowd.most),
            measures: found,
            faults: faults,
            notes: notes,
            lateness: lateness.count == 0 ? nil : .init(lateness),
            course: gauges.course,
            server: gauges.serverMarks.report(isRamp: loads.isEmpty, operations: found.first?.count ?? 0),
            generator: gauges.generatorMarks.report(isRamp: loads.isEmpty, operations: found.first?.count ?? 0)
                ?? ProcessReport(cpuSeconds: 0, memoryAtStart: 0, memoryWithAll: 0, memoryAtEnd: 0)
        )
    }

    /// What went wrong, in words, the most frequent first.
    private var notes: [String] {
        reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) x \($0.key)" }
    }
}

extension Gauges.Marks {
    /// What the process has used: while the connections were made, or in the measured window.
    func report(isRamp: Bool, operations: Int) -> ProcessReport? {
        guard let start, let end else { return nil }
        let (first, last) = isRamp ? (start, settled ?? end) : (from ?? end, until ?? end)
        let seconds = last.cpuSeconds - first.cpuSeconds
        return ProcessReport(
            cpuSeconds: seconds,
            cpuPerOperation: operations > 0 ? seconds * 1e6 / Double(operations) : nil,
            memoryAtStart: start.memory,
            memoryWithAll: (settled ?? end).memory,
            memoryAtEnd: end.memory
        )
    }
}

extension Report.Lateness {
    /// What these latencies are.
    init(_ times: Latencies) {
        self.init(
            p50: times.percentile(50).milliseconds,
            p99: times.percentile(99).milliseconds,
            max: times.longest.milliseconds
        )
    }
}
