import Foundation
import Testing

/// That docs/compatibility.md names tests which exist, so that a test that goes takes its promise along.
@Suite struct CompatibilityTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The cells of each row of each table.
    private static func rows() throws -> [[String]] {
        let text = try String(contentsOf: root.appending(path: "docs/compatibility.md"), encoding: .utf8)
        return text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// All sources of tests, and of the Swift client's scenarios, as one text.
    private static func tests() throws -> String {
        let folder = root.appending(path: "Tests")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
        return try names.filter { $0.hasSuffix("Tests.swift") || $0.hasPrefix("ClientScenarios/") }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }.joined()
    }

    /// Whether there is a test of that name, or a scenario.
    private static func holds(_ tests: String, _ name: String) -> Bool {
        tests.contains("func `\(name)`(") || tests.contains("\n        \"\(name)\",\n")
    }

    /// What stands between backticks.
    private static func quoted(_ cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    @Test func `every test that the page names exists`() throws {
        let tests = try Self.tests()
        var count = 0
        for row in try Self.rows() {
            for name in Self.quoted(row.last ?? "") where row.count == 3 || row[0] != name {
                if name.hasPrefix("Tests/") {
                    let path = Self.root.appending(path: name).path(percentEncoded: false)
                    #expect(FileManager.default.fileExists(atPath: path), "\(name)")
                } else if name.contains(" ") {
                    #expect(Self.holds(tests, name), "\(name)")
                    count += 1
                }
            }
        }
        #expect(count > 100)
    }

    @Test func `what works, and what is better, is proven`() throws {
        for row in try Self.rows() where row.count == 3 && (row[1].hasPrefix("works") || row[1].hasPrefix("better")) {
            #expect(!row[2].isEmpty || row[1].contains("see below"), "\(row[0])")
        }
    }

    @Test func `nothing is said to be missing or to come later`() throws {
        for row in try Self.rows() where row.count == 3 {
            #expect(!row[1].hasPrefix("missing") && !row[1].contains("not yet"), "\(row[0])")
            #expect(!row[1].contains("later,") && !row[1].hasPrefix("later"), "\(row[0])")
        }
    }
}
