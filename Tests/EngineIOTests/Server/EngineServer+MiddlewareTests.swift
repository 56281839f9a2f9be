import EngineIO
import Testing
import UVHTTP
import UVLoop

private struct Refused: Error {}

@Suite struct EngineServerMiddlewareTests {
    @Test func `middleware runs on every request and upgrade, in order, and may add fields`() throws {
        try EngineScene.run { scene in
            var seen: [String] = []
            scene.engine.use { exchange, next in
                seen.append(exchange.method)
                exchange.setHeader("X-Step", "one")
                next()
            }
            scene.engine.use { exchange, next async throws in
                seen.append(exchange.header("X-Step") ?? "none")
                next()
            }
            let sid = try await scene.openPolling()
            #expect(await scene.post(sid, "4a").headers["x-step"] == "one")
            #expect(await scene.poll(sid).body == "4a")
            let socket = await scene.webSocket()
            #expect(socket.opening.status == 101)
            #expect(socket.opening.headers["x-step"] == "one")
            #expect(seen == ["GET", "one", "POST", "one", "GET", "one", "GET", "one"])
        }
    }

    @Test func `middleware may answer itself`() throws {
        try EngineScene.run { scene in
            scene.engine.use { exchange, _ in
                exchange.status = 418
                exchange.send("no")
            }
            #expect(await scene.send("GET", EngineScene.polling).status == 418)
            #expect(await scene.webSocket().opening.status == 418)
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test func `middleware that fails is a bad request on both transports`() throws {
        try EngineScene.run { scene in
            scene.loop.log = { _, _ in }
            var names: [String?] = []
            scene.engine.onConnectionError = { names.append($0.context["name"]) }
            scene.engine.use { _, _ in throw Refused() }
            let reply = await scene.send("GET", EngineScene.polling)
            #expect(reply.status == 400)
            #expect(reply.body == "{\"code\":3,\"message\":\"Bad request\"}")
            let socket = await scene.webSocket()
            #expect(socket.opening.status == 400)
            #expect(socket.opening.body == "Bad request")
            #expect(names == ["MIDDLEWARE_FAILURE", "MIDDLEWARE_FAILURE"])
        }
    }

    @Test func `a client that leaves during a slow middleware has no session`() throws {
        try EngineScene.run { scene in
            var isWaiting = false
            scene.engine.use { [loop = scene.loop] _, next async throws in
                isWaiting = true
                await loop.sleep(for: 20)
                next()
                isWaiting = false
            }
            let peer = scene.start("GET", EngineScene.polling)
            await scene.waitUntil { isWaiting }
            peer.drop()
            await scene.waitUntil { !isWaiting }
            #expect(scene.engine.counters.opened == 0)
        }
    }
}
