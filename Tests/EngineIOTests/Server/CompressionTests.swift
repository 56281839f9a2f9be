import EngineIO
import Testing

@testable import UVHTTP

@Suite struct CompressionTests {
    private static let long = String(repeating: "a message that is worth it ", count: 60)
    private static let gzip = ["Accept-Encoding": "gzip, deflate"]

    private func plain(_ reply: TestReply) throws -> String {
        String(decoding: try SharedZlib().inflate(reply.bytes, limit: 1_000_000), as: UTF8.self)
    }

    @Test(
        arguments: [("gzip, deflate", "gzip"), ("deflate", "deflate"), ("br", nil), ("", nil)] as [(String, String?)]
    )
    func `a long answer to a poll is compressed as the client likes it`(accepted: String, coding: String?) throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            _ = await scene.post(sid, "4" + Self.long)
            let target = EngineScene.polling + "&sid=\(sid)"
            let reply = await scene.send("GET", target, headers: ["Accept-Encoding": accepted])
            #expect(reply.headers["content-encoding"] == coding)
            let text = coding == nil ? reply.body : try plain(reply)
            #expect(text == "4" + Self.long)
        }
    }

    @Test func `short answers, and all when it is off, are sent as they are`() throws {
        try EngineScene.run { scene in
            let target = EngineScene.polling + "&sid=\(try await scene.openPolling())"
            _ = await scene.send("POST", target, body: "4short")
            let reply = await scene.send("GET", target, headers: Self.gzip)
            #expect(reply.headers["content-encoding"] == nil)
            #expect(reply.body == "4short")
        }
        var off = EngineScene.quick
        off.httpCompression = nil
        try EngineScene.run(off) { scene in
            let target = EngineScene.polling + "&sid=\(try await scene.openPolling())"
            _ = await scene.send("POST", target, body: "4" + Self.long)
            #expect(await scene.send("GET", target, headers: Self.gzip).body == "4" + Self.long)
        }
    }

    @Test func `packets that may not be compressed are compressed on no transport`() throws {
        var options = EngineScene.quick
        options.perMessageDeflate = PerMessageDeflate()
        try EngineScene.run(options, connect: { session, _ in Incompressible(session) }) { scene in
            let target = EngineScene.polling + "&sid=\(try await scene.openPolling())"
            _ = await scene.send("POST", target, body: "4" + Self.long)
            #expect(await scene.send("GET", target, headers: Self.gzip).body == "4" + Self.long)
            let socket = await scene.webSocket(headers: ["Sec-WebSocket-Extensions": "permessage-deflate"])
            _ = await socket.receive()
            socket.send("4" + Self.long)
            #expect(await socket.receive() == .text("4" + Self.long))
        }
    }

    @Test func `a WebSocket that agreed gets long messages compressed and short ones not`() throws {
        var options = EngineScene.quick
        options.perMessageDeflate = PerMessageDeflate()
        try EngineScene.run(options) { scene in
            let socket = await scene.webSocket(headers: ["Sec-WebSocket-Extensions": "permessage-deflate"])
            #expect(socket.opening.headers["sec-websocket-extensions"]?.hasPrefix("permessage-deflate") == true)
            _ = await socket.receive()
            socket.send("4short")
            #expect(await socket.receive() == .text("4short"))
            socket.send("4" + Self.long)
            await socket.peer.wait { socket.peer.bytes.count >= 2 }
            #expect(socket.peer.bytes[0] == 0xC1)
            let size = Int(socket.peer.bytes[1])
            await socket.peer.wait { socket.peer.bytes.count >= 2 + size }
            let payload = Array(socket.peer.take(2 + size)[2...])
            let inflater = try #require(Inflater(windowBits: -15))
            let text = try inflater.inflate(message: payload.span.bytes, limit: 10_000)
            #expect(String(decoding: text, as: UTF8.self) == "4" + Self.long)
        }
    }

    @Test func `a client that offers nothing is served uncompressed`() throws {
        var options = EngineScene.quick
        options.perMessageDeflate = PerMessageDeflate()
        try EngineScene.run(options) { scene in
            let (socket, _) = try await scene.openWebSocket()
            #expect(socket.opening.headers["sec-websocket-extensions"] == nil)
            socket.send("4" + Self.long)
            #expect(await socket.receive() == .text("4" + Self.long))
        }
    }

    @Test func `bad offers are refused when compression is on, and ignored when it is off`() throws {
        let bad = ["Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=99"]
        var options = EngineScene.quick
        try EngineScene.run(options) { scene in
            #expect(await scene.webSocket(headers: bad).opening.status == 101)
        }
        options.perMessageDeflate = PerMessageDeflate()
        try EngineScene.run(options) { scene in
            #expect(await scene.webSocket(headers: bad).opening.status == 400)
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test func `a file is served compressed to those who take it`() throws {
        try EngineScene.run { scene in
            scene.engine.addFile("client.js") { Array(Self.long.utf8) }
            for _ in 0..<2 {  // made, and kept
                let reply = await scene.send("GET", "/engine.io/client.js", headers: Self.gzip)
                #expect(reply.headers["content-encoding"] == "gzip")
                #expect(reply.headers["vary"] == "Accept-Encoding")
                let text = try plain(reply)
                #expect(text == Self.long)
            }
            let whole = await scene.send("GET", "/engine.io/client.js")
            #expect(whole.headers["content-encoding"] == nil)
            #expect(whole.body == Self.long)
        }
    }
}

/// Answers with messages that may not be compressed.
private final class Incompressible: SessionHandler {
    private unowned let session: Session

    init(_ session: Session) {
        self.session = session
    }

    override func receive(text: RawSpan) {
        var packet = Outgoing(text: text)
        packet.isCompressible = false
        session.send(packet)
    }
}
