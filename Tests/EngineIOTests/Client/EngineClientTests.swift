import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@Suite(.serialized) struct EngineClientTests {
    static var webSocketOnly: EngineClientOptions {
        var options = EngineClientOptions()
        options.transports = [.websocket]
        return options
    }

    @Test func `a WebSocket session opens, echoes both kinds of messages and closes`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.webSocketOnly)
            #expect(client.send("early") == .queued)
            await scene.waitUntil { client.isOpen }
            #expect(client.transport == .websocket)
            #expect(client.id?.utf8.count == 20)
            #expect(client.maxPayload == 1_000_000)
            #expect(client.send("late") == .accepted)
            #expect(client.send(binary: ([1, 2, 255] as [UInt8]).span.bytes) == .accepted)
            await scene.waitUntil { log.events.count == 4 }
            #expect(log.events == ["opened", "text early", "text late", "binary [1, 2, 255]"])
            client.close()
            #expect(log.isAlive)
            #expect(client.send("too late") == .refused(.closed))
            await scene.waitUntil { !log.isAlive }
            #expect(log.events.last == "closed forced close")
            await scene.waitUntil { scene.log.closed == ["transport close"] }
        }
    }

    @Test func `pings of the server are answered for as long as it pings`() throws {
        var options = EngineScene.quick
        options.pingInterval = 50
        options.pingTimeout = 2_000  // a machine may be busy
        try EngineScene.run(options) { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.webSocketOnly)
            let end = scene.now + 600
            await scene.waitUntil { scene.now >= end }
            #expect(client.isOpen)
            #expect(scene.log.closed == [])
        }
    }

    @Test func `a server that closes the session is heard`() throws {
        var session: Session?
        try EngineScene.run(connect: { opened, log in
            session = opened
            return EchoHandler(opened, log)
        }) { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.webSocketOnly)
            await scene.waitUntil { client.isOpen }
            session?.close()
            await scene.waitUntil { !log.isAlive }
            #expect(log.events == ["opened", "closed transport close"])
            #expect(!client.isOpen)
        }
        session = nil
    }

    @Test func `a port where nobody listens is an error of the opening`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try EngineClient(
                on: scene.loop,
                url: "ws://127.0.0.1:1/",
                options: Self.webSocketOnly,
                handler: log
            )
            client.open()
            await scene.waitUntil { !log.isAlive }
            #expect(log.events == ["failed"])
            #expect(log.error == .unreachable(.connectionRefused))
        }
    }

    @Test func `an opening can be given up`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.webSocketOnly)
            client.close()
            #expect(log.isAlive)
            await scene.waitUntil { !log.isAlive }
            #expect(log.events == ["closed forced close"])
        }
    }
}
