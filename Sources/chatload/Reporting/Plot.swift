// Plot: one picture with lines, as SVG text: axes whose marks are round numbers, one line for each series. It has no
// fixed colours; the page that holds it says what series look like, in the light and in the dark.

/// What one line shows.
struct Series: Equatable {
    /// Which of the page's colours, from 0.
    var color: Int
    var points: [Point]
    /// Drawn thin and broken, beside a full line of the same colour.
    var isFaint = false

    /// A place in the picture, in the units of its axes.
    struct Point: Equatable {
        var x: Double
        var y: Double
    }
}

/// An axis: from where to where, with marks.
struct Axis: Equatable {
    /// What stands at a place.
    struct Mark: Equatable {
        var place: Double
        var label: String
    }

    var range: ClosedRange<Double>
    var marks: [Mark]

    /// From nothing to at least `most`, with marks at round numbers.
    static func linear(to most: Double, label: (Double) -> String) -> Axis {
        let step = roundStep(most / 4)
        let top = max(step, (most / step).rounded(.up) * step)
        let count = Int((top / step).rounded())
        return Axis(
            range: 0...top,
            marks: (0...count).map { Mark(place: Double($0) * step, label: label(Double($0) * step)) }
        )
    }

    /// From `first` to `last`, with marks at the round numbers between.
    static func linear(from first: Double, to last: Double, label: (Double) -> String) -> Axis {
        let step = roundStep((last - first) / 5)
        let begin = (first / step).rounded(.up)
        let end = max(begin, (last / step).rounded(.down))
        let marks = stride(from: begin, through: end, by: 1).map { Mark(place: $0 * step, label: label($0 * step)) }
        return Axis(range: first...max(last, first + step / 1000), marks: marks)
    }

    /// 1, 2 or 5 times a power of ten, not less than the number.
    static func roundStep(_ least: Double) -> Double {
        guard least > 0, least.isFinite else { return 1 }
        var step = 1.0
        while step < least { step *= 10 }
        while step / 10 >= least { step /= 10 }
        for factor in [0.2, 0.5] where step * factor >= least { return step * factor }
        return step
    }
}

/// A picture with lines.
struct Plot {
    private static let width = 640.0
    private static let height = 260.0
    private static let left = 64.0
    private static let right = 28.0
    private static let top = 10.0
    private static let bottom = 34.0

    var title: String
    var x: Axis
    var y: Axis
    var series: [Series]

    /// The picture as SVG, to stand in a page.
    var svg: String {
        var parts = [
            "<svg viewBox=\"0 0 \(shortest(Self.width)) \(shortest(Self.height))\" role=\"img\" aria-label=\"\(escaped(title))\">"
        ]
        parts += y.marks.map(gridLine)
        parts += x.marks.map { mark in
            text(mark.label, x: place(x: mark.place), y: Self.height - Self.bottom + 20, anchor: "middle")
        }
        parts += series.filter { !$0.points.isEmpty }.map(line)
        parts.append("</svg>")
        return parts.joined(separator: "\n")
    }

    private func gridLine(_ mark: Axis.Mark) -> String {
        let height = place(y: mark.place)
        return "<line class=\"grid\" x1=\"\(fixed(Self.left, 0))\" x2=\"\(fixed(Self.width - Self.right, 0))\" "
            + "y1=\"\(fixed(height, 1))\" y2=\"\(fixed(height, 1))\"/>"
            + text(mark.label, x: Self.left - 8, y: height + 4, anchor: "end")
    }

    private func text(_ text: String, x: Double, y: Double, anchor: String) -> String {
        "<text x=\"\(fixed(x, 1))\" y=\"\(fixed(y, 1))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
    }

    private func line(_ series: Series) -> String {
        let points = series.points.map { "\(fixed(place(x: $0.x), 1)),\(fixed(place(y: $0.y), 1))" }
        return
            "<polyline class=\"s\(series.color)\(series.isFaint ? " faint" : "")\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private func place(x value: Double) -> Double {
        let share = (value - x.range.lowerBound) / (x.range.upperBound - x.range.lowerBound)
        return Self.left + min(max(share, 0), 1) * (Self.width - Self.left - Self.right)
    }

    private func place(y value: Double) -> Double {
        let share = (value - y.range.lowerBound) / (y.range.upperBound - y.range.lowerBound)
        return Self.height - Self.bottom - min(max(share, 0), 1) * (Self.height - Self.top - Self.bottom)
    }
}

/// Text that may stand in HTML.
func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
        switch character {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        default: escaped.append(character)
        }
    }
    return escaped
}
