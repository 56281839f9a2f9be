import TestSupport
import Testing

@testable import Wire

@Suite struct HTTP1FieldsTests {
    let fields = Fields([("Accept", "a, b"), ("Set-Cookie", "x=1"), ("set-cookie", "y=2"), ("Connection", "Close , x")])

    @Test func `names are found whatever their case and values keep their order`() {
        #expect(fields.first("ACCEPT") == "a, b")
        #expect(fields["missing"] == nil)
        #expect(fields.all("Set-Cookie") == ["x=1", "y=2"])
        #expect(fields.map(\.name) == ["Accept", "Set-Cookie", "set-cookie", "Connection"])
        #expect(fields.contains("connection"))
    }

    @Test func `tokens are whole elements of a list`() {
        #expect(fields.has("close", in: "connection"))
        #expect(fields.has("X", in: "Connection"))
        #expect(!fields.has("clo", in: "connection"))
        #expect(!fields.has("a, b", in: "accept"))
    }

    @Test func `fields of a request can be extended`() throws {
        var parser = HeadParser(maxHeadBytes: 100, maxFields: 3)
        var offset = 0
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        var fields = try #require(try parser.next(bytes.span.bytes, at: &offset)).fields
        fields.append("X-More", "ü")
        #expect(fields.map { "\($0.name)=\($0.value)" } == ["Host=a", "X-More=ü"])
    }
}

@Suite struct HTTP1ResponseParserTests {
    private func parse(_ text: String) -> [String] {
        var results: [[String]] = []
        for pieces in everySplit(of: Array(text.utf8)) { results.append(transcript(pieces)) }
        return results.allSatisfy { $0 == results[0] } ? results[0] : ["differs"]
    }

    private func transcript(_ pieces: [[UInt8]]) -> [String] {
        var parser = ResponseParser(maxHeadBytes: 200, maxFields: 4)
        var lines: [String] = []
        for piece in pieces {
            var offset = 0
            do throws(HTTPError) {
                while let head = try parser.next(piece.span.bytes, at: &offset) {
                    lines.append("\(head.status) \(head.framing(for: .get)) \(head.keepAlive)")
                }
            } catch {
                return lines + ["\(error)"]
            }
        }
        return lines
    }

    @Test func `the length of a body follows from the fields`() {
        #expect(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") == ["200 length(5) true"])
        #expect(parse("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == ["200 length(0) true"])
        #expect(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") == ["200 chunked true"])
        #expect(parse("HTTP/1.1 200 OK\r\n\r\n") == ["200 untilClose true"])
        #expect(parse("HTTP/1.0 200 OK\r\n\r\n") == ["200 untilClose false"])
    }

    @Test func `some answers never have a body`() throws {
        #expect(parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == ["304 none true"])
        #expect(parse("HTTP/1.1 204 No Content\r\n\r\n") == ["204 none true"])
        var parser = ResponseParser(maxHeadBytes: 200, maxFields: 4)
        var offset = 0
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".utf8)
        #expect(try parser.next(bytes.span.bytes, at: &offset)?.framing(for: .head) == BodyFraming.none)
    }

    @Test func `one answer may follow another, with or without a phrase`() {
        #expect(
            parse("HTTP/1.1 100 \r\n\r\nHTTP/1.1 101\r\nConnection: close\r\n\r\n") == [
                "100 none true", "101 none false",
            ]
        )
    }

    @Test(arguments: [
        ("HTTP/2.0 200 OK\r\n\r\n", "badVersion"),
        ("HTTP/1.1  200 OK\r\n\r\n", "badStartLine"),
        ("HTTP/1.1 20 OK\r\n\r\n", "badStartLine"),
        ("HTTP/1.1 099 OK\r\n\r\n", "badStartLine"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "badStartLine"),
        ("HTTP/1.1 200 OK\n\r\n", "badStartLine"),
        ("HTTP/1.1 200 OK\rX: y\r\n\r\n", "badStartLine"),
        ("\r\nHTTP/1.1 200 OK\r\n\r\n", "badVersion"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "badContentLength"),
        ("HTTP/1.1 200 OK\r\nA: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\nA: 1\r\n\r\n", "tooManyFields"),
    ])
    func `an answer against the grammar is refused`(text: String, error: String) {
        #expect(parse(text) == [error])
    }
}

@Suite struct HTTP1BodyDecoderTests {
    @Test func `a body up to the end of the connection is complete when it ends`() throws {
        var decoder = BodyDecoder(framing: .untilClose, maxBytes: 5)
        let bytes = Array("hello".utf8)
        var offset = 1
        #expect(try decoder.next(bytes.span.bytes, at: &offset) == .data(1..<5))
        #expect(try decoder.next(bytes.span.bytes, at: &offset) == nil)
        #expect(!decoder.isFinished)
        try decoder.finish()
        #expect(decoder.isFinished)
        var limited = BodyDecoder(framing: .untilClose, maxBytes: 4)
        offset = 0
        #expect(throws: HTTPError.bodyTooLarge) { try limited.next(bytes.span.bytes, at: &offset) }
    }

    @Test(arguments: [BodyFraming.length(6), .chunked])
    func `a body that ends too early is aborted`(framing: BodyFraming) throws {
        var decoder = BodyDecoder(framing: framing)
        let bytes = Array("5\r\nabc".utf8)
        var offset = 0
        while offset < bytes.count { _ = try decoder.next(bytes.span.bytes, at: &offset) }
        if framing == .chunked {
            #expect(throws: HTTPError.aborted) { try decoder.finish() }
        } else {
            #expect(try decoder.next(bytes.span.bytes, at: &offset) == .end)
            #expect(try decoder.next(bytes.span.bytes, at: &offset) == nil)
        }
    }
}

@Suite struct HTTP1HeadEncoderTests {
    @Test func `a head is written line by line`() throws {
        var encoder = HeadEncoder(status: 404)
        try encoder.field("Content-Type", "text/plain")
        encoder.field("Content-Length", 12)
        encoder.field(constant: "Connection", "close")
        let expected =
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
        #expect(String(decoding: encoder.finish(), as: UTF8.self) == expected)
    }

    @Test func `a request is written in the same way`() throws {
        var encoder = try HeadEncoder(method: .post, target: "/a?b")
        try encoder.field("Host", "a")
        #expect(String(decoding: encoder.finish(), as: UTF8.self) == "POST /a?b HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(throws: HTTPError.badTarget) { _ = try HeadEncoder(method: .get, target: "/a b") }
        #expect(throws: HTTPError.badTarget) { _ = try HeadEncoder(method: .get, target: "/\r\nX: y") }
    }

    @Test(arguments: [("A", "b\r\nC: d"), ("A", "b\nc"), ("A", "b\0"), ("A\r\nB", "c"), ("", "a"), ("A B", "c")])
    func `a field cannot bring a second one with it`(name: String, value: String) {
        var encoder = HeadEncoder(status: 200)
        #expect(throws: HTTPError.unsafeField) { try encoder.field(name, value) }
    }

    @Test func `a status without a phrase of its own can be sent and one out of range becomes 500`() {
        #expect(String(decoding: HeadEncoder(status: 299).finish(), as: UTF8.self) == "HTTP/1.1 299 Unknown\r\n\r\n")
        #expect(Status(7).code == 500)
        #expect(Status(204).forbidsBody && Status(101).forbidsBody && !Status(200).forbidsBody)
    }
}
