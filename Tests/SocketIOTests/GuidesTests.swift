import Foundation
import Testing

@Suite struct GuidesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The lines between ```swift and ```, without indentation.
    private static func blocks(_ text: String) -> [[Substring]] {
        var blocks: [[Substring]] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            if line == "```swift" {
                isInside = true
                blocks.append([])
            } else if line == "```" {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line.drop { $0 == " " })
            }
        }
        return blocks
    }

    @Test func `the code of the guides is code that compiles`() throws {
        let folder = Self.root.appending(path: "docs/guides")
        let guides = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "md" }
        #expect(guides.count >= 9)
        let source = Self.root.appending(path: "Tests/SocketIOTests/GuideSnippets.swift")
        let lines = try String(contentsOf: source, encoding: .utf8).split(separator: "\n").map { $0.drop { $0 == " " } }
        let compiled = lines.joined(separator: "\n")
        for guide in guides {
            for block in Self.blocks(try String(contentsOf: guide, encoding: .utf8)) {
                #expect(compiled.contains(block.joined(separator: "\n")), "\(guide.lastPathComponent)")
            }
        }
    }
}
