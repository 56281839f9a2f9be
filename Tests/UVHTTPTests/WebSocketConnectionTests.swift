import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct WebSocketConnectionTests {
    /// What the echo answers, behind the 101, when `parts` are sent, each in a turn of its own, and then the end.
    private func echo(_ parts: [[UInt8]], maxMessageBytes: Int = 1_000_000) throws -> [UInt8] {
        var received: [UInt8] = []
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            server.mountEcho(maxMessageBytes: maxMessageBytes)
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            var left = parts[...]
            func next() {
                guard let part = left.popFirst() else { return client.end() }
                client.send(part)
                loop.nextTurn { loop.nextTurn(next) }
            }
            next()
            client.whenEnded { client in
                received = client.received
                server.close()
            }
        }
        #expect(received.starts(with: upgradeAnswer.utf8))
        return Array(received.dropFirst(upgradeAnswer.utf8.count))
    }

    @Test func `an echo goes through a socket`() throws {
        var received: [UInt8] = []
        try withServer { server, port in
            server.mountEcho()
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.forget()
                client.send(masked("hello"))
            }
            client.whenReceived("\u{5}hello") { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        #expect(received == plain("hello"))
    }

    @Test func `messages behind the request are echoed wherever the bytes are cut`() throws {
        let messages = masked("a") + masked(.ping, [0x70]) + masked(.binary, [0xFF, 0x00]) + masked(.pong, [])
        let bytes = Array(upgradeRequest.utf8) + messages + masked(.close, [0x03, 0xE8])
        let expected = plain("a") + plain(.pong, [0x70]) + plain(.binary, [0xFF, 0x00]) + plain(.close, [0x03, 0xE8])
        for delivery in everySplit(of: bytes) {
            #expect(try echo(delivery) == expected, "\(delivery.map(\.count))")
        }
    }

    @Test func `an answer that is on its way leaves before the 101`() throws {
        let requests = "GET / HTTP/1.1\r\nHost: x\r\n\r\n" + upgradeRequest
        var text = ""
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            server.mountEcho()
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            client.send(requests)
            client.whenReceived(upgradeAnswer) { client in
                text = client.text
                #expect(far.writes == 1)
                client.close()
                server.close()
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(text.contains("Not FoundHTTP/1.1 101"))
    }

    @Test func `an upgrade may be accepted later, with bytes waiting behind it`() throws {
        var received: [UInt8] = []
        try withServer { server, port in
            let handler = EchoHandler()
            server.mount("/ws") { exchange in
                server.loop.nextTurn {
                    handler.connection = exchange.acceptWebSocket(maxMessageBytes: 100, handler: handler)
                    handler.connection?.send(text: Array("welcome".utf8).span.bytes)
                }
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(Array(upgradeRequest.utf8) + masked("early"))
            client.whenReceived("\u{5}early") { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        #expect(received.dropFirst(upgradeAnswer.utf8.count).elementsEqual(plain("welcome") + plain("early")))
    }

    @Test func `the answer to an opening carries the fields that were set`() throws {
        let text = try answer(to: upgradeRequest, until: "X-B: 2\r\n\r\n") { server in
            server.mount("/ws") { exchange in
                exchange.setHeader("X-A", "1")
                let fields = [("X-B", "2")]
                _ = exchange.acceptWebSocket(headers: fields, maxMessageBytes: 1, handler: WebSocketHandler())
            }
        }
        #expect(text == upgradeAnswer.dropLast() + "X-A: 1\r\nX-B: 2\r\n\r\n")
    }

    @Test(arguments: [
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short", "Sec-WebSocket-Key"),
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", "Sec-WebSocket-Version"),
        ("Upgrade: websocket", "Upgrade: h2c", "Upgrade"),
    ])
    func `an opening that is none is refused and closed`(line: String, instead: String, field: String) throws {
        let request = upgradeRequest.components("\r\n").map { $0 == line ? instead : String($0) }.joined(
            separator: "\r\n"
        )
        var echo: EchoHandler?
        let text = try answer(to: request) { $0.mountEcho { echo = $0 } }
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(text.contains("\r\nContent-Type: text/html\r\n") && text.contains("\r\nConnection: close\r\n"))
        #expect(text.hasSuffix("nvalid \(field) header"))
        #expect(echo?.connection == nil && echo?.events == [])
    }

    // MARK: - Sending

    @Test func `everything sent in a turn leaves in one write`() throws {
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            var echo: EchoHandler?
            server.mountEcho { echo = $0 }
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                let before = far.writes
                client.forget()
                for _ in 0..<100 { echo?.connection?.send(text: Array("tick".utf8).span.bytes) }
                echo?.connection?.send(frame: [0] + plain("framed"), last: 8)
                echo?.connection?.ping()
                #expect(echo?.connection?.bufferedBytes == 100 * 6 + 8 + 2)
                client.when({ $0.received.count == 100 * 6 + 8 + 2 }) { client in
                    #expect(far.writes == before + 1)
                    #expect(echo?.connection?.bufferedBytes == 0)
                    client.close()
                    server.close()
                }
            }
        }
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536, 3_000_000])
    func `a message of any size goes both ways`(size: Int) throws {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        var received: [UInt8] = []
        try withServer { server, port in
            server.mountEcho(maxMessageBytes: 3_000_000)
            let client = try RawClient(on: server.loop, port: port)
            client.send(Array(upgradeRequest.utf8) + masked(.binary, payload))
            let expected = upgradeAnswer.utf8.count + plain(.binary, payload).count
            client.when({ $0.received.count == expected }) { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        #expect(received.dropFirst(upgradeAnswer.utf8.count).elementsEqual(plain(.binary, payload)))
    }

    @Test func `what a slow reader does not take is counted, and its leaving is told`() throws {
        var echo: EchoHandler?
        var most = 0
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            server.mountEcho { echo = $0 }
            let (near, far) = Loopback.pair(on: loop)
            far.room = 1000
            server.accept(far)
            let client = RawClient(near)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.pause()
                for _ in 0..<100 { echo?.connection?.send(binary: [UInt8](repeating: 1, count: 98).span.bytes) }
                loop.nextTurn {
                    most = echo?.connection?.bufferedBytes ?? 0
                    echo?.connection?.send(binary: [UInt8](repeating: 2, count: 98).span.bytes)
                    client.resume()
                }
                let expected = upgradeAnswer.utf8.count + 101 * 100
                client.when({ $0.received.count == expected }) { client in
                    #expect(client.received.last == 2)
                    loop.nextTurn {
                        client.close()
                        server.close()
                    }
                }
            }
        }
        #expect(most > 8000)
        #expect(echo?.events.first == "drained")
    }

    @Test func `a peer that lets too much wait is cut off`() throws {
        var options = HTTPOptions()
        options.maxOutboxBytes = 10_000
        var echo: EchoHandler?
        try withServer(options) { server, port in
            server.mountEcho { echo = $0 }
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { _ in
                for _ in 0..<20 { echo?.connection?.send(binary: [UInt8](repeating: 1, count: 1000).span.bytes) }
                #expect(echo?.events == [])
            }
            client.whenEnded { _ in server.close() }
        }
        #expect(echo?.events == ["closed -  tooMuchUnsent"])
    }

    // MARK: - Reading

    @Test func `nothing is read while the owner pauses`() throws {
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            var echo: EchoHandler?
            server.mountEcho { echo = $0 }
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.forget()
                echo?.connection?.pauseReading()
                client.send(masked("held"))
                func wait(_ turns: Int) {
                    if turns > 0 { return loop.nextTurn { wait(turns - 1) } }
                    #expect(client.received.isEmpty)
                    echo?.connection?.resumeReading()
                }
                wait(10)
            }
            client.whenReceived("\u{4}held") { client in
                client.close()
                server.close()
            }
        }
    }

    @Test func `a peer that pings and never reads is not read from for ever`() throws {
        var options = HTTPOptions()
        options.maxUnsentPongBytes = 2000
        try onLoop { loop in
            let server = HTTPServer(on: loop, options: options)
            var echo: EchoHandler?
            server.mountEcho { echo = $0 }
            let (near, far) = Loopback.pair(on: loop)
            far.room = 1000
            near.room = 1000
            server.accept(far)
            let client = RawClient(near)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.forget()
                client.pause()
                let ping = masked(.ping, [UInt8](repeating: 0x70, count: 100))
                for _ in 0..<1000 { client.send(ping) }
                var turns = 0
                func watch() {
                    turns += 1
                    if turns < 500 { return loop.nextTurn(watch) }
                    #expect(near.queuedBytes > 900 * ping.count)
                    #expect(echo?.connection?.bufferedBytes ?? .max < 2000 + 1000)
                    client.resume()
                }
                watch()
                // Once it reads, every ping is answered after all.
                client.when({ $0.received.count == 1000 * 102 }) { client in
                    client.close()
                    server.close()
                }
            }
        }
    }
}
