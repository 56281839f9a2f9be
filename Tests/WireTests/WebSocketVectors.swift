// WebSocketVectors: reads the golden cases in Tests/Vectors/websocket. README.md there explains the notation.

import Foundation
import Testing

@testable import Wire

/// One golden case: frames that a peer sends and what a receiver must see.
struct WebSocketVector: Sendable, CustomTestStringConvertible {
    let name: String
    var frames: [(bits: UInt8, payload: [UInt8])] = []
    var expected: [Peer.Seen] = []

    var testDescription: String { name }

    /// What the peer sends: masked to a server, plain to a client.
    func bytes(to role: WebSocketRole) -> [UInt8] {
        frames.flatMap { frame in
            role == .server ? Peer.frame(frame.bits, frame.payload) : Peer.frame(frame.bits, frame.payload, key: nil)
        }
    }

    /// All cases of all files, in the order of the files' names.
    static let all: [WebSocketVector] = {
        let folder = URL(filePath: #filePath).appending(path: "../../Vectors/websocket").standardized
        let names = try! FileManager.default.contentsOfDirectory(atPath: folder.path)
        return names.sorted().filter { $0.hasSuffix(".md") && $0 != "README.md" }.flatMap { name in
            parse(try! String(contentsOf: folder.appending(path: name), encoding: .utf8), file: name)
        }
    }()

    private static func parse(_ text: String, file: String) -> [WebSocketVector] {
        var vectors: [WebSocketVector] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") {
                vectors.append(WebSocketVector(name: "\(file): \(line.dropFirst(3))"))
            } else if line.hasPrefix("    > "), let last = vectors.indices.last {
                let bytes = bytes(line.dropFirst(6))
                vectors[last].frames.append((bytes[0], Array(bytes[1...])))
            } else if line.hasPrefix("    < "), let last = vectors.indices.last {
                vectors[last].expected.append(seen(line.dropFirst(6)))
            }
        }
        return vectors
    }

    /// Hexadecimal bytes, `61*125` for repetition, and texts in quotation marks.
    private static func bytes(_ notation: Substring) -> [UInt8] {
        notation.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            index % 2 == 1 ? Array(part.utf8) : part.split(separator: " ").flatMap(hexadecimal)
        }
    }

    private static func hexadecimal(_ word: Substring) -> [UInt8] {
        let parts = word.split(separator: "*")
        guard let byte = UInt8(parts[0], radix: 16) else { fatalError("not a byte: \(word)") }
        return [UInt8](repeating: byte, count: parts.count > 1 ? Int(parts[1]) ?? 0 : 1)
    }

    private static func seen(_ notation: Substring) -> Peer.Seen {
        let words = notation.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? words[1] : ""
        switch words[0] {
        case "text": return .text(bytes(rest))
        case "binary": return .binary(bytes(rest))
        case "ping": return .ping(bytes(rest))
        case "pong": return .pong(bytes(rest))
        case "close":
            let parts = rest.split(separator: " ", maxSplits: 1)
            let reason = parts.count > 1 ? bytes(parts[1]) : []
            return .close(parts.first.flatMap { UInt16($0) }, String(decoding: reason, as: UTF8.self))
        default:
            guard let error = WebSocketError.allCases.first(where: { "\($0)" == rest }) else {
                fatalError("not an expectation: \(notation)")
            }
            return .fault(error)
        }
    }
}
