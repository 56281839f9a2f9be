import Foundation
import Testing

@testable import chatload

@Suite struct PageTests {
    /// Whether every element is closed where it must be; quotes hold no angle brackets here.
    private func isWellFormed(_ html: String) -> Bool {
        var open: [Substring] = []
        for part in html.split(separator: "<").dropFirst() {
            guard let end = part.firstIndex(of: ">") else { return false }
            let tag = part[..<end]
            let name = tag.prefix { $0 != " " }
            if name == "!doctype" || name == "meta" || tag.hasSuffix("/") { continue }
            if !name.hasPrefix("/") { open.append(name) } else if open.popLast() != name.dropFirst() { return false }
        }
        return open.isEmpty
    }

    @Test func `the page is well-formed and needs nothing from outside`() {
        let html = Page([sampleReport()]).html
        #expect(isWellFormed(html))
        for word in ["<script", "http-equiv", "src=", "@import", "url(", "href="] {
            #expect(!html.contains(word), "\(word)")
        }
    }

    @Test func `reports stand side by side, each with its colour`() {
        let html = Page([sampleReport(label: "ours"), sampleReport(label: "theirs", p99: 40)]).html
        #expect(isWellFormed(html))
        #expect(html.contains("<th scope=\"col\">ours</th><th scope=\"col\">theirs</th>"))
        #expect(html.contains("<td>2.50 ms</td><td>40.0 ms</td>"))
        #expect(html.contains("<polyline class=\"s1\""))
    }

    @Test func `what a report says is text and not markup`() {
        let html = Page([sampleReport(label: "<b>&\"")]).html
        #expect(html.contains("&lt;b&gt;&amp;&quot;"))
        #expect(isWellFormed(html))
    }

    @Test func `pictures without anything to show are left out`() {
        var report = sampleReport()
        let full = Page([report]).html.components(separatedBy: "<figure>").count
        report.server = nil
        for place in report.course.indices {
            report.course[place].serverMemory = nil
            report.course[place].serverCPU = nil
        }
        #expect(Page([report]).html.components(separatedBy: "<figure>").count == full - 2)
    }

    @Test func `a report without any operation makes a page`() {
        var report = sampleReport()
        report.measures = []
        report.course = []
        #expect(isWellFormed(Page([report]).html))
    }
}

@Suite struct PlotTests {
    @Test(arguments: [(0.0, 1.0), (0.03, 0.05), (1, 1), (1.1, 2), (3, 5), (7, 10), (1234, 2000)])
    func `steps are round`(least: Double, step: Double) {
        #expect(abs(Axis.roundStep(least) - step) < step / 1e9)
    }

    @Test func `an axis begins at nothing and reaches the most`() {
        let axis = Axis.linear(to: 37) { fixed($0, 0) }
        #expect(axis.range == 0...40)
        #expect(axis.marks.map(\.label) == ["0", "10", "20", "30", "40"])
    }

    @Test func `lines go from the left below to the right above`() {
        let plot = Plot(
            title: "t",
            x: .linear(to: 10) { fixed($0, 0) },
            y: .linear(to: 10) { fixed($0, 0) },
            series: [Series(color: 2, points: [.init(x: 0, y: 0), .init(x: 10, y: 10), .init(x: 99, y: -5)])]
        )
        // What lies outside is drawn at the edge.
        #expect(plot.svg.contains("<polyline class=\"s2\" points=\"64.0,226.0 612.0,10.0 612.0,226.0\"/>"))
    }
}

@Suite struct ComparisonTests {
    @Test func `a measure that only one report has stands with a dash in the other`() {
        var other = sampleReport(label: "theirs")
        other.measures[0].name = "delivery"
        let text = Comparison([sampleReport(), other]).text
        #expect(text.contains("echo"))
        let dashed = text.split(separator: "\n").filter { $0.hasSuffix("-") }
        #expect(dashed.count == 8)
    }
}
