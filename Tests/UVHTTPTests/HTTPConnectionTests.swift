import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct HTTPConnectionTests {
    /// A service that says what it was sent.
    private static func report(_ server: HTTPServer) {
        server.mount("/") { exchange in
            exchange.readBody { result in
                guard case .success(let body) = result else { return }
                exchange.send("\(exchange.method) \(exchange.target) [\(String(decoding: body, as: UTF8.self))]")
            }
        }
    }

    /// What the client gets back when it sends `parts` one after the other, each in a turn of its own.
    private func answer(to parts: [[UInt8]], _ setUp: (HTTPServer) -> Void) throws -> String {
        var text = ""
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            setUp(server)
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            var left = parts[...]
            func next() {
                if let part = left.popFirst() {
                    client.send(part)
                    loop.nextTurn { loop.nextTurn(next) }
                } else {
                    client.end()
                }
            }
            next()
            client.whenEnded { client in
                text = client.text
                server.close()
            }
        }
        return text
    }

    private func withoutDates(_ text: String) -> String {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\r\n")
    }

    @Test func `three pipelined requests are answered alike wherever the bytes are cut`() throws {
        let requests = """
            GET /a HTTP/1.1\r\nHost: x\r\n\r\n\
            POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello\
            POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n\
            GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n
            """
        let bodies = ["GET /a []", "POST /b [hello]", "POST /c [abcde]", "GET /d []"]
        let type = "Content-Type: text/plain; charset=utf-8\r\n"
        let expected = bodies.map { body in
            let close = body.hasPrefix("GET /d") ? "Connection: close\r\n" : ""
            return "HTTP/1.1 200 OK\r\n\(type)\(close)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }.joined()
        for delivery in everySplit(of: Array(requests.utf8)) {
            let text = withoutDates(try answer(to: delivery, Self.report))
            #expect(text == expected, "\(delivery.map(\.count))")
        }
    }

    @Test func `pipelined requests are answered in order when the first takes longest`() throws {
        let requests = ["/3", "/2", "/1"].map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
        var order: [String] = []
        let text = try UVHTTPTests.answer(to: requests, until: "[1]") { server in
            server.fallback = { exchange in
                order.append(exchange.path)
                let turns = (Int(exchange.path.dropFirst()) ?? 0) * 3
                func wait(_ turns: Int) {
                    if turns > 0 { return server.loop.nextTurn { wait(turns - 1) } }
                    exchange.send("[\(exchange.path.dropFirst())]")
                }
                wait(turns)
            }
        }
        #expect(order == ["/3", "/2", "/1"])
        let bodies = text.split(separator: "\r\n\r\n").map { $0.prefix(3) }
        #expect(bodies.dropFirst() == ["[3]", "[2]", "[1]"])
    }

    @Test func `answers of one turn leave in one write`() throws {
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            client.send(String(repeating: request, count: 50))
            client.when({ $0.text.components("\r\n\r\nNot Found").count == 51 }) { client in
                #expect(far.writes == 1)
                client.close()
                server.close()
            }
        }
    }

    @Test func `HEAD gets the head and nothing else`() throws {
        let requests = "HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /y HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        let text = withoutDates(try UVHTTPTests.answer(to: requests))
        let head = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n"
        #expect(
            text == "\(head)Content-Length: 9\r\n\r\n\(head)Connection: close\r\nContent-Length: 9\r\n\r\nNot Found"
        )
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.0", "", false),
        ("1.0", "Connection: keep-alive\r\n", true),
    ])
    func `a connection is kept as its version and its wish say`(version: String, field: String, keeps: Bool) throws {
        let request = "GET / HTTP/\(version)\r\nHost: x\r\n\(field)\r\n"
        let text = try UVHTTPTests.answer(to: request, until: keeps ? "Not Found" : nil)
        #expect(text.contains("Connection: close\r\n") == !keeps)
        #expect(text.contains("Connection: keep-alive\r\n") == (keeps && version == "1.0"))
    }

    @Test(arguments: [
        ("\u{16}\u{3}\u{1}garbage\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/9.9\r\n\r\n", 400),
        ("get / HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400),
        ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n\(String(repeating: "a: b\r\n", count: 200))\r\n", 431),
        ("POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    ])
    func `what is no request is refused without a body and the connection closed`(request: String, status: Int) throws {
        let text = try UVHTTPTests.answer(to: request)
        #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(60))")
        #expect(text.hasSuffix("\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"))
    }

    @Test func `a broken request behind sound ones is refused after their answers`() throws {
        let text = try UVHTTPTests.answer(to: "GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(text.contains("Not FoundHTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func `a client that ends its half right away still gets its answer`() throws {
        var text = ""
        try withServer { server, port in
            let client = try RawClient(on: server.loop, port: port)
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\n\r\n")
            client.end()
            server.fallback = { exchange in
                guard exchange.path == "/slow" else { return exchange.send("fast") }
                server.loop.nextTurn { server.loop.nextTurn { exchange.send("slow") } }
            }
            client.whenEnded { client in
                text = client.text
                server.close()
            }
        }
        #expect(text.contains("\r\n\r\nslowHTTP/1.1 200 OK"))
        #expect(text.hasSuffix("\r\n\r\nfast"))
    }

    @Test func `a body cut short by the end of the connection is answered as a bad request`() throws {
        var failure: HTTPError?
        var text = ""
        try withServer { server, port in
            let client = try RawClient(on: server.loop, port: port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
            client.end()
            server.fallback = { exchange in
                exchange.readBody { if case .failure(let error) = $0 { failure = error } }
            }
            client.whenEnded { client in
                text = client.text
                server.close()
            }
        }
        #expect(failure == .aborted)
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func `reading stops while too much waits behind a request`() throws {
        var options = HTTPOptions()
        options.maxPipelinedBytes = 1000
        try onLoop { loop in
            let server = HTTPServer(on: loop, options: options)
            let (near, far) = Loopback.pair(on: loop)
            far.room = 100
            near.room = 100
            server.accept(far)
            var held: Exchange?
            server.fallback = { exchange in
                if exchange.path == "/held" { held = exchange } else { exchange.send("done") }
            }
            let client = RawClient(near)
            let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
            client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n" + String(repeating: request, count: 200))
            var turns = 0
            func watch() {
                turns += 1
                if turns < 200 { return loop.nextTurn(watch) }
                // About 1000 bytes are on the server's side, another 100 in the kernel, the rest is held back.
                #expect(near.queuedBytes > 200 * request.utf8.count - 1500)
                held?.send("held")
            }
            watch()
            client.when({ $0.text.components("\r\n\r\ndone").count == 201 }) { client in
                #expect(client.text.contains("\r\n\r\nheld"))
                client.close()
                server.close()
            }
        }
    }
}

extension String {
    /// The pieces between the occurrences of `separator`.
    func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
