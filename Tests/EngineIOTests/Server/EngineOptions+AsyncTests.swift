import EngineIO
import TestSupport
import Testing
import UVLoop

private struct Failure: Error {}

/// The options that ask the program something it may take its time for, and those added for single requests.
@Suite struct EngineOptionsAsyncTests {
    @Test func `an asynchronous closure may allow, deny and fail`() throws {
        var options = EngineScene.quick
        options.allowRequestAsync = { request in
            await Task.yield()
            if request.query.contains(where: { $0.0 == "fail" }) { throw Failure() }
            return request.header("x-key") == "1" ? .allow : .deny(message: "no key")
        }
        try EngineScene.run(options) { scene in
            scene.loop.log = { _, _ in }
            #expect(await scene.send("GET", EngineScene.polling, headers: ["X-Key": "1"]).status == 200)
            let denied = await scene.send("GET", EngineScene.polling)
            #expect(denied.status == 403)
            #expect(denied.body == "{\"code\":4,\"message\":\"no key\"}")
            #expect(await scene.send("GET", EngineScene.polling + "&fail=1").status == 403)
            #expect(await scene.webSocket(headers: ["X-Key": "1"]).opening.status == 101)
            #expect(await scene.webSocket().opening.body == "no key")
        }
    }

    @Test func `ids may be made asynchronously, but not twice`() throws {
        var options = EngineScene.quick
        options.generateIDAsync = { request in
            await Task.yield()
            return request.header("x-id") ?? "none"
        }
        try EngineScene.run(options) { scene in
            scene.loop.log = { _, _ in }
            let open = await scene.send("GET", EngineScene.polling, headers: ["X-Id": "mine"])
            let sid = try EngineScene.sid(of: open.body)
            #expect(sid == "mine")
            #expect(await scene.webSocket(headers: ["X-Id": "other"]).opening.status == 101)
            #expect(await scene.send("GET", EngineScene.polling, headers: ["X-Id": "mine"]).status == 400)
            #expect(scene.engine.clientsCount == 2)
        }
    }

    @Test func `a server that closes while an id is being made takes no session`() throws {
        var options = EngineScene.quick
        var isAsked = false
        var mayGoOn = false
        options.generateIDAsync = { _ in
            isAsked = true
            while !mayGoOn { await Task.yield() }
            return "late"
        }
        try EngineScene.run(options) { scene in
            let peer = scene.start("GET", EngineScene.polling)
            await scene.waitUntil { isAsked }
            scene.engine.close()
            mayGoOn = true
            #expect(await peer.reply().status == 503)
            #expect(scene.engine.counters.opened == 0)
        }
    }

    @Test func `an initial packet follows the open packet on both transports`() throws {
        var options = EngineScene.quick
        options.initialPacket = "welcome"
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.poll(sid).body == "4welcome")
            let (socket, _) = try await scene.openWebSocket()
            #expect(await socket.receive() == .text("4welcome"))
        }
        options.initialPacket = .binary([1, 2, 3])
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.poll(sid).body == "bAQID")
            let (socket, _) = try await scene.openWebSocket()
            #expect(await socket.receive() == .binary([1, 2, 3]))
        }
    }

    @Test func `which pages may come is decided for each request`() throws {
        var options = EngineScene.quick
        options.cors = CORSOptions(origin: .any)
        options.corsDelegate = { request in
            guard let origin = request.header("origin"), request.path == "/engine.io/" else { return nil }
            return origin.hasSuffix(".example") ? CORSOptions(origin: .exactly(origin), credentials: true) : nil
        }
        try EngineScene.run(options) { scene in
            let welcome = await scene.send("GET", EngineScene.polling, headers: ["Origin": "https://a.example"])
            #expect(welcome.headers["access-control-allow-origin"] == "https://a.example")
            #expect(welcome.headers["access-control-allow-credentials"] == "true")
            let stranger = await scene.send("GET", EngineScene.polling, headers: ["Origin": "https://b.test"])
            #expect(stranger.status == 200)
            #expect(stranger.headers["access-control-allow-origin"] == nil)
            let preflight = await scene.send("OPTIONS", EngineScene.polling, headers: ["Origin": "https://a.example"])
            #expect(preflight.status == 204)
            let refused = await scene.send("OPTIONS", EngineScene.polling, headers: ["Origin": "https://b.test"])
            #expect(refused.status == 400)
        }
    }

    @Test(arguments: [
        ("Mozilla/4.0 (compatible;MSIE 8.0; Windows NT 6.1)", "0"),
        ("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko", "0"), ("Mozilla/5.0 Chrome/156", nil),
    ]) func `old Internet Explorers are told not to look for scripts`(agent: String, expected: String?) throws {
        try EngineScene.run { scene in
            let open = await scene.send("GET", EngineScene.polling, headers: ["User-Agent": agent])
            #expect(open.headers["x-xss-protection"] == expected)
            let sid = try EngineScene.sid(of: open.body)
            #expect(await scene.post(sid, "4a", headers: ["User-Agent": agent]).headers["x-xss-protection"] == expected)
        }
    }

    @Test func `an upgrade outside of the path is answered at once, so none is left to destroy`() throws {
        try EngineScene.run { scene in
            let socket = await scene.webSocket("/elsewhere?EIO=4&transport=websocket")
            #expect(socket.opening.status == 404)
            socket.peer.drop()
            await scene.waitUntil { scene.liveConnections == 0 }
        }
    }
}
