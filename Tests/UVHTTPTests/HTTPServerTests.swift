import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct HTTPServerTests {
    private static let request = "GET /hello?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `a mounted service answers over a socket`() throws {
        let text = try answer(to: Self.request, until: "hello") { server in
            server.mount("/hello") { exchange in
                exchange.setHeader("X-Query", exchange.queryString ?? "")
                exchange.send("hello")
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\nX-Query: x=1\r\n"))
        #expect(text.hasSuffix("\r\nContent-Length: 5\r\n\r\nhello"))
    }

    @Test func `a path that nobody has mounted is not found`() throws {
        let text = try answer(to: Self.request, until: "Not Found")
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test func `a mount is a prefix of the raw path, and the first that fits wins`() throws {
        let text = try answer(to: Self.request, until: "first") { server in
            server.mount("/hel%6C") { $0.send("decoded") }
            server.mount("/hel") { $0.send("first") }
            server.mount("/hello") { $0.send("second") }
        }
        #expect(text.hasSuffix("first"))
    }

    @Test func `a server listens on a unix socket`() throws {
        let path = "/tmp/uvhttp-\(UInt64.random(in: 0 ... .max)).sock"
        var text = ""
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            try server.listen(unix: path)
            #expect(server.port == nil)
            let client = RawClient()
            client.connect(on: loop, to: SocketAddress(unix: path))
            client.send(Self.request)
            client.whenReceived("Not Found") { client in
                text = client.text
                client.close()
                server.close()
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test func `a server that nobody holds listens on`() throws {
        var text = ""
        try onLoop { loop in
            func listen() throws -> Int {
                let server = HTTPServer(on: loop)
                server.fallback = { [unowned server] exchange in
                    exchange.send("here")
                    server.close()
                }
                try server.listen(port: 0)
                return server.port ?? 0
            }
            let client = try RawClient(on: loop, port: try listen())
            client.send(Self.request)
            client.whenEnded { text = $0.text }
        }
        #expect(text.hasSuffix("here"))
    }

    @Test func `a port in use is an error`() throws {
        try withServer { server, port in
            #expect(throws: UVError.self) { try server.listen(host: "127.0.0.1", port: port) }
            server.close()
        }
    }

    @Test func `connections beyond the limit are closed unanswered`() throws {
        var options = HTTPOptions()
        options.maxConnections = 2
        var texts: [String] = []
        try withServer(options) { server, port in
            let clients = try (0..<3).map { _ in try RawClient(on: server.loop, port: port) }
            clients[2].whenEnded { last in
                texts.append(last.text)
                for client in clients.dropLast() {
                    client.send(Self.request)
                    client.whenReceived("Not Found") { client in
                        texts.append("answered")
                        client.close()
                        if texts.count == 3 { server.close() }
                    }
                }
            }
        }
        #expect(texts == ["", "answered", "answered"])
    }

    // MARK: - Stopping

    @Test func `stopping closes idle connections and completes what runs`() throws {
        var events: [String] = []
        try withServer { server, port in
            var held: Exchange?
            server.mount("/slow") { held = $0 }
            let (idle, busy) = (try RawClient(on: server.loop, port: port), try RawClient(on: server.loop, port: port))
            idle.send(Self.request)
            idle.whenReceived("Not Found") { _ in busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n") }
            idle.whenEnded { _ in
                events.append("idle ended")
                held?.send("finished")
            }
            busy.whenEnded { busy in
                #expect(busy.text.contains("\r\nConnection: close\r\n"))
                events.append(String(busy.text.suffix(8)))
            }
            func stop() {
                guard held != nil else { return server.loop.nextTurn(stop) }
                server.close { events.append("done") }
            }
            stop()
        }
        #expect(events == ["idle ended", "finished", "done"])
    }

    @Test func `what does not finish in time is cut off`() throws {
        var events: [String] = []
        try withServer { server, port in
            server.fallback = { exchange in
                exchange.onAbort = { events.append("aborted") }
                server.close(within: 30) { events.append("done") }
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(Self.request)
            client.whenEnded { _ in events.append("ended") }
        }
        #expect(events.count == 3 && Set(events) == ["aborted", "ended", "done"])
    }

    @Test func `stopping says good-bye to WebSockets`() throws {
        var received: [UInt8] = []
        var echo: EchoHandler?
        try withServer { server, port in
            server.mountEcho { echo = $0 }
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.forget()
                server.close()
            }
            client.when({ $0.received.count == 4 }) { client in
                received = client.received
                client.send(masked(.close, [0x03, 0xE9]))
            }
        }
        #expect(received == [0x88, 0x02, 0x03, 0xE9])
        #expect(echo?.events == ["closed 1001  "])
    }

    @Test func `a server without connections stops at once, and again`() throws {
        var done = 0
        try withServer { server, _ in
            server.close {
                done += 1
                server.close { done += 1 }
            }
        }
        #expect(done == 2)
    }

    @Test func `a server whose services hold it is let go when it has stopped`() throws {
        weak var gone: HTTPServer?
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            gone = server
            server.mount("/") { _ in server.close() }
            server.fallback = { _ in server.close() }
            try server.listen(host: "127.0.0.1", port: 0)
            server.close()
        }
        #expect(gone == nil)
    }

    @Test func `a server whose routes hold it is let go when it has stopped`() throws {
        weak var gone: HTTPServer?
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            gone = server
            server.get("/counts") { exchange in exchange.json(server.liveConnections) }
            try server.listen(host: "127.0.0.1", port: 0)
            server.close()
        }
        #expect(gone == nil)
    }

    // MARK: - Leaks

    /// How a connection is used before it goes.
    enum Kind: CaseIterable { case silent, halfHead, answered, polling, closing, refused, webSocket, webSocketClosed }

    @Test(arguments: Kind.allCases)
    func `a thousand connections leave nothing behind`(kind: Kind) throws {
        var ended = 0
        try withServer(within: 30_000) { server, port in
            server.mountEcho()
            server.mount("/poll") { exchange in exchange.onAbort = {} }
            func next(_ left: Int) throws {
                let client = try RawClient(on: server.loop, port: port)
                client.perform(kind)
                client.when(\.isClosed) { _ in
                    ended += 1
                    if ended == 1000 { return server.close() }
                    if left > 0 { try? next(left - 1) }
                }
            }
            for _ in 0..<20 { try next(49) }
        }
        #expect(ended == 1000)
    }
}

extension RawClient {
    /// Does what a connection of this kind does, to its end.
    fileprivate func perform(_ kind: HTTPServerTests.Kind) {
        switch kind {
        case .silent: when(\.isConnected) { $0.close() }
        case .halfHead: sendAndClose("GET / HTT")
        case .answered: ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n", until: "Not Found") { $0.close() }
        case .polling: sendAndClose("GET /poll HTTP/1.1\r\nHost: a\r\n\r\n")
        case .closing: send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        case .refused: send("\u{16}\u{3}\r\n")
        case .webSocket: ask(upgradeRequest, until: upgradeAnswer) { $0.close() }
        case .webSocketClosed: ask(upgradeRequest, until: upgradeAnswer) { $0.send(masked(.close, [])) }
        }
    }

    private func sendAndClose(_ text: String) {
        send(text)
        when(\.isConnected) { $0.close() }
    }

    private func ask(_ request: String, until suffix: String, then: @escaping (RawClient) -> Void) {
        send(request)
        whenReceived(suffix, then: then)
    }
}
