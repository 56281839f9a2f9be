import TestSupport
import Testing
import UVLoop
import Wire

@testable import UVHTTP

/// Two loops; a request for "/0..." or "/1..." is answered by the loop of that number, wherever it comes in.
@Suite struct HTTPConnectionHandOverTests {
    /// Plays a script on the first loop, against its port, until it stops the group; what both servers have counted.
    private func play(
        _ options: HTTPOptions = HTTPOptions(),
        _ script: @escaping @Sendable (LoopGroup, EventLoop, Int) throws -> Void
    ) async throws -> [HTTPServer.Counters] {
        let group = LoopGroup(count: 2)
        let servers = LoopDirectory<HTTPServer>()
        let counters = Shared([HTTPServer.Counters(), HTTPServer.Counters()])
        try await onLoops(group) { loop, index in
            let server = HTTPServer(on: loop, options: options)
            servers.add(server, named: "\(index)", in: "", on: loop)
            server.fallback = { serve($0, index, servers) }
            try server.listen(host: index == 0 ? "127.0.0.1" : "::1", port: 0)
            loop.onStop {
                server.close(within: 1_000) {
                    counters.change { $0[index] = server.counters }
                    loop.stop()
                }
            }
            guard index == 0, let port = server.port else { return }
            loop.nextTurn {
                do { try script(group, loop, port) } catch { Issue.record(error) }
            }
        }
        return counters.value
    }

    @Test func `a request that arrives in two pieces is answered by another loop, and the next by this one`()
        async throws
    {
        let requests =
            "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
            + "GET /0 HTTP/1.1\r\nHost: a\r\n\r\nPOST /1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nho"
        let bytes = Array(requests.utf8)
        let served = Shared<[String]>([])
        let counters = try await play { group, loop, port in
            func play(cutAt cut: Int) throws {
                guard cut < bytes.count else { return group.stop() }
                let client = try RawClient(on: loop, port: port)
                client.send(Array(bytes[..<cut]))
                inTurns(3, of: loop) { client.send(Array(bytes[cut...])) }
                client.whenReceived("<1 POST ho>") { client in
                    served.change { $0.append(bodies(client.text)) }
                    client.close()
                    do { try play(cutAt: cut + 1) } catch { Issue.record(error) }
                }
            }
            try play(cutAt: 1)
        }
        #expect(served.value.count == bytes.count - 1)
        #expect(Set(served.value) == ["<1 POST hello><0 GET ><1 POST ho>"])
        let count = bytes.count - 1
        #expect(counters.map(\.handedOver) == [2 * count, count])
        #expect(counters.map(\.takenOver) == [count, 2 * count])
        #expect(counters.map(\.connections) == [count, 0])
        #expect(counters[0].requests + counters[1].requests == 3 * count)
    }

    @Test func `a request that arrives byte by byte is answered by another loop`() async throws {
        let bytes = Array("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello".utf8)
        let text = Shared("")
        _ = try await play { group, loop, port in
            let client = try RawClient(on: loop, port: port)
            func send(from index: Int) {
                guard index < bytes.count else { return }
                client.send([bytes[index]])
                inTurns(2, of: loop) { send(from: index + 1) }
            }
            send(from: 0)
            client.whenReceived("<1 POST hello>") { client in
                text.value = client.text
                client.close()
                group.stop()
            }
        }
        #expect(bodies(text.value) == "<1 POST hello>")
    }

    @Test func `answers that have not left yet leave before the connection does`() async throws {
        var options = HTTPOptions()
        options.maxUnsentBytes = 64 << 20
        let size = Shared(0)
        let counters = try await play(options) { group, loop, port in
            let client = try RawClient(on: loop, port: port)
            client.pause()
            client.send("GET /0/large HTTP/1.1\r\nHost: a\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            inTurns(20, of: loop) { client.resume() }
            client.whenReceived("<1 GET >") { client in
                size.value = client.received.count { $0 == UInt8(ascii: "L") }
                client.close()
                group.stop()
            }
        }
        #expect(size.value >= 16 << 20)
        #expect(counters.map(\.takenOver) == [0, 1])
    }

    @Test func `a WebSocket opens on the loop that it is meant for, with the frame that came with the request`()
        async throws
    {
        let text = Shared("")
        let counters = try await play { group, loop, port in
            let client = try RawClient(on: loop, port: port)
            client.send(Array(upgradeRequest.replacing("/ws", with: "/1/ws").utf8) + masked("first"))
            client.whenReceived("first") { client in
                client.send(masked("second"))
                client.whenReceived("second") { client in
                    text.value = client.text
                    client.close()
                    group.stop()
                }
            }
        }
        #expect(text.value.hasPrefix(upgradeAnswer))
        #expect(counters.map(\.webSockets) == [0, 1])
    }

    @Test func `a client that has gone meanwhile is no connection anywhere`() async throws {
        let counters = try await play { group, loop, port in
            let client = try RawClient(on: loop, port: port)
            client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
            client.when({ $0.isConnected }) { client in
                client.end()
                client.whenEnded { _ in group.stop() }
            }
        }
        #expect(counters.map(\.takenOver) == [0, 1])
    }

    @Test func `only a socket of the system can change its loop, and only before its answer`() throws {
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            var prospects: [Bool] = []
            server.fallback = { exchange in
                prospects.append(exchange.canChangeLoop)
                exchange.handOver { if $0 != nil { Issue.record("it moved") } }
                exchange.send("here")
                prospects.append(exchange.canChangeLoop)
            }
            let pair = Loopback.pair(on: loop)
            server.accept(pair.0)
            let client = RawClient(pair.1)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            client.whenReceived("here") { $0.close() }
            server.loop.nextTurn {}
            client.whenEnded { _ in #expect(prospects == [false, false]) }
        }
    }
}

/// Answers a request for this loop, and hands one for another loop over.
private func serve(_ exchange: Exchange, _ index: Int, _ servers: LoopDirectory<HTTPServer>) {
    let wanted = String(exchange.path.dropFirst().prefix(1))
    guard wanted != "\(index)" else { return answer(exchange, index) }
    exchange.handOver { request in
        guard let request else { return exchange.sendStatus(500) }
        servers.submit(to: wanted, in: "") { $0.takeOver(request) }
    }
}

/// Says which loop has got what.
private func answer(_ exchange: Exchange, _ index: Int) {
    if exchange.path.hasSuffix("/large") {
        return exchange.send(Array(repeating: UInt8(ascii: "L"), count: 16 << 20))
    }
    if exchange.wantsWebSocket {
        let echo = EchoHandler()
        echo.connection = exchange.acceptWebSocket(maxMessageBytes: 1_000, handler: echo)
        return
    }
    exchange.readBody { body in
        guard case .success(let bytes) = body else { return }
        exchange.send("<\(index) \(exchange.method) \(String(decoding: bytes, as: UTF8.self))>")
    }
}

/// What stands in angle brackets.
private func bodies(_ answers: String) -> String {
    answers.split(separator: "<").dropFirst().map { "<" + $0.prefix { $0 != ">" } + ">" }.joined()
}

/// Calls `body` after so many turns, in which descriptors had their chance.
private func inTurns(_ count: Int, of loop: EventLoop, _ body: @escaping () -> Void) {
    guard count > 0 else { return body() }
    loop.nextTurn { inTurns(count - 1, of: loop, body) }
}
