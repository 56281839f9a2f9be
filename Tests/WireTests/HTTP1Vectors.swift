// HTTP1Vectors: reads the golden cases of Tests/Vectors/http and plays them to the parsers. A case is a heading, the
// reason in prose, a fenced block of bytes and a fenced block of what has to come out.
//
// In a block of bytes the line ends of the file do not count: "\r" and "\n" are written out, as are "\t", "\0", "\\",
// "\x1F" and "\{a*100}", a hundred times "a".

import Foundation
import Testing

@testable import Wire

struct HTTPVector: CustomTestStringConvertible {
    var title: String
    var bytes: [UInt8]
    var expected: [String]

    var testDescription: String { title }

    /// The cases of one file.
    static func read(_ file: String) -> [HTTPVector] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = folder.appendingPathComponent("Vectors/http/\(file).md")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return text.components(separatedBy: "\n## ").dropFirst().compactMap(parse)
    }

    private static func parse(_ section: String) -> HTTPVector? {
        let parts = section.components(separatedBy: "```")
        guard parts.count == 5, let title = section.split(separator: "\n").first else { return nil }
        let input = parts[1].split(separator: "\n").dropFirst().joined()
        let expected = parts[3].split(separator: "\n").dropFirst().map(String.init)
        return HTTPVector(title: String(title), bytes: unescape(input), expected: expected)
    }

    private static func unescape(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(text)
        while let character = rest.popFirst() {
            guard character == "\\", let kind = rest.popFirst() else {
                bytes += Array(String(character).utf8)
                continue
            }
            switch kind {
            case "r": bytes.append(13)
            case "n": bytes.append(10)
            case "t": bytes.append(9)
            case "0": bytes.append(0)
            case "x":
                bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            case "{":
                let body = rest.prefix { $0 != "}" }.split(separator: "*")
                rest = rest.dropFirst(body[0].count + body[1].count + 2)
                for _ in 0..<(Int(body[1]) ?? 0) { bytes += unescape(String(body[0])) }
            default: bytes += Array(String(kind).utf8)
            }
        }
        return bytes
    }
}

/// Plays requests to the parsers as a connection would, and writes down what comes out.
struct RequestTranscript {
    static let maxHeadBytes = 1_000
    static let maxFields = 10
    static let maxBodyBytes = 2_000

    private(set) var lines: [String] = []
    private var parser = HeadParser(maxHeadBytes: maxHeadBytes, maxFields: maxFields)
    private var decoder: BodyDecoder?
    private var data: [UInt8] = []
    private var hasFailed = false

    static func of(_ pieces: [[UInt8]]) -> [String] {
        var transcript = RequestTranscript()
        for piece in pieces { transcript.receive(piece) }
        return transcript.lines
    }

    private mutating func receive(_ piece: [UInt8]) {
        guard !hasFailed else { return }
        do throws(HTTPError) {
            var offset = 0
            while try step(piece, &offset) {}
            // No `#expect` here: it costs more than the parser, and this is called a hundred thousand times.
            if offset != piece.count { lines.append("left \(piece.count - offset) bytes") }
        } catch {
            lines.append("\(error) \(error.status)")
            hasFailed = true
        }
    }

    private mutating func step(_ piece: [UInt8], _ offset: inout Int) throws(HTTPError) -> Bool {
        if decoder != nil {
            switch try decoder?.next(piece.span.bytes, at: &offset) {
            case .data(let range)?: data += piece[range]
            case .end?:
                if !data.isEmpty {
                    lines.append("data \(data.count) \(String(decoding: data.prefix(40), as: UTF8.self))")
                }
                lines.append("end")
                data = []
                decoder = nil
            case nil: return false
            }
            return true
        }
        guard let head = try parser.next(piece.span.bytes, at: &offset) else { return false }
        write(head)
        decoder = BodyDecoder(framing: head.framing, maxBytes: RequestTranscript.maxBodyBytes)
        return true
    }

    private mutating func write(_ head: RequestHead) {
        var line = "\(head.method.name) \(head.path) HTTP/1.\(head.minorVersion)"
        if let query = head.query { line += " query=\(query)" }
        switch head.framing {
        case .none: break
        case .length(let length): line += " length=\(length)"
        case .chunked: line += " chunked"
        case .untilClose: line += " untilClose"
        }
        if head.keepAlive { line += " keep-alive" }
        if head.expectsContinue { line += " expects-continue" }
        if let upgrade = head.upgrade { line += " upgrade=\(upgrade)" }
        lines.append(line)
        for field in head.fields where field.name.lowercased().hasPrefix("x-") {
            lines.append("  \(field.name)=[\(field.value)]")
        }
    }
}
