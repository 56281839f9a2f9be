// Pictures: which pictures a page has, and what their lines are.

import Glibc

/// The pictures of one report or several.
struct Pictures {
    /// A picture and what it is called.
    struct Picture {
        var caption: String
        var plot: Plot
    }

    /// There are so many colours.
    private static let colors = 6

    private let reports: [Report]
    private let main: String

    /// The pictures of these reports, of which there is at least one.
    init(_ reports: [Report]) {
        self.reports = reports
        main = reports.first?.measures.first?.name ?? "operation"
    }

    /// All that there is something to show in.
    var all: [Picture] {
        [percentiles, latencyOverTime, throughput, connections, faults, cpu, memory].filter { picture in
            picture.plot.series.contains { !$0.points.isEmpty }
        }
    }

    private func lines(_ points: (Report) -> [Series.Point]) -> [Series] {
        reports.enumerated().map { place, report in
            Series(color: place % Self.colors, points: points(report))
        }
    }

    private func most(_ series: [Series], _ value: (Series.Point) -> Double) -> Double {
        series.flatMap(\.points).map(value).max() ?? 0
    }

    /// A picture whose x is time.
    private func overTime(_ caption: String, _ series: [Series], _ label: (Double) -> String) -> Picture {
        let plot = Plot(
            title: caption,
            x: .linear(from: 0, to: most(series, \.x)) { "\(shortest($0)) s" },
            y: .linear(to: most(series, \.y), label: label),
            series: series
        )
        return Picture(caption: caption, plot: plot)
    }

    // MARK: - Latency

    /// How far the percentile is from 100, in powers of ten: 90 is 1, 99 is 2.
    private static func distance(_ percentile: Double) -> Double {
        var rest = max(100 - percentile, 1e-4) / 100
        var distance = 0.0
        while rest < 0.1 {
            rest *= 10
            distance += 1
        }
        // Straight between the powers of ten, which is near enough for the eye.
        return distance + (1 - rest) / 0.9
    }

    private var percentiles: Picture {
        let series = lines { report in
            guard let measure = report.measures.first, measure.count > 0 else { return [] }
            // The longest of a thousand says something about 99.9 % and nothing about more.
            let last = 100 - 100 / Double(measure.count)
            return measure.curve.map { .init(x: Self.distance(min($0.percentile, last)), y: logarithm($0.time)) }
        }
        let marks = [("0", 0.0), ("90", 1), ("99", 2), ("99.9", 3), ("99.99", 4), ("99.999", 5)]
        let last = max(2, most(series, \.x).rounded(.up))
        let plot = Plot(
            title: "\(main): latency by percentile",
            x: Axis(
                range: 0...last,
                marks: marks.filter { $0.1 <= last }.map { .init(place: $0.1, label: "\($0.0) %") }
            ),
            y: times(series),
            series: series
        )
        return Picture(caption: "\(main): latency by percentile", plot: plot)
    }

    private var latencyOverTime: Picture {
        let middle = lines { points($0) { $0.count > 0 ? logarithm($0.p50) : nil } }
        var high = lines { points($0) { $0.count > 0 ? logarithm($0.p99) : nil } }
        for place in high.indices { high[place].isFaint = true }
        var picture = overTime("\(main): latency over time, p50 and (broken line) p99", middle + high, axisTime)
        picture.plot.y = times(middle + high)
        return picture
    }

    /// An axis of times whose places are logarithms: what differs by far is still seen beside each other.
    private func times(_ series: [Series]) -> Axis {
        let places = series.flatMap(\.points).map(\.y)
        let first = (places.min() ?? 0).rounded(.down)
        let last = max((places.max() ?? 1).rounded(.up), first + 1)
        let marks = stride(from: first, through: last, by: 1).map { Axis.Mark(place: $0, label: axisTime(pow(10, $0))) }
        return Axis(range: first...last, marks: marks)
    }

    /// A figure of the first measure over time.
    private func points(_ report: Report, _ figure: (MeasureReport.Interval) -> Double?) -> [Series.Point] {
        zip(report.course, report.measures.first?.course ?? []).compactMap { moment, interval in
            figure(interval).map { .init(x: moment.time, y: $0) }
        }
    }

    // MARK: - What goes on

    private var throughput: Picture {
        let series = lines { report in
            let times = [0] + report.course.map(\.time)
            return zip(times.indices, report.measures.first?.course ?? []).compactMap { place, interval in
                let span = times[place + 1] - times[place]
                // The last interval is as short as it happens to be, and its rate means nothing.
                return span < 0.5 ? nil : .init(x: times[place + 1], y: Double(interval.count) / span)
            }
        }
        return overTime("\(main): operations a second", series) { axisCount($0) }
    }

    private var connections: Picture {
        overTime("connections", lines { $0.course.map { .init(x: $0.time, y: Double($0.connections)) } }) {
            axisCount($0)
        }
    }

    private var faults: Picture {
        let series = lines { report in
            report.faults.total == 0 ? [] : report.course.map { .init(x: $0.time, y: Double($0.faults)) }
        }
        return overTime("faults", series) { axisCount($0) }
    }

    // MARK: - What the server uses

    private var cpu: Picture {
        let series = lines { report in
            report.course.compactMap { moment in moment.serverCPU.map { .init(x: moment.time, y: $0 * 100) } }
        }
        return overTime("server: processor, % of one core", series) { "\(shortest($0)) %" }
    }

    private var memory: Picture {
        let series = lines { report in
            report.course.compactMap { moment in
                moment.serverMemory.map { .init(x: moment.time, y: Double($0) / 1_048_576) }
            }
        }
        return overTime("server: memory", series) { "\(shortest($0)) MiB" }
    }
}

/// The place of a time; nothing is shorter than a microsecond.
private func logarithm(_ milliseconds: Double) -> Double {
    log10(max(milliseconds, 0.001))
}

/// Milliseconds at an axis.
private func axisTime(_ milliseconds: Double) -> String {
    if milliseconds == 0 { return "0" }
    if milliseconds < 1 { return "\(shortest(milliseconds * 1000)) us" }
    return milliseconds < 1000 ? "\(shortest(milliseconds)) ms" : "\(shortest(milliseconds / 1000)) s"
}

/// A number at an axis.
private func axisCount(_ value: Double) -> String {
    if value >= 1_000_000 { return "\(shortest(value / 1_000_000)) M" }
    return value >= 10_000 ? "\(shortest(value / 1000)) k" : shortest(value)
}
