// EngineVectors: reads the golden cases in Tests/Vectors/engineio. README.md there explains the notation.

import Foundation
import Testing

@testable import EngineIO

/// What a packet means.
enum VectorPacket: Equatable {
    case text(PacketType, String)
    case binary([UInt8])
}

/// One golden case.
struct EngineVector: CustomTestStringConvertible {
    var title = ""
    /// The packet or payload.
    var input: [UInt8] = []
    var packets: [VectorPacket] = []
    var frame: [UInt8]?
    var fault: String?

    var testDescription: String { title }

    static let packets = read("packets")
    static let payloads = read("payloads")

    private static func read(_ file: String) -> [EngineVector] {
        let folder = URL(filePath: #filePath).appending(path: "../../../Vectors/engineio").standardized
        guard let text = try? String(contentsOf: folder.appending(path: "\(file).md"), encoding: .utf8) else {
            return []
        }
        return text.components(separatedBy: "\n## ").dropFirst().map(parse)
    }

    private static func parse(_ section: String) -> EngineVector {
        let lines = section.components(separatedBy: "\n")
        var vector = EngineVector(title: lines[0])
        for line in lines.dropFirst() where line.hasPrefix("    ") {
            let word = line.dropFirst(4).prefix { $0 != " " }
            let rest = String(line.dropFirst(4 + word.count).drop { $0 == " " })
            switch word {
            case "text", "payload": vector.input = bytes(rest)
            case "packet": vector.packets.append(packet(rest))
            case "frame": vector.frame = hexadecimal(rest)
            case "fault": vector.fault = rest
            default: Issue.record("what is \"\(word)\" in \"\(vector.title)\"?")
            }
        }
        return vector
    }

    private static func packet(_ text: String) -> VectorPacket {
        let word = text.prefix { $0 != " " }
        guard word != "binary" else { return .binary(hexadecimal(String(text.dropFirst(6)))) }
        let type = PacketType.allCases.first { "\($0)" == word }
        return .text(type ?? .open, String(text.dropFirst(word.count + 2).dropLast()))
    }

    private static func bytes(_ text: String) -> [UInt8] {
        Array(text.replacingOccurrences(of: "␞", with: "\u{1E}").utf8)
    }

    private static func hexadecimal(_ text: String) -> [UInt8] {
        text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
}
