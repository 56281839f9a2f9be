import Foundation
import FuzzTargets
import Testing

/// The corpora of Tests/Fuzz/Corpus; corpus.py there writes them and explains the notation.
@Suite struct CorpusReplayTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fuzz/Corpus")

    /// The bytes of one line.
    static func input(_ line: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = line.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let value = UInt8(String(rest.dropFirst().prefix(2)) ?? "", radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    @Test func `a line of a corpus stands for bytes`() {
        #expect(Self.input("@A\\x0D\\x0A b\\x5Cx") == Array("@A\r\n b\\x".utf8))
    }

    @Test func `every grammar has a corpus and every corpus a grammar`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(files) == Set(FuzzTarget.all.map { $0.name + ".txt" }))
    }

    @Test(arguments: FuzzTarget.all.map(\.name)) func `the invariants of a grammar hold for its corpus`(
        name: String
    ) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let corpus = try String(contentsOf: Self.folder.appending(path: name + ".txt"), encoding: .utf8)
        let lines = corpus.split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines {
            let input = try #require(FuzzInput(Self.input(line)), "\(line)")
            do {
                try target.check(input)
            } catch {
                Issue.record("\(error)\n\(line)")
            }
        }
    }
}
