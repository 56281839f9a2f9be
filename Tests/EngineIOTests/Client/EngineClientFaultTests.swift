import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// What a client makes of servers that are wrong, slow, or none.
@Suite(.serialized) struct EngineClientFaultTests {
    private static let open = #"0{"sid":"a","upgrades":[],"pingInterval":100,"pingTimeout":100,"maxPayload":1000}"#

    private static func options(_ transport: TransportName) -> EngineClientOptions {
        var options = EngineClientOptions()
        options.transports = [transport]
        options.closeTimeout = 200
        return options
    }

    /// For servers that do not answer.
    private static func impatient(_ transport: TransportName) -> EngineClientOptions {
        var options = options(transport)
        options.connectTimeout = 200
        return options
    }

    /// How a session goes with a server that a script plays; it is over within the test's time, and nothing is left.
    private static func run(
        _ options: EngineClientOptions,
        then: @escaping (EngineClient, ClientLog) -> Void = { _, _ in },
        _ serve: @escaping (ScriptedPeer, String) -> Void
    ) throws -> ClientLog {
        let log = ClientLog()
        try EngineScene.run { scene in
            func serveAll(_ peer: ScriptedPeer) {
                peer.whenRequested { peer, head in
                    serveAll(peer)
                    serve(peer, head)
                }
            }
            let server = try ScriptedServer(on: scene.loop, serve: serveAll)
            weak var weakClient: EngineClient?
            do {
                let client = try EngineClient(
                    on: scene.loop,
                    url: "http://127.0.0.1:\(server.port)",
                    options: options,
                    handler: log
                )
                weakClient = client
                log.onOpen = { [unowned client] in then(client, log) }
                client.open()
            }
            await scene.waitUntil { !log.isAlive }
            server.close()
            await scene.waitUntil { weakClient == nil && scene.loop.timeouts.count == 0 }
        }
        return log
    }

    private static func frame(_ text: String) -> [UInt8] {
        [0x81] + (text.utf8.count < 126 ? [UInt8(text.utf8.count)] : [126, 0, UInt8(text.utf8.count)])
            + Array(text.utf8)
    }

    /// Opens a WebSocket and then sends these frames.
    private static func webSocket(_ frames: [[UInt8]], ends: Bool = false) -> (ScriptedPeer, String) -> Void {
        { peer, head in
            peer.send(Array(ScriptedPeer.upgradeAnswer(to: head).utf8) + frames.flatMap { $0 })
            if ends { peer.end() }
        }
    }

    // MARK: Openings

    @Test(arguments: [
        ("hello", "unknown packet type"), ("0", "the first packet is no handshake"),
        ("0{}", "the first packet is no handshake"),
        ("0[1", "the first packet is no handshake"), ("4early", "a message before the handshake"),
        ("bAQID", "a message before the handshake"), ("b!", "invalid base64"), ("", "empty packet"),
    ])
    func `what is no handshake fails the opening on both transports`(packet: String, words: String) throws {
        let polled = try Self.run(Self.options(.polling)) { peer, _ in peer.answer(200, packet) }
        #expect(polled.events == ["failed"])
        #expect(polled.error == .badAnswer(words))
        let socket = try Self.run(Self.options(.websocket), Self.webSocket([Self.frame(packet)]))
        #expect(socket.error == .badAnswer(words))
    }

    @Test func `an answer with packets but no handshake fails the opening`() throws {
        let log = try Self.run(Self.options(.polling)) { peer, _ in peer.answer(200, "6\u{1E}2") }
        #expect(log.error == .badAnswer("the first answer has no handshake"))
    }

    @Test(arguments: [TransportName.polling, .websocket])
    func `a refusal is told as the server tells it`(transport: TransportName) throws {
        let options = Self.options(transport)
        let json = try Self.run(options) { peer, _ in
            peer.answer(400, #"{"code":5,"message":"Unsupported protocol version"}"#)
        }
        #expect(json.error == .refused(status: 400, code: 5, message: "Unsupported protocol version"))
        let words = try Self.run(options) { peer, _ in peer.answer(400, "Transport unknown") }
        #expect(words.error == .refused(status: 400, code: 0, message: "Transport unknown"))
        let proxy = try Self.run(options) { peer, _ in peer.answer(502, "<h1>Bad Gateway</h1>") }
        #expect(proxy.error == .refused(status: 502, code: nil, message: "<h1>Bad Gateway</h1>"))
    }

    @Test(arguments: [TransportName.polling, .websocket])
    func `a server that says nothing, or ends, is not waited for`(transport: TransportName) throws {
        #expect(try Self.run(Self.impatient(transport)) { _, _ in }.error == .timedOut)
        #expect(try Self.run(Self.impatient(transport)) { peer, _ in peer.send("HTTP/1.1 200") }.error == .timedOut)
        #expect(try Self.run(Self.options(transport)) { peer, _ in peer.close() }.error == .endedEarly)
        #expect(try Self.run(Self.options(transport)) { peer, _ in peer.reset() }.error == .endedEarly)
    }

    @Test func `a WebSocket that opens and brings no handshake is not waited for`() throws {
        #expect(try Self.run(Self.impatient(.websocket), Self.webSocket([])).error == .timedOut)
        #expect(try Self.run(Self.options(.websocket), Self.webSocket([], ends: true)).error == .endedEarly)
        #expect(try Self.run(Self.options(.websocket), Self.webSocket([[0x88, 0]])).error == .endedEarly)
        #expect(try Self.run(Self.options(.websocket), Self.webSocket([Self.frame("1")])).error == .endedEarly)
    }

    @Test func `a huge answer is given up at its limit`() throws {
        var options = Self.options(.polling)
        options.maxIncomingBytes = 1_000
        let log = try Self.run(options) { peer, _ in peer.answer(200, "4" + String(repeating: "x", count: 1_000)) }
        #expect(log.error == .badAnswer("an answer is larger than maxIncomingBytes"))
    }

    @Test func `every cut of a polling handshake is an error`() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: \(Self.open.utf8.count)\r\n\r\n\(Self.open)".utf8)
        for cut in 0..<bytes.count {
            let log = try Self.run(Self.options(.polling)) { peer, _ in
                peer.send(Array(bytes[..<cut]))
                peer.end()
            }
            #expect(log.events == ["failed"])
            #expect(log.error == .endedEarly)
        }
    }

    @Test func `every cut of a WebSocket handshake is an error`() throws {
        var cut = 0
        var length = 1
        while cut < length {
            let log = try Self.run(Self.options(.websocket)) { peer, head in
                let bytes = Array(ScriptedPeer.upgradeAnswer(to: head).utf8) + Self.frame(Self.open)
                length = bytes.count
                peer.send(Array(bytes[..<cut]))
                peer.end()
            }
            #expect(log.events == ["failed"])
            #expect(log.error == .endedEarly)
            cut += 1
        }
    }

    // MARK: Open sessions

    @Test func `a server that falls silent is missed`() throws {
        let socket = try Self.run(Self.options(.websocket), Self.webSocket([Self.frame(Self.open)]))
        #expect(socket.events == ["opened", "closed ping timeout"])
        let polled = try Self.run(Self.options(.polling)) { peer, head in
            if !head.contains("sid=") { peer.answer(200, Self.open) }
        }
        #expect(polled.events == ["opened", "closed ping timeout"])
    }

    @Test(arguments: [
        ("x", "closed parse error"), ("", "closed parse error"), ("b!", "closed parse error"),
        ("1", "closed transport close"),
    ])
    func `a bad packet, or the server's close, ends the session`(packet: String, end: String) throws {
        let socket = try Self.run(
            Self.options(.websocket),
            Self.webSocket([Self.frame(Self.open), Self.frame(packet)])
        )
        #expect(socket.events == ["opened", end])
        let polled = try Self.run(Self.options(.polling)) { peer, head in
            peer.answer(200, head.contains("sid=") ? packet : Self.open)
        }
        #expect(polled.events == ["opened", end])
    }

    @Test func `a fault of the transport ends the session`() throws {
        let masked = try Self.run(
            Self.options(.websocket),
            Self.webSocket([Self.frame(Self.open), [0x81, 0x80, 0, 0, 0, 0]])
        )
        #expect(masked.events == ["opened", "closed transport error"])
        let gone = try Self.run(Self.options(.websocket), Self.webSocket([Self.frame(Self.open)], ends: true))
        #expect(gone.events == ["opened", "closed transport close"])
        for status in [400, 500, 204] {
            let polled = try Self.run(Self.options(.polling)) { peer, head in
                head.contains("sid=") ? peer.answer(status, "") : peer.answer(200, Self.open)
            }
            #expect(polled.events == ["opened", "closed transport error"])
        }
    }

    @Test func `a post that fails ends the session`() throws {
        let log = try Self.run(Self.options(.polling), then: { client, _ in client.send("x") }) { peer, head in
            if head.hasPrefix("POST") { return peer.answer(413, "") }
            if !head.contains("sid=") { peer.answer(200, Self.open) }
        }
        #expect(log.events == ["opened", "closed transport error"])
    }

    @Test func `closing does not wait for a server that does not answer`() throws {
        let polled = try Self.run(Self.options(.polling), then: { client, _ in client.close() }) { peer, head in
            if !head.contains("sid=") { peer.answer(200, Self.open) }
        }
        #expect(polled.events == ["opened", "closed forced close"])
        let socket = try Self.run(
            Self.options(.websocket),
            then: { client, _ in client.close() },
            Self.webSocket([Self.frame(Self.open)])
        )
        #expect(socket.events == ["opened", "closed forced close"])
    }

    @Test func `no more waits than may, and what would be too much is refused`() throws {
        var options = Self.options(.polling)
        options.maxBufferedBytes = 100
        var results: [EngineSendResult] = []
        _ = try Self.run(
            options,
            then: { client, _ in
                for _ in 0..<3 { results.append(client.send(String(repeating: "x", count: 49))) }
                client.close()
            }
        ) { peer, head in
            if !head.contains("sid=") { peer.answer(200, Self.open) }
        }
        #expect(results == [.accepted, .accepted, .refused(.bufferFull(limit: 100))])
    }

    // MARK: Upgrades that fail

    private static let upgradable =
        #"0{"sid":"a","upgrades":["websocket"],"pingInterval":9000,"pingTimeout":100,"maxPayload":1000}"#

    /// A server that polls well, echoes nothing, and plays the probe as told; the session ends when the script closes.
    private static func upgrade(_ probe: @escaping (ScriptedPeer, String) -> Void) throws -> (ClientLog, posts: Int) {
        var options = EngineClientOptions()
        options.connectTimeout = 500  // an upgrade's time, too
        options.closeTimeout = 200
        var posts = 0
        var polls: [ScriptedPeer] = []
        var log: ClientLog?
        log = try Self.run(
            options,
            then: { client, log in
                log.onUpgradeFailed = { [unowned client] in
                    client.send("still here")
                    client.close()
                }
            }
        ) { peer, head in
            if head.contains("transport=websocket") { return probe(peer, head) }
            if head.hasPrefix("POST") {
                posts += 1
                return peer.answer(200, "ok")
            }
            if head.contains("sid=") { polls.append(peer) } else { peer.answer(200, upgradable) }
        }
        return (try #require(log), posts)
    }

    @Test func `whatever a probe fails of, the session goes on polling`() throws {
        let probes: [(String, (ScriptedPeer, String) -> Void)] = [
            ("refused", { peer, _ in peer.answer(400, "no") }),
            ("cut", { peer, _ in peer.close() }),
            ("silent", { _, _ in }),
            ("silent after the opening", Self.webSocket([])),
            ("closed after the opening", Self.webSocket([[0x88, 0]])),
            ("another word", Self.webSocket([Self.frame("3prob")])),
            ("another packet", Self.webSocket([Self.frame("4hello")])),
            ("nonsense", Self.webSocket([Self.frame("x")])),
            ("binary", Self.webSocket([[0x82, 1, 1]])),
            ("broken", Self.webSocket([[0x81, 0x80, 0, 0, 0, 0]])),
        ]
        for (name, probe) in probes {
            let (log, posts) = try Self.upgrade(probe)
            #expect(log.events == ["opened", "upgrade failed", "closed forced close"], "\(name)")
            #expect(posts >= 1, "\(name)")
        }
    }

    @Test func `a probe that is answered but whose poll never ends is given up`() throws {
        let (log, posts) = try Self.upgrade(Self.webSocket([Self.frame("3probe")]))
        #expect(log.events == ["opened", "upgrading", "upgrade failed", "closed forced close"])
        #expect(posts >= 1)
    }
}
