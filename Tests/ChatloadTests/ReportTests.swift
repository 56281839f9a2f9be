import Testing
import Wire

@testable import chatload

/// A report as a run would make it.
func sampleReport(label: String = "ours", faults: Faults = Faults(), p99: Double = 2.5) -> Report {
    Report(
        label: label,
        scenario: "echo",
        target: "http://127.0.0.1:3000",
        settings: [.init(name: "connections", value: "100"), .init(name: "rate", value: "500/s")],
        startedAt: 1_700_000_000_000,
        seconds: 10,
        interrupted: false,
        connections: .init(wanted: 100, opened: 100, most: 100),
        measures: [
            MeasureReport(
                name: "echo",
                count: 5000,
                perSecond: 500,
                mean: 0.5,
                min: 0.1,
                p50: 0.4,
                p90: 1.1,
                p99: p99,
                p999: 9,
                max: 12,
                curve: [
                    .init(percentile: 0, time: 0.1), .init(percentile: 50, time: 0.4), .init(percentile: 100, time: 12),
                ],
                course: [.init(count: 500, p50: 0.4, p99: 2, max: 3), .init(count: 500, p50: 0.5, p99: 3, max: 12)]
            )
        ],
        faults: faults,
        notes: [],
        lateness: .init(p50: 0.05, p99: 0.2, max: 1),
        course: [
            .init(time: 1, phase: "warm-up", connections: 50, faults: 0, serverMemory: 10_485_760, serverCPU: nil),
            .init(time: 2, phase: "measured", connections: 100, faults: 0, serverMemory: 20_971_520, serverCPU: 0.25),
        ],
        server: ProcessReport(
            cpuSeconds: 0.1,
            cpuPerOperation: 20,
            memoryAtStart: 8_388_608,
            memoryWithAll: 10_485_760,
            memoryAtEnd: 20_971_520
        ),
        generator: ProcessReport(
            cpuSeconds: 0.2,
            cpuPerOperation: 40,
            memoryAtStart: 1,
            memoryWithAll: 2,
            memoryAtEnd: 3
        )
    )
}

@Suite struct ReportTests {
    @Test func `a report survives its file`() throws {
        let report = sampleReport(faults: Faults(missing: 3))
        let text = try report.json
        #expect(try JSON.decode(Report.self, from: text.span.bytes) == report)
    }

    @Test func `a file that is no report is told by its name`() {
        let error = #expect(throws: FileError.self) { try Report(file: "/no/such/file.json") }
        #expect(error.map { "\($0)" } == "/no/such/file.json: No such file or directory")
        #expect(throws: FileError.self) { try Report(file: "/proc/self/stat") }
    }

    @Test func `the summary says what was measured`() {
        let text = TextReport(sampleReport()).text
        #expect(
            text == """
                echo  http://127.0.0.1:3000  10 s measured
                connections 100, rate 500/s

                      count  per second    mean     p50      p90      p99    p99.9      max
                echo  5,000         500  500 us  400 us  1.10 ms  2.50 ms  9.00 ms  12.0 ms

                connections: 100 of 100 opened, at most 100 at a time
                faults: none; nothing missing, out of order or wrong
                server: 0.10 s of processor time (20.0 us an operation), memory 8.00 MiB, 10.0 MiB with all connections, \
                20.0 MiB at the end
                chatload: 0.20 s of processor time (40.0 us an operation), memory 1 B, 2 B with all connections, 3 B at the \
                end; operations were sent 50 us late (p99 200 us)
                """
        )
    }

    @Test func `faults stand in the summary by kind`() {
        let text = TextReport(sampleReport(faults: Faults(lost: 2, missing: 1_500))).text
        #expect(text.contains("faults: 2 lost, 1,500 missing\n"))
    }

    @Test func `every kind of fault counts`() {
        var faults = Faults()
        let kinds: [WritableKeyPath<Faults, Int>] = [
            \.failed, \.lost, \.unanswered, \.missing, \.misordered, \.repeated, \.astray, \.wrong, \.malformed,
        ]
        for (place, kind) in kinds.enumerated() {
            faults[keyPath: kind] += 1
            #expect(faults.total == place + 1)
            #expect(faults.kinds.filter { $0.count > 0 }.count == place + 1)
        }
    }
}

@Suite struct ThresholdsTests {
    @Test func `a good run passes`() {
        #expect(Thresholds(p99: 2.5, errors: 0, rate: 500, growth: 10).failures(of: sampleReport()) == [])
    }

    @Test func `one fault is too many, unless it is allowed`() {
        let report = sampleReport(faults: Faults(missing: 1))
        #expect(Thresholds().failures(of: report) == ["1 faults, 0 are allowed"])
        #expect(Thresholds(errors: 1).failures(of: report) == [])
    }

    @Test func `what is beyond its bound is named`() {
        let found = Thresholds(p99: 2, errors: 0, rate: 501, growth: 9.9).failures(of: sampleReport())
        #expect(found.count == 3)
        #expect(found.first == "p99 is 2.50 ms, 2.00 ms is allowed")
    }

    @Test func `a run that has measured nothing has failed`() {
        var report = sampleReport()
        report.measures[0].count = 0
        #expect(Thresholds().failures(of: report) == ["nothing was measured"])
    }
}
