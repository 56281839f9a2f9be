import Foundation
import Testing

/// Every `import` line of the sources, held against `importTable`.
///
/// The compiler alone does not keep these walls: SwiftPM lets an undeclared import compile once the sibling was built.
@Suite struct ImportTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `every import stands in the table`() throws {
        let files = try Self.swiftFiles()
        #expect(files.count > 50, "the walk has lost its way: it found only \(files.count) files")
        for file in files {
            let rule = try #require(Self.rule(for: file), "\(file) lies in no folder of the table")
            let imported = try Self.imports(of: file)
            #expect(imported.subtracting(rule.allowed).isEmpty, "\(file)")
        }
    }

    @Test func `every folder of sources has a rule and every rule a folder`() throws {
        let manager = FileManager.default
        for rule in importTable {
            #expect(manager.fileExists(atPath: Self.root.appending(path: rule.folder).path), "\(rule.folder)")
        }
        let targets = try manager.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        for target in targets where !target.hasPrefix("C") {
            #expect(importTable.contains { $0.folder == "Sources/\(target)" }, "\(target)")
        }
    }

    @Test func `an import is recognised with its access level and attributes`() {
        let text =
            "internal import Wire\n@testable import UVLoop\npublic import struct UVHTTP.Exchange\n// import Nothing\n"
        #expect(Self.imports(in: text) == ["Wire", "UVLoop", "UVHTTP"])
    }

    static func swiftFiles() throws -> [String] {
        var found: [String] = []
        for folder in ["Sources", "docs/examples"] {
            let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
            while let path = walk?.nextObject() as? String {
                if path.hasSuffix(".swift") { found.append("\(folder)/\(path)") }
            }
        }
        return found
    }

    static func rule(for file: String) -> ImportRule? {
        importTable.filter { file.hasPrefix($0.folder + "/") }.max { $0.folder.count < $1.folder.count }
    }

    static func imports(of file: String) throws -> Set<String> {
        imports(in: try String(contentsOf: root.appending(path: file), encoding: .utf8))
    }

    static func imports(in text: String) -> Set<String> {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        var modules: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").drop { $0.hasPrefix("@") || accessLevels.contains($0) }
            guard words.first == "import" else { continue }
            let name = words.dropFirst().drop { kinds.contains($0) }.first ?? ""
            modules.insert(String(name.prefix { $0 != "." }))
        }
        return modules
    }

    static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
}
