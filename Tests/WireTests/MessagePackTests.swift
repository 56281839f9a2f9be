import Foundation
import TestSupport
import Testing

@testable import Wire

/// One line of Tests/Vectors/messagepack.
struct MessagePackVector: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let result: String

    var testDescription: String { name }

    init?(line: String) {
        guard line.hasPrefix("    "), let colon = line.range(of: ":"), let arrow = line.range(of: "=> ") else {
            return nil
        }
        name = line[..<colon.lowerBound].trimmingCharacters(in: .whitespaces)
        bytes = line[colon.upperBound..<arrow.lowerBound].split(separator: " ").flatMap(Self.bytes)
        result = String(decoding: JSONVector.bytes(line[arrow.upperBound...]), as: UTF8.self)
    }

    /// A byte, or several of the same.
    private static func bytes(_ token: Substring) -> [UInt8] {
        let parts = token.split(separator: "*")
        guard let byte = parts.first.flatMap({ UInt8($0, radix: 16) }) else { return [] }
        return Array(repeating: byte, count: parts.count > 1 ? Int(parts[1]) ?? 0 : 1)
    }

    static func all(in file: String) -> [MessagePackVector] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/messagepack")
        guard let text = try? String(contentsOf: folder.appending(path: file), encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { MessagePackVector(line: String($0)) }
    }

    static let shortest = all(in: "shortest.md")
    static let accepted = all(in: "accepted.md")
    static let refused = all(in: "refused.md")
}

@Suite struct MessagePackTests {
    /// What the reader makes of bytes, in the words of the vectors.
    private func outcome(_ bytes: [UInt8]) -> String {
        do {
            return try JSON(messagePack: bytes).text
        } catch {
            return "\(error)".replacing("(at: ", with: " ").replacing("(", with: " ").replacing(")", with: "")
        }
    }

    @Test func `there are as many vectors as there should be`() {
        #expect(MessagePackVector.shortest.count >= 50)
        #expect(MessagePackVector.accepted.count >= 25)
        #expect(MessagePackVector.refused.count >= 28)
    }

    @Test(arguments: MessagePackVector.shortest + MessagePackVector.accepted + MessagePackVector.refused)
    func `bytes have the result that the vectors say`(vector: MessagePackVector) {
        #expect(outcome(vector.bytes) == vector.result)
    }

    @Test(arguments: MessagePackVector.shortest)
    func `the shortest form is the one that is written`(vector: MessagePackVector) throws {
        #expect(try JSON(messagePack: vector.bytes).messagePack == vector.bytes)
    }

    @Test(arguments: MessagePackVector.shortest + MessagePackVector.accepted)
    func `a value that is cut anywhere is refused as cut`(vector: MessagePackVector) {
        // A long text is tried at its beginning and its end; what lies between is all the same.
        let cuts = Array(0..<min(vector.bytes.count, 600)) + Array(max(0, vector.bytes.count - 20)..<vector.bytes.count)
        for cut in cuts {
            #expect(throws: MessagePackError.unexpectedEnd) { try JSON(messagePack: Array(vector.bytes[..<cut])) }
        }
    }

    @Test func `numbers keep their kind, and bytes stay bytes`() throws {
        #expect(try JSON(messagePack: [0xC4, 0x01, 0x07]) == .binary([7]))
        #expect(try JSON(messagePack: [0xCF, 0xFF, 0, 0, 0, 0, 0, 0, 0]) == .number("18374686479671623680"))
        #expect(JSON.double(2).messagePack == [2])
        #expect(JSON.double(-0.0).messagePack == [0xCB, 0x80, 0, 0, 0, 0, 0, 0, 0])
        #expect(JSON.double(0x1p63).messagePack == [0xCF, 0x80, 0, 0, 0, 0, 0, 0, 0])
        #expect(JSON.number("0.1").messagePack == JSON.double(0.1).messagePack)
        #expect(JSON.number("no number").messagePack == [0xC0])
    }

    @Test func `values and depth are limited`() {
        var limits = MessagePackLimits()
        limits.maxValues = 3
        #expect(throws: Never.self) { try JSON(messagePack: [0x92, 1, 2], limits: limits) }
        #expect(throws: MessagePackError.tooManyValues) { try JSON(messagePack: [0x93, 1, 2, 3], limits: limits) }
        limits.maxDepth = 1
        #expect(throws: MessagePackError.tooDeep(at: 1)) { try JSON(messagePack: [0x91, 0x90], limits: limits) }
    }

    @Test(arguments: 0..<20)
    func `random values come back as they were`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            let value = Self.value(&random, depth: 0)
            #expect(try JSON(messagePack: value.messagePack) == value, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<20)
    func `random bytes are read or refused, and never more`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            guard let value = try? JSON(messagePack: bytes) else { continue }
            #expect(throws: Never.self, "seed \(seed)") { try JSON(messagePack: value.messagePack) }
        }
    }

    private static func value(_ random: inout SplitMix, depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth < 4 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 3: return .double(.random(in: -1...1, using: &random))
        case 4: return .number(String(UInt64.random(in: (1 << 63)...(.max), using: &random)))
        case 5: return .string(String(repeating: "ä", count: .random(in: 0..<40, using: &random)))
        case 6: return .binary((0..<Int.random(in: 0..<300, using: &random)).map { UInt8(truncatingIfNeeded: $0) })
        case 7: return .array(children(&random, depth))
        default: return .object(JSONObject(children(&random, depth).enumerated().map { ("\($0)", $1) }))
        }
    }

    private static func children(_ random: inout SplitMix, _ depth: Int) -> [JSON] {
        (0..<Int.random(in: 0..<20, using: &random)).map { _ in value(&random, depth: depth + 1) }
    }
}
