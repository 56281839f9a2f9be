import Foundation
import Testing

@testable import Wire

/// One line of Tests/Vectors/json.
struct JSONVector: CustomTestStringConvertible {
    let name: String
    let text: [UInt8]
    let result: [UInt8]

    var testDescription: String { name }
    var isRefused: Bool { name.hasPrefix("n_") || String(decoding: result, as: UTF8.self).hasPrefix("tooDeep") }

    init?(line: String) {
        guard line.hasPrefix("    "), let colon = line.range(of: ": "),
            let arrow = line.range(of: " => ", options: .backwards)
        else { return nil }
        name = line[..<colon.lowerBound].trimmingCharacters(in: .whitespaces)
        text = Self.bytes(line[colon.upperBound..<arrow.lowerBound])
        result = Self.bytes(line[arrow.upperBound...])
    }

    /// The bytes of a text in which `⟦…⟧` may stand.
    static func bytes(_ text: Substring) -> [UInt8] {
        guard let open = text.firstIndex(of: "⟦"), let close = text[open...].firstIndex(of: "⟧") else {
            return Array(text.utf8)
        }
        let inside = text[text.index(after: open)..<close]
        return Array(text[..<open].utf8) + special(inside) + bytes(text[text.index(after: close)...])
    }

    private static func special(_ text: Substring) -> [UInt8] {
        guard text.hasPrefix("\""), let quote = text.lastIndex(of: "\"") else {
            return text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
        let piece = text[..<quote].dropFirst().replacingOccurrences(of: "\\\"", with: "\"")
        let count = Int(text[text.index(quote, offsetBy: 2)...]) ?? 0
        return Array(String(repeating: piece, count: count).utf8)
    }

    static let all: [JSONVector] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/json")
        return ["arrays", "objects", "strings", "numbers", "structure"].flatMap { name -> [JSONVector] in
            guard let text = try? String(contentsOf: folder.appending(path: name + ".md"), encoding: .utf8) else {
                return []
            }
            return text.split(separator: "\n").compactMap { JSONVector(line: String($0)) }
        }
    }()
}

@Suite struct JSONVectorTests {
    /// What the reader makes of a text, in the words of the vectors.
    private func outcome(_ text: [UInt8]) -> String {
        do {
            return try JSON(parsing: text).text
        } catch {
            return "\(error)".replacingOccurrences(of: "(at: ", with: " ").replacingOccurrences(of: ")", with: "")
        }
    }

    @Test func `the vectors are all there`() {
        #expect(JSONVector.all.count >= 230)
        #expect(Set(JSONVector.all.map(\.name)).count == JSONVector.all.count)
    }

    @Test(arguments: JSONVector.all) func `a text has the result that the vectors say`(vector: JSONVector) {
        #expect(outcome(vector.text) == String(decoding: vector.result, as: UTF8.self))
    }

    @Test(arguments: JSONVector.all.filter { !$0.isRefused })
    func `what is written reads back as the same value`(vector: JSONVector) throws {
        let value = try JSON(parsing: vector.text)
        #expect(try JSON(parsing: value.utf8Text).text == value.text)
    }

    @Test(arguments: JSONVector.all) func `no text that was cut short is taken for a whole one`(vector: JSONVector) {
        guard !vector.isRefused, vector.text.count < 2000, let first = vector.text.first(where: { $0 > 0x20 }) else {
            return
        }
        let isClosed = first == UInt8(ascii: "[") || first == UInt8(ascii: "{") || first == UInt8(ascii: "\"")
        let end = vector.text.lastIndex { $0 > 0x20 } ?? 0
        for cut in 0...end where isClosed {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(vector.text[..<cut])) }
        }
    }

    @Test(arguments: JSONVector.all) func `a text changed in any one byte is read or refused and nothing worse`(
        vector: JSONVector
    ) {
        guard vector.text.count < 200 else { return }
        var accepted = 0
        for place in vector.text.indices {
            for byte: UInt8 in [0x00, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x7B, 0x7D, 0x80, 0xC3, 0xED, 0xF0, 0xFF] {
                var changed = vector.text
                changed[place] = byte
                if let value = try? JSON(parsing: changed) {
                    accepted += 1
                    #expect((try? JSON(parsing: value.utf8Text))?.text == value.text)
                }
            }
        }
        #expect(accepted <= vector.text.count * 13)
    }
}
