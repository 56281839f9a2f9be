import TestSupport
import Testing

@testable import Wire

@Suite struct HTTP1HeadParserTests {
    @Test(arguments: HTTPVector.read("requests") + HTTPVector.read("smuggling") + HTTPVector.read("bodies"))
    func `a vector gives the same result however it is cut`(vector: HTTPVector) {
        #expect(RequestTranscript.of([vector.bytes]) == vector.expected)
        // The cuts of 100 kB would be ten gigabytes.
        guard vector.bytes.count < 2_000 else { return }
        for pieces in everySplit(of: vector.bytes) {
            let lines = RequestTranscript.of(pieces)
            if lines != vector.expected {
                Issue.record("cut into \(pieces.map(\.count)): \(lines)")
                return
            }
        }
    }

    @Test func `the vectors are there`() {
        #expect(HTTPVector.read("requests").count >= 30)
        #expect(HTTPVector.read("smuggling").count >= 20)
        #expect(HTTPVector.read("bodies").count >= 20)
    }

    @Test func `every byte that is no token is refused in a name and every control byte in a value`() {
        let tokens = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for byte in UInt8.min...UInt8.max {
            let inName = Array("GET / HTTP/1.1\r\nHost: a\r\nA".utf8) + [byte] + Array("B: 1\r\n\r\n".utf8)
            let isNameFine = tokens.contains(byte) || byte == UInt8(ascii: ":")
            #expect(RequestTranscript.of([inName]).first == (isNameFine ? "GET / HTTP/1.1 keep-alive" : "badField 400"))
            let inValue = Array("GET / HTTP/1.1\r\nHost: a\r\nA: x".utf8) + [byte] + Array("y\r\n\r\n".utf8)
            let isValueFine = (byte >= 32 && byte != 127) || byte == 9
            #expect(
                RequestTranscript.of([inValue]).first == (isValueFine ? "GET / HTTP/1.1 keep-alive" : "badField 400")
            )
        }
    }

    @Test func `a long value is read exactly, wherever its blanks and its bad bytes are`() {
        func field(_ value: [UInt8]) -> [String] {
            RequestTranscript.of([Array("GET / HTTP/1.1\r\nHost: a\r\nX-A:".utf8) + value + Array("\r\n\r\n".utf8)])
        }
        for length in 1...40 {
            for blanks in 0...17 {
                let text = String(repeating: "x ä", count: length).prefix(length).trimmingPrefix(" ")
                let padding = String(repeating: " ", count: blanks)
                let lines = field(Array((padding + text + "y" + padding).utf8))
                if lines[1] != "  X-A=[\(text)y]" { Issue.record("\(length) \(blanks): \(lines)") }
            }
            for bad: UInt8 in [0, 7, 0x1F, 0x7F] {
                for position in 0..<length {
                    var value = [UInt8](repeating: 0x80 | UInt8(position), count: length)
                    value[position] = bad
                    let lines = field(value)
                    if lines != ["badField 400"] { Issue.record("\(bad) at \(position) of \(length): \(lines)") }
                }
            }
        }
    }

    @Test func `a head may be exactly as long as the limit and not one byte longer`() {
        func request(_ length: Int) -> [UInt8] {
            let start = "GET / HTTP/1.1\r\nHost: a\r\nx: "
            return Array((start + String(repeating: "v", count: length - start.utf8.count - 4) + "\r\n\r\n").utf8)
        }
        let limit = RequestTranscript.maxHeadBytes
        for pieces in [[request(limit)], request(limit).map { [$0] }] {
            #expect(RequestTranscript.of(pieces) == ["GET / HTTP/1.1 keep-alive", "end"])
        }
        for pieces in [[request(limit + 1)], request(limit + 1).map { [$0] }] {
            #expect(RequestTranscript.of(pieces) == ["headTooLarge 431"])
        }
    }

    @Test func `a parser says whether it is in the middle of a head`() throws {
        var parser = HeadParser(maxHeadBytes: 100, maxFields: 10)
        var offset = 0
        #expect(!parser.hasBegun)
        _ = try parser.next(Array("GET /".utf8).span.bytes, at: &offset)
        #expect(parser.hasBegun)
        offset = 0
        let head = try parser.next(Array(" HTTP/1.0\r\n\r\nrest".utf8).span.bytes, at: &offset)
        #expect(head?.path == "/")
        #expect(offset == 13)
        #expect(!parser.hasBegun)
    }

    @Test func `path and query are compared where they lie`() throws {
        func head(_ target: String) throws -> RequestHead? {
            var parser = HeadParser(maxHeadBytes: 1_000, maxFields: 10)
            var offset = 0
            return try parser.next(Array("GET \(target) HTTP/1.0\r\n\r\n".utf8).span.bytes, at: &offset)
        }
        let long = try #require(try head("/a/path/of/some/length?key=value?&x"))
        for prefix in ["", "/", "/a/path/", "/a/path/of/some/length"] { #expect(long.pathHasPrefix(prefix)) }
        for other in ["/b", "/a/path/of/some/lengtH", "/a/path/of/some/length?"] { #expect(!long.pathHasPrefix(other)) }
        #expect(long.pathIs("/a/path/of/some/length") && !long.pathIs("/a/path/of/some"))
        #expect(long.query == "key=value?&x" && Array(long.queryBytes) == Array("key=value?&x".utf8))
        let bare = try #require(try head("http://host?q"))
        #expect(bare.path == "/" && bare.pathIs("/") && bare.pathHasPrefix("/") && !bare.pathIs(""))
        #expect(bare.query == "q")
        #expect(try head("/")?.queryBytes.isEmpty == true)
    }

    @Test func `random bytes never get past the parser nor stop the process`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let lines = RequestTranscript.of([bytes])
            if !lines.allSatisfy({ $0.hasSuffix("400") }) { Issue.record("\(bytes): \(lines)") }
        }
    }

    @Test func `requests with one byte changed are parsed or refused but never stop the process`() {
        let request = Array(
            "POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nA: b\r\n\r\n".utf8
        )
        for index in request.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = request
                changed[index] = byte
                let whole = RequestTranscript.of([changed])
                let halves = RequestTranscript.of([Array(changed[..<index]), Array(changed[index...])])
                if halves != whole { Issue.record("byte \(byte) at \(index): \(whole), \(halves)") }
            }
        }
    }
}
