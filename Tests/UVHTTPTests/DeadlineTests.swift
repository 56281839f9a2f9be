import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

/// The machine's deadlines carried out: real time, as little of it as the wheel's tick allows.
@Suite struct DeadlineTests {
    private func answer(to request: String, _ change: (inout HTTPOptions) -> Void) throws -> String {
        var options = HTTPOptions()
        change(&options)
        return try UVHTTPTests.answer(to: request, options) { server in
            server.mount("/body") { exchange in exchange.readBody { _ in } }
        }
    }

    @Test func `a client that says nothing is closed without a word`() throws {
        #expect(try answer(to: "") { $0.headTimeout = 20 } == "")
    }

    @Test func `half a head is answered by 408`() throws {
        let text = try answer(to: "GET / HTTP/1.1\r\nHo") { $0.headTimeout = 20 }
        #expect(text == "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func `half a body is answered by 408`() throws {
        let request = "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe"
        let text = try answer(to: request) { $0.bodyTimeout = 20 }
        #expect(text.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test func `an idle connection is closed after its answer`() throws {
        let text = try answer(to: "GET / HTTP/1.1\r\nHost: x\r\n\r\n") { $0.idleTimeout = 20 }
        #expect(text.hasSuffix("Not Found"))
        #expect(!text.contains("Connection: close"))
    }

    @Test func `a client that does not end after the server's end is closed`() throws {
        var options = HTTPOptions()
        options.lingerTimeout = 20
        try withServer(options) { server, port in
            let client = try RawClient(on: server.loop, port: port)
            client.endsWithServer = false
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            server.loop.nextTurn { waitUntilAlone() }
            func waitUntilAlone() {
                guard client.hasEnded, server.liveConnections == 0 else { return server.loop.nextTurn(waitUntilAlone) }
                client.close()
                server.close()
            }
        }
    }

    @Test func `a client that takes nothing of its answer is closed`() throws {
        var options = HTTPOptions()
        options.stallTimeout = 60
        try onLoop { loop in
            let server = HTTPServer(on: loop, options: options)
            server.fallback = { $0.send([UInt8](repeating: 0x2E, count: 100_000)) }
            let (near, far) = Loopback.pair(on: loop)
            far.room = 1000
            server.accept(far)
            let client = RawClient(near)
            client.pause()
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            func waitUntilAlone() {
                guard server.counters.requests == 1, server.liveConnections == 0 else {
                    return loop.nextTurn(waitUntilAlone)
                }
                client.close()
                server.close()
            }
            waitUntilAlone()
        }
    }

    @Test func `a WebSocket that does not answer a close frame is cut off`() throws {
        var options = HTTPOptions()
        options.webSocketCloseTimeout = 20
        var echo: EchoHandler?
        try withServer(options) { server, port in
            server.mountEcho { handler in
                echo = handler
                handler.connection?.close(.normal)
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenEnded { _ in server.close() }
        }
        #expect(echo?.events == ["closed -  closeTimedOut"])
    }
}
