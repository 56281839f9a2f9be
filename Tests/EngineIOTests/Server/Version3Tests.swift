import EngineIO
import TestSupport
import Testing
import UVLoop

/// Clients of protocol 3, as those of Socket.IO 2 are.
@Suite struct Version3Tests {
    private static let polling = "/engine.io/?EIO=3&transport=polling"
    private static let websocket = "/engine.io/?EIO=3&transport=websocket"

    private static var options: EngineOptions {
        var options = EngineScene.quick
        options.allowEIO3 = true
        return options
    }

    private static var patient: EngineOptions {
        var options = options
        options.pingInterval = 20_000
        return options
    }

    private static func open(_ scene: EngineScene, _ more: String = "") async throws -> String {
        let reply = await scene.send("GET", polling + more)
        try #require(reply.status == 200)
        return "\(polling)\(more)&sid=\(try EngineScene.sid(of: reply.body))"
    }

    @Test func `the open packet has its length in front`() throws {
        try EngineScene.run(Self.options) { scene in
            let reply = await scene.send("GET", Self.polling)
            let sid = try EngineScene.sid(of: reply.body)
            let packet =
                "0{\"sid\":\"\(sid)\",\"upgrades\":[\"websocket\"],\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":1000000}"
            #expect(reply.body == "\(packet.utf16.count):\(packet)")
            #expect(reply.headers["content-type"] == "text/plain; charset=UTF-8")
        }
    }

    @Test(arguments: ["EIO=2", "EIO=abc", "EIO=5", ""]) func `other versions are refused all the same`(
        _ version: String
    )
        throws
    {
        try EngineScene.run(Self.options) { scene in
            let reply = await scene.send("GET", "/engine.io/?\(version)&transport=polling")
            #expect(reply.body == "{\"code\":5,\"message\":\"Unsupported protocol version\"}")
            #expect(await scene.webSocket("/engine.io/?\(version)&transport=websocket").opening.status == 400)
        }
    }

    @Test func `messages of a payload come back in order, with their lengths`() throws {
        var versions: [Int] = []
        try EngineScene.run(
            Self.patient,
            connect: { session, log in
                versions.append(session.protocolVersion)
                return EchoHandler(session, log)
            }
        ) { scene in
            let target = try await Self.open(scene)
            #expect(await scene.send("POST", target, body: "6:4hello3:4😀2:4€").body == "ok")
            #expect(await scene.send("GET", target).body == "6:4hello3:4😀2:4€")
            #expect(versions == [3])
        }
    }

    @Test func `a client that pings and does not poll leaves one answer, however often it pings`() throws {
        try EngineScene.run(Self.patient) { scene in
            let target = try await Self.open(scene)
            let pings = String(repeating: "1:2", count: 1_000)
            for _ in 0..<3 { #expect(await scene.send("POST", target, body: pings).body == "ok") }
            #expect(await scene.send("GET", target).body == "1:3")
        }
    }

    @Test func `binary messages go as bytes, or as base64 when asked for`() throws {
        try EngineScene.run(Self.patient) { scene in
            let target = try await Self.open(scene)
            let peer = scene.connect()
            let head = "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n"
            peer.write(Array("\(head)Content-Length: 7\r\n\r\n".utf8) + [1, 4, 255, 4, 1, 2, 3])
            #expect(await peer.reply().body == "ok")
            let poll = await scene.send("GET", target)
            #expect(poll.headers["content-type"] == "application/octet-stream")
            #expect(poll.headers["content-length"] == "7")
            let base64 = try await Self.open(scene, "&b64=1")
            #expect(await scene.send("POST", base64, body: "6:b4AQID2:4a").body == "ok")
            let text = await scene.send("GET", base64)
            #expect(text.body == "6:b4AQID2:4a")
            #expect(text.headers["content-type"] == "text/plain; charset=UTF-8")
        }
    }

    @Test func `on a WebSocket binary messages carry their type`() throws {
        try EngineScene.run(Self.patient) { scene in
            let socket = await scene.webSocket(Self.websocket)
            _ = await socket.receive()
            socket.send("4hello")
            #expect(await socket.receive() == .text("4hello"))
            socket.send([4, 1, 2, 3])
            #expect(await socket.receive() == .binary([4, 1, 2, 3]))
            let base64 = await scene.webSocket(Self.websocket + "&b64=1")
            _ = await base64.receive()
            base64.send("b4AQID")
            #expect(await base64.receive() == .text("b4AQID"))
            socket.send([5, 1])
            #expect(await socket.receive() == .close(nil))
            base64.send("b4!")
            #expect(await base64.receive() == .close(nil))
            #expect(scene.log.closed == ["parse error", "parse error"])
        }
    }

    @Test func `the client pings, and the server answers`() throws {
        try EngineScene.run(Self.options) { scene in
            let target = try await Self.open(scene)
            let socket = await scene.webSocket(Self.websocket)
            _ = await socket.receive()
            for _ in 0..<3 {
                #expect(await scene.send("POST", target, body: "1:2").body == "ok")
                #expect(await scene.send("GET", target).body == "1:3")
                socket.send("2")
                #expect(await socket.receive() == .text("3"))
            }
            #expect(scene.engine.clientsCount == 2)
        }
    }

    @Test func `a client that does not ping ends after both times together`() throws {
        try EngineScene.run(Self.options) { scene in
            let start = scene.now
            let socket = await scene.webSocket(Self.websocket)
            _ = await socket.receive()
            #expect(await socket.receive() == .close(nil))
            #expect(scene.now - start >= 490)
            #expect(scene.log.closed == ["ping timeout"])
        }
    }

    @Test func `a pong is the wrong direction`() throws {
        try EngineScene.run(Self.options) { scene in
            let target = try await Self.open(scene)
            #expect(await scene.send("POST", target, body: "1:3").body == "ok")
            #expect(await scene.send("GET", target).status == 400)
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test(arguments: ["4hello", "9:4hello", "6:4hell", "x", ""]) func `a payload that is none ends the session`(
        _ body: String
    ) throws {
        try EngineScene.run(Self.options) { scene in
            let target = try await Self.open(scene)
            #expect(await scene.send("POST", target, body: body).body == "ok")
            #expect(await scene.send("GET", target).status == 400)
            #expect(scene.log.closed == ["parse error"])
        }
    }

    @Test func `an upgrade takes what is pending along, in the form of the version`() throws {
        try EngineScene.run(Self.patient) { scene in
            let target = try await Self.open(scene)
            let poll = scene.start("GET", target)
            let sid = try #require(target.split(separator: "=").last)
            let socket = await scene.webSocket(Self.websocket, sid: String(sid))
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await poll.reply().body == "1:6")
            #expect(await scene.send("POST", target, body: "2:4a6:b4AQID").body == "ok")
            socket.send("5")
            #expect(await socket.receive() == .text("4a"))
            #expect(await socket.receive() == .binary([4, 1, 2, 3]))
            socket.send("2")
            #expect(await socket.receive() == .text("3"))
            #expect(scene.log.upgraded == 1)
        }
    }

    @Test func `a close packet ends the poll with a noop`() throws {
        try EngineScene.run(Self.patient) { scene in
            let target = try await Self.open(scene)
            let poll = scene.start("GET", target)
            #expect(await scene.send("POST", target, body: "1:1").body == "ok")
            #expect(await poll.reply().body == "1:6")
            #expect(scene.log.closed == ["transport close"])
        }
    }
}
