import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@Suite(.serialized) struct EngineClientUpgradeTests {
    @Test func `a session begins with polling and changes to a WebSocket`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log)
            await scene.waitUntil { log.events.contains("upgraded") }
            #expect(log.events == ["opened", "upgrading", "upgraded"])
            #expect(client.transport == .websocket)
            #expect(client.webSocketWorked)
            client.send("over the WebSocket")
            await scene.waitUntil { log.texts == ["over the WebSocket"] }
            client.close()
            await scene.waitUntil { !log.isAlive }
            #expect(log.events.last == "closed forced close")
        }
    }

    @Test func `messages keep their order over the change`() throws {
        try EngineScene.run(within: 60_000) { scene in
            for _ in 0..<20 {
                let log = ClientLog()
                let client = try scene.client(log)
                var sent = 0
                while log.texts.count < 300 {
                    if sent < 300 {
                        client.send("\(sent)")
                        sent += 1
                    }
                    await withUnsafeContinuation { continuation in scene.loop.nextTurn { continuation.resume() } }
                }
                #expect(log.texts == (0..<300).map { "\($0)" })
                #expect(client.transport == .websocket)
                client.close()
                await scene.waitUntil { !log.isAlive }
            }
        }
    }

    @Test func `without permission of either side it stays with polling`() throws {
        var server = EngineScene.quick
        server.allowUpgrades = false
        try EngineScene.run(server) { scene in
            let log = ClientLog()
            let client = try scene.client(log)
            client.send("a")
            await scene.waitUntil { log.texts == ["a"] }
            #expect(client.transport == .polling)
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
        var options = EngineClientOptions()
        options.upgrade = false
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, options)
            client.send("a")
            await scene.waitUntil { log.texts == ["a"] }
            #expect(log.events == ["opened", "text a"])
            #expect(client.transport == .polling)
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }
}
