import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct ExchangeAnswerTests {
    private static let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The answer of a handler to a plain request, without its Date.
    private func reply(
        _ request: String = request,
        until suffix: String? = nil,
        _ handler: @escaping (Exchange) -> Void
    ) throws -> String {
        let text = try answer(to: request, until: suffix) { $0.fallback = handler }
        return text.components("\r\n").filter { !$0.hasPrefix("Date: ") }.joined(separator: "\r\n")
    }

    @Test func `fields are set, added, replaced and removed by name in any case`() throws {
        let text = try reply(until: "\r\n\r\n") { exchange in
            exchange.setHeader("X-One", "1")
            exchange.addHeader("x-one", "2")
            exchange.setHeader("X-Two", "1")
            exchange.setHeader("x-TWO", "2")
            exchange.setHeader("X-Three", "3")
            exchange.removeHeader("x-three")
            exchange.status = 204
            exchange.send([])
        }
        #expect(text == "HTTP/1.1 204 No Content\r\nX-One: 1\r\nx-one: 2\r\nx-TWO: 2\r\n\r\n")
    }

    @Test func `what frames an answer cannot be set, but the connection can be ended`() throws {
        let text = try reply { exchange in
            exchange.setHeader("Content-Length", "99")
            exchange.setHeader("transfer-encoding", "chunked")
            exchange.setHeader("Connection", "Close")
            exchange.send([0x41])
        }
        #expect(text == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nA")
    }

    @Test func `a value with a line end is left out and logged`() throws {
        var log: [String] = []
        let text = try reply(until: "\r\n\r\n") { exchange in
            exchange.loop.log = { _, line in log.append(line) }
            exchange.setHeader("X-Bad", "a\r\nX-Injected: b")
            exchange.setHeader("X Bad", "a")
            exchange.send([])
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(log.count == 2)
    }

    @Test func `an answer carries the date, and the handler's own in its place`() throws {
        let ours = try answer(to: Self.request, until: "\r\n\r\n") { $0.fallback = { $0.send([]) } }
        let date = ours.components("\r\n").first { $0.hasPrefix("Date: ") }
        #expect(HTTPDate.seconds(String(date?.dropFirst(6) ?? "")) != nil)
        let theirs = try answer(to: Self.request, until: "\r\n\r\n") { server in
            server.fallback = { exchange in
                exchange.setHeader("date", "yesterday")
                exchange.send([])
            }
        }
        #expect(theirs.contains("\r\ndate: yesterday\r\n"))
        #expect(!theirs.contains("\r\nDate: "))
    }

    @Test func `only the first answer counts`() throws {
        let text = try reply(until: "first") { exchange in
            exchange.send("first")
            exchange.status = 500
            exchange.setHeader("X-Late", "1")
            exchange.send("second")
            exchange.beginStream()
            exchange.write([0x41])
            exchange.end()
        }
        #expect(text.hasSuffix("Content-Length: 5\r\n\r\nfirst"))
        #expect(!text.contains("X-Late"))
    }

    @Test(arguments: [100, 16_383, 16_384, 2_000_000])
    func `a body of any size arrives whole, and the next answer behind it`(size: Int) throws {
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var received: [UInt8] = []
        try withServer { server, port in
            server.fallback = { $0.path == "/" ? $0.send(body) : $0.send("end") }
            let client = try RawClient(on: server.loop, port: port)
            let two = Self.request + Self.request + "GET /end HTTP/1.1\r\nHost: x\r\n\r\n"
            client.send(two)
            client.whenReceived("\r\n\r\nend") { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        let head = received.firstIndex(of: 0x0D).map { received[..<$0] } ?? []
        #expect(head.elementsEqual("HTTP/1.1 200 OK".utf8))
        #expect(received.count > 2 * size)
        let text = String(decoding: received.suffix(200), as: UTF8.self)
        #expect(text.contains("HTTP/1.1 200 OK\r\n"))
        let behind = received.dropLast(text.components("HTTP/1.1 200 OK").last.map { $0.utf8.count + 15 } ?? 0)
        #expect(behind.suffix(size).elementsEqual(body))
    }

    // MARK: - Pieces

    @Test func `an answer of unknown length comes in chunks`() throws {
        let text = try reply(until: "0\r\n\r\n") { exchange in
            exchange.beginStream()
            exchange.write(Array("hello".utf8))
            exchange.write([])
            exchange.write(Array("a longer piece of it".utf8))
            exchange.end()
        }
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(text == head + "5\r\nhello\r\n14\r\na longer piece of it\r\n0\r\n\r\n")
    }

    @Test func `a client of HTTP 1.0 gets it up to the end of the connection`() throws {
        let text = try reply("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") { exchange in
            exchange.beginStream()
            exchange.write(Array("hello".utf8))
            exchange.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello")
    }

    @Test func `an announced length is kept, never exceeded`() throws {
        let text = try reply(until: "hello") { exchange in
            exchange.beginStream(length: 5)
            exchange.write(Array("hel".utf8))
            exchange.write(Array("lo, world".utf8))
            exchange.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    }

    @Test func `an answer that falls short of its length ends the connection`() throws {
        let text = try reply { exchange in
            exchange.beginStream(length: 5)
            exchange.write(Array("hel".utf8))
            exchange.end()
        }
        #expect(text.hasSuffix("\r\n\r\nhel"))
    }

    @Test func `HEAD is spared the pieces`() throws {
        let text = try reply("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", until: "\r\n\r\n") { exchange in
            exchange.beginStream(length: 5)
            exchange.write(Array("hello".utf8))
            exchange.end()
        }
        #expect(text == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test func `a streaming answer waits for its reader`() throws {
        let piece = [UInt8](repeating: 0x2E, count: 65_536)
        var pieces = 0
        var pauses = 0
        var received = 0
        try withServer { server, port in
            server.fallback = { exchange in
                func fill() {
                    while pieces < 200 {
                        pieces += 1
                        if !exchange.write(piece) { return pauses += 1 }
                    }
                    exchange.end()
                }
                exchange.beginStream(length: 200 * piece.count)
                exchange.onDrained = fill
                fill()
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(Self.request)
            client.when({ $0.received.count > 200 * piece.count }) { client in
                received = client.received.count
                client.close()
                server.close()
            }
        }
        #expect(pauses > 100)
        #expect(received > 200 * piece.count && received < 200 * piece.count + 200)
    }

    @Test func `a failed handler is answered by 500 and nothing of its reason`() throws {
        struct Secret: Error {}
        var log: [String] = []
        let text = try reply(until: "Internal Server Error") { exchange in
            exchange.loop.log = { _, line in log.append(line) }
            exchange.setHeader("X-Half", "1")
            exchange.fail(Secret())
        }
        #expect(text.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        #expect(!text.contains("Secret") && !text.contains("X-Half"))
        #expect(log == ["GET /: Secret()"])
    }

    @Test func `a handler that fails in the middle of its answer cuts it off`() throws {
        struct Fault: Error {}
        let text = try reply { exchange in
            exchange.loop.log = { _, _ in }
            exchange.beginStream()
            exchange.write(Array("half".utf8))
            exchange.loop.nextTurn { exchange.loop.nextTurn { exchange.fail(Fault()) } }
        }
        #expect(!text.hasSuffix("0\r\n\r\n"))
    }
}
