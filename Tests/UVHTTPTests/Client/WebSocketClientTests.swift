import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite(.serialized) struct WebSocketClientTests {
    /// A server that echoes at /ws, and where it is.
    private static func run(
        deflate: PerMessageDeflate? = nil,
        _ script: nonisolated(nonsending) @escaping (EventLoop, HTTPServer, String) async throws -> Void
    ) throws {
        try onLoopTask { loop in
            let server = HTTPServer(on: loop)
            try server.listen(host: "127.0.0.1", port: 0)
            server.mount("/ws") { exchange in
                let handler = EchoHandler()
                handler.connection = exchange.acceptWebSocket(
                    headers: [("Sec-WebSocket-Protocol", "b")].filter { _ in
                        exchange.headers.first("sec-websocket-protocol")?.contains("b") == true
                    },
                    maxMessageBytes: 1_000_000,
                    deflate: deflate,
                    handler: handler
                )
            }
            try await script(loop, server, "ws://127.0.0.1:\(server.port ?? 0)/ws")
            await loop.waitUntil { server.liveConnections == 0 }
            server.close()
        }
    }

    /// How an opening ends whose answer a script writes.
    private static func failure(
        _ options: WebSocketClientOptions = WebSocketClientOptions(),
        _ answer: @escaping (ScriptedPeer, String) -> Void
    ) throws -> WebSocketClientError? {
        let log = WebSocketLog()
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop) { peer in peer.whenRequested(answer) }
            let client = try WebSocketClient(
                on: loop,
                url: "ws://127.0.0.1:\(server.port)/",
                options: options,
                handler: log
            )
            client.open()
            await loop.waitUntil { !log.isAlive }
            #expect(!client.isOpen)
            server.close()
            await loop.waitUntil { loop.liveHandles <= 1 && loop.timeouts.count == 0 }
        }
        #expect(log.events == ["failed"])
        return log.error
    }

    // MARK: Messages

    @Test(arguments: [0, 1, 125, 126, 65_535, 65_536, 1_000_000])
    func `a message of any size goes both ways`(size: Int) throws {
        try Self.run { loop, _, url in
            let log = WebSocketLog()
            let client = try WebSocketClient(on: loop, url: url, handler: log)
            #expect(!client.send("too early"))
            client.open()
            await loop.waitUntil { client.isOpen }
            #expect(client.send(String(repeating: "x", count: size)))
            client.send(binary: [UInt8](repeating: 7, count: size).span.bytes)
            await loop.waitUntil { log.events.count == 3 }
            #expect(log.receivedBytes == 2 * size)
            client.ping()
            await loop.waitUntil { log.events.last == "pong" }
            client.close(.normal, reason: "enough")
            #expect(log.isAlive)
            #expect(!client.send("too late"))
            await loop.waitUntil { !log.isAlive }
            #expect(log.events.last?.hasPrefix("closed 1000") == true)
        }
    }

    @Test func `everything is masked, and never with the same key`() throws {
        try onLoopTask { loop in
            let log = WebSocketLog()
            var frames: [[UInt8]] = []
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, head in peer.send(ScriptedPeer.upgradeAnswer(to: head)) }
            }
            let client = try WebSocketClient(on: loop, url: "ws://127.0.0.1:\(server.port)/", handler: log)
            client.open()
            await loop.waitUntil { client.isOpen }
            for count in 1...8 {
                client.send("hello")
                await loop.waitUntil { server.peers[0].received.count == 11 * count }
            }
            let bytes = server.peers[0].received
            for start in stride(from: 0, to: bytes.count, by: 11) { frames.append(Array(bytes[start..<start + 11])) }
            for frame in frames {
                #expect(frame[0] == 0x81)
                #expect(frame[1] == 0x80 | 5)
                let text = (0..<5).map { frame[6 + $0] ^ frame[2 + $0 % 4] }
                #expect(text == Array("hello".utf8))
            }
            #expect(Set(frames.map { Array($0[2..<6]) }).count == 8)
            client.abort()
            await loop.waitUntil { !log.isAlive }
            server.close()
        }
    }

    @Test(arguments: [true, false], [true, false])
    func `compressed messages go both ways`(serverForgets: Bool, clientForgets: Bool) throws {
        var deflate = PerMessageDeflate()
        deflate.threshold = 1
        deflate.serverNoContextTakeover = serverForgets
        deflate.clientNoContextTakeover = clientForgets
        try Self.run(deflate: deflate) { loop, _, url in
            var options = WebSocketClientOptions()
            options.perMessageDeflate = deflate
            options.perMessageDeflate?.serverMaxWindowBits = 10
            let log = WebSocketLog()
            let client = try WebSocketClient(on: loop, url: url, options: options, handler: log)
            client.open()
            await loop.waitUntil { client.isOpen }
            let agreed = log.answer?.headers.first("sec-websocket-extensions") ?? ""
            #expect(agreed.hasPrefix("permessage-deflate"))
            #expect(agreed.contains("server_max_window_bits=10"))
            for _ in 0..<5 { client.send(String(repeating: "again and ", count: 1_000)) }
            client.send("short")
            await loop.waitUntil { log.events.count == 7 }
            #expect(log.events == ["opened"] + Array(repeating: "text of 10000", count: 5) + ["text short"])
            client.close()
            await loop.waitUntil { !log.isAlive }
        }
    }

    @Test func `frames that come with the answer are not lost, wherever the bytes are cut`() throws {
        try onLoopTask(within: 60_000) { loop in
            var cut = 0
            var length = 1
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, head in
                    let bytes = Array(ScriptedPeer.upgradeAnswer(to: head).utf8) + plain("early") + plain("bird")
                    length = bytes.count
                    peer.send(Array(bytes[..<cut]))
                    loop.nextTurn { peer.send(Array(bytes[cut...])) }
                }
            }
            while cut <= length {
                let log = WebSocketLog()
                let client = try WebSocketClient(on: loop, url: "ws://127.0.0.1:\(server.port)/", handler: log)
                client.open()
                await loop.waitUntil { log.events.count == 3 }
                #expect(log.events == ["opened", "text early", "text bird"])
                client.abort()
                await loop.waitUntil { !log.isAlive }
                cut += 1
            }
            server.close()
        }
    }

    @Test func `a subprotocol is offered, and the server's choice is told`() throws {
        try Self.run { loop, _, url in
            var options = WebSocketClientOptions()
            options.subprotocols = ["a", "b"]
            options.headers = [("X-Token", "secret")]
            let log = WebSocketLog()
            let client = try WebSocketClient(on: loop, url: url, options: options, handler: log)
            client.open()
            await loop.waitUntil { client.isOpen }
            #expect(log.answer?.subprotocol == "b")
            client.close()
            await loop.waitUntil { !log.isAlive }
        }
    }

    @Test func `no more waits for a server that does not read than may`() throws {
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, head in
                    peer.send(ScriptedPeer.upgradeAnswer(to: head))
                    peer.pause()
                }
            }
            var options = WebSocketClientOptions()
            options.maxBufferedBytes = 1_000_000
            let log = WebSocketLog()
            let client = try WebSocketClient(
                on: loop,
                url: "ws://127.0.0.1:\(server.port)/",
                options: options,
                handler: log
            )
            client.open()
            await loop.waitUntil { client.isOpen }
            let piece = [UInt8](repeating: 1, count: 100_000)
            var sent = 0
            while client.send(binary: piece.span.bytes), sent < 10_000 {
                sent += 1
                await withUnsafeContinuation { continuation in loop.nextTurn { continuation.resume() } }
            }
            #expect(sent < 1_000)
            #expect(client.bufferedBytes <= 1_000_100)
            #expect(client.isOpen)
            client.abort()
            await loop.waitUntil { !log.isAlive }
            server.close()
        }
    }

    // MARK: Openings that fail

    @Test func `another answer than 101 is told with its status and the beginning of its body`() throws {
        let body = String(repeating: "x", count: 10_000)
        #expect(try Self.failure { peer, _ in peer.answer(403, "no entry") } == .refused(status: 403, body: "no entry"))
        #expect(
            try Self.failure { peer, _ in peer.send("HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n") }
                == .refused(status: 301, body: "")
        )
        #expect(try Self.failure { peer, _ in peer.answer(500, body) } == .refused(status: 500, body: ""))
        #expect(
            try Self.failure { peer, _ in
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut")
                peer.end()
            } == .refused(status: 200, body: "cut")
        )
    }

    @Test func `an answer that does not belong to the request is refused`() throws {
        let upgrade = "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        #expect(
            try Self.failure { peer, _ in
                peer.send(upgrade + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
            }
                == .badAccept
        )
        #expect(try Self.failure { peer, _ in peer.send(upgrade + "\r\n") } == .badAccept)
        #expect(
            try Self.failure { peer, _ in peer.send("HTTP/1.1 101 x\r\nConnection: Upgrade\r\n\r\n") } == .badUpgrade
        )
        #expect(
            try Self.failure { peer, _ in peer.send("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n") } == .badUpgrade
        )
        #expect(try Self.failure { peer, _ in peer.send("nonsense\r\n\r\n") } == .badAnswer(.badVersion))
        for extra in ["Sec-WebSocket-Extensions: permessage-deflate\r\n", "Sec-WebSocket-Extensions: x\r\n"] {
            #expect(
                try Self.failure { peer, head in peer.send(ScriptedPeer.upgradeAnswer(to: head, extra: extra)) }
                    == .badExtension
            )
        }
        #expect(
            try Self.failure { peer, head in
                peer.send(ScriptedPeer.upgradeAnswer(to: head, extra: "Sec-WebSocket-Protocol: x\r\n"))
            } == .badSubprotocol
        )
    }

    @Test func `a connection that ends anywhere in the answer is an error`() throws {
        try onLoopTask(within: 60_000) { loop in
            var cut = 0
            var length = 1
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, head in
                    let bytes = Array(ScriptedPeer.upgradeAnswer(to: head).utf8)
                    length = bytes.count
                    peer.send(Array(bytes[..<cut]))
                    cut.isMultiple(of: 2) ? peer.end() : peer.close()
                }
            }
            while cut < length {
                let log = WebSocketLog()
                let client = try WebSocketClient(on: loop, url: "ws://127.0.0.1:\(server.port)/", handler: log)
                client.open()
                await loop.waitUntil { !log.isAlive }
                #expect(log.events == ["failed"])
                #expect(log.error == .endedEarly)
                cut += 1
            }
            server.close()
        }
    }

    @Test func `a server that does not answer, or too slowly, is not waited for`() throws {
        var options = WebSocketClientOptions()
        options.openTimeout = 400
        #expect(try Self.failure(options) { _, _ in } == .timedOut)
        #expect(try Self.failure(options) { peer, _ in peer.send("HTTP/1.1 101 x\r\nUpg") } == .timedOut)
        #expect(
            try Self.failure(options) { peer, _ in peer.send("HTTP/1.1 500 x\r\nContent-Length: 9\r\n\r\nslow") }
                == .refused(status: 500, body: "slow")
        )
    }

    @Test func `an opening can be given up, at any time`() throws {
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop) { _ in }
            for turns in 0..<8 {
                let log = WebSocketLog()
                let client = try WebSocketClient(on: loop, url: "ws://localhost:\(server.port)/", handler: log)
                client.open()
                for _ in 0..<turns { await withUnsafeContinuation { next in loop.nextTurn { next.resume() } } }
                client.close()
                #expect(log.isAlive)
                await loop.waitUntil { !log.isAlive }
                #expect(log.events == ["failed"])
                #expect(log.error == .cancelled)
            }
            await loop.waitUntil { server.peers.allSatisfy(\.hasEnded) }
            server.close()
        }
    }

    @Test func `what cannot be asked for is an error`() throws {
        try onLoopTask { loop in
            #expect(throws: WebSocketClientError.badURL("badScheme")) {
                try WebSocketClient(on: loop, url: "ftp://a", handler: WebSocketLog())
            }
            var options = WebSocketClientOptions()
            let server = try ScriptedServer(on: loop) { _ in }
            options.headers = [("X", "a\nb")]
            let url = "ws://127.0.0.1:\(server.port)/"
            for (url, options, error) in [
                (url, options, WebSocketClientError.unsafeField),
                ("wss://127.0.0.1:1/", WebSocketClientOptions(), .noEncryption),
                ("ws://127.0.0.1:1/", WebSocketClientOptions(), .unreachable(.connectionRefused)),
            ] {
                let log = WebSocketLog()
                try WebSocketClient(on: loop, url: url, options: options, handler: log).open()
                await loop.waitUntil { !log.isAlive }
                #expect(log.error == error)
            }
            server.close()
        }
    }

    // MARK: Endings

    @Test func `each way in which a server ends it is told`() throws {
        let cases: [([UInt8], String)] = [
            ([0x88, 0], "closed -  "), ([0x88, 2, 0x03, 0xE9], "closed 1001  "),
            ([0x88, 5, 0x03, 0xE8] + Array("bye".utf8), "closed 1000 bye "),
            ([0x81, 0x80, 1, 2, 3, 4], "closed -  masked"), ([0x81, 1, 0xFF], "closed -  invalidUTF8"),
            ([0xC1, 1, 0x41], "closed -  reservedBits"),
            ([0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "closed -  messageTooBig"),
            ([], "closed -  endedAbruptly"),
        ]
        for (bytes, event) in cases {
            try onLoopTask { loop in
                let server = try ScriptedServer(on: loop) { peer in
                    peer.whenRequested { peer, head in
                        peer.send(Array(ScriptedPeer.upgradeAnswer(to: head).utf8) + bytes)
                        if bytes.isEmpty { peer.end() }
                    }
                }
                let log = WebSocketLog()
                let client = try WebSocketClient(on: loop, url: "ws://127.0.0.1:\(server.port)/", handler: log)
                client.open()
                await loop.waitUntil { !log.isAlive }
                #expect(log.events == ["opened", event])
                server.close()
            }
        }
    }

    @Test func `nothing is left of a thousand WebSockets`() throws {
        try Self.run { loop, server, url in
            weak var weakClient: WebSocketClient?
            weak var weakLog: WebSocketLog?
            for round in 0..<1_000 {
                let log = WebSocketLog()
                let client = try WebSocketClient(on: loop, url: url, handler: log)
                (weakClient, weakLog) = (client, log)
                client.open()
                if round.isMultiple(of: 4) {
                    client.close()
                } else {
                    await loop.waitUntil { client.isOpen }
                    client.send("x")
                    round.isMultiple(of: 2) ? client.close() : client.abort()
                }
                await loop.waitUntil { !log.isAlive }
            }
            await loop.waitUntil { weakClient == nil && weakLog == nil && server.liveConnections == 0 }
            await loop.waitUntil { loop.timeouts.count == 0 && loop.liveHandles <= 2 }
        }
    }
}
