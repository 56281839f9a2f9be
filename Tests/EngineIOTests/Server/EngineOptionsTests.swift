import TestSupport
import Testing
import UVLoop

@testable import EngineIO

@Suite struct EngineOptionsTests {
    @Test func `the defaults are those of the JavaScript server`() {
        let options = EngineOptions()
        #expect(options.path == "/engine.io")
        #expect(options.addTrailingSlash)
        #expect(options.pingInterval == 25_000)
        #expect(options.pingTimeout == 20_000)
        #expect(options.upgradeTimeout == 10_000)
        #expect(options.maxHttpBufferSize == 1_000_000)
        #expect(options.transports == [.polling, .websocket])
        #expect(options.allowUpgrades)
        #expect(options.cors == nil && options.cookie == nil && options.allowRequest == nil)
    }

    @Test(arguments: [
        ("/engine.io", true, "/engine.io/", true), ("/engine.io", true, "/engine.io/anything", true),
        ("/engine.io", true, "/engine.io", false), ("/engine.io", true, "/engine.iox/", false),
        ("/engine.io", true, "/x/engine.io/", false), ("/engine.io/", true, "/engine.io/", true),
        ("/custom/", true, "/custom/", true), ("/custom", true, "/engine.io/", false),
        ("/engine.io", false, "/engine.io", true), ("/engine.io/", false, "/engine.io", true),
        ("/engine.io", false, "/engine.io/", true), ("/engine.io", true, "/ENGINE.IO/", false),
    ]) func `the path is a prefix`(path: String, slash: Bool, asked: String, isServed: Bool) throws {
        var options = EngineScene.quick
        options.path = path
        options.addTrailingSlash = slash
        try EngineScene.run(options) { scene in
            let reply = await scene.send("GET", "\(asked)?EIO=4&transport=polling")
            #expect(reply.status == (isServed ? 200 : 404))
        }
    }

    @Test func `a transport that is not offered is unknown`() throws {
        var options = EngineScene.quick
        options.transports = [.websocket]
        try EngineScene.run(options) { scene in
            #expect(
                await scene.send("GET", EngineScene.polling).body == "{\"code\":0,\"message\":\"Transport unknown\"}"
            )
            _ = try await scene.openWebSocket()
        }
        options.transports = [.polling]
        try EngineScene.run(options) { scene in
            #expect(await scene.webSocket().opening.body == "Transport unknown")
            #expect(await scene.send("GET", EngineScene.polling).body.contains("\"upgrades\":[],"))
        }
    }

    @Test func `the program may say later whether a session may begin`() throws {
        var options = EngineScene.quick
        var timer: UVLoop.Timer?
        var loop: EventLoop?
        options.allowRequest = { request, decide in
            let isWelcome = request.query.contains { $0 == ("token", "a b") }
            guard let loop else { return decide(.deny()) }
            timer = UVLoop.Timer(on: loop) { decide(isWelcome ? .allow : .deny(message: "no \"token\"")) }
            timer?.start(after: 5)
        }
        try EngineScene.run(options) { scene in
            #expect(await scene.send("GET", EngineScene.polling).body == "{\"code\":4,\"message\":\"Forbidden\"}")
            loop = scene.loop
            #expect(await scene.send("GET", EngineScene.polling + "&token=a+b").status == 200)
            let denied = await scene.send("GET", EngineScene.polling + "&token=x")
            #expect(denied.status == 403)
            #expect(denied.body == "{\"code\":4,\"message\":\"no \\\"token\\\"\"}")
            #expect(await scene.webSocket(EngineScene.websocket + "&token=a%20b").opening.status == 101)
            let refused = await scene.webSocket()
            #expect(refused.opening.status == 400)
            #expect(refused.opening.body == "no \"token\"")
            #expect(scene.engine.clientsCount == 2)
        }
        timer = nil
        loop = nil
    }

    @Test func `a client that does not wait for the decision has no session`() throws {
        var options = EngineScene.quick
        var decide: ((Admission) -> Void)?
        options.allowRequest = { decide = $1 }
        try EngineScene.run(options) { scene in
            for headers in [[:], EngineScene.upgradeHeaders] {
                let target = headers.isEmpty ? EngineScene.polling : EngineScene.websocket
                let peer = scene.start("GET", target, headers: headers)
                await scene.waitUntil { decide != nil }
                peer.drop()
                await scene.waitUntil { scene.liveConnections == 0 }
                decide?(.allow)
                decide?(.allow)
                decide = nil
                #expect(scene.engine.clientsCount == 0)
                #expect(scene.engine.counters.opened == 0)
            }
        }
    }

    @Test func `polls and posts of a session are not asked about`() throws {
        var options = EngineScene.quick
        var asked = 0
        options.allowRequest = { _, decide in
            asked += 1
            decide(.allow)
            decide(.deny())
        }
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            _ = await scene.post(sid, "4a")
            #expect(await scene.poll(sid).body == "4a")
            #expect(asked == 1)
        }
    }

    @Test func `ids may be the program's own, but not twice`() throws {
        var options = EngineScene.quick
        var ids = ["mine-é", "AAAAAAAAAAAAAAAAAAAA", "mine-é"]
        options.generateID = { _ in
            guard !ids.isEmpty else { throw NoMoreIDs() }
            return ids.removeFirst()
        }
        try EngineScene.run(options) { scene in
            scene.loop.log = { _, _ in }
            let (first, second) = (try await scene.openPolling(), try await scene.openPolling())
            #expect(first == "mine-é")
            #expect(second == "AAAAAAAAAAAAAAAAAAAA")
            _ = await scene.post("mine-%C3%A9", "4one")
            _ = await scene.post("AAAAAAAAAAAAAAAAAAAA", "4two")
            #expect(await scene.poll("mine-%C3%A9").body == "4one")
            #expect(await scene.poll("AAAAAAAAAAAAAAAAAAAA").body == "4two")
            for _ in 0..<2 {
                let refused = await scene.send("GET", EngineScene.polling)
                #expect(refused.body == "{\"code\":3,\"message\":\"Bad request\"}")
            }
        }
    }

    @Test func `the cookie comes with the first answer only`() throws {
        var options = EngineScene.quick
        var cookie = CookieOptions()
        cookie.maxAge = 60
        cookie.domain = "example.com"
        cookie.secure = true
        cookie.sameSite = .strict
        options.cookie = cookie
        try EngineScene.run(options) { scene in
            let open = await scene.send("GET", EngineScene.polling)
            let sid = try EngineScene.sid(of: open.body)
            let attributes = "Max-Age=60; Domain=example.com; Path=/; HttpOnly; Secure; SameSite=Strict"
            #expect(open.headers["set-cookie"] == "io=\(sid); \(attributes)")
            #expect(await scene.post(sid, "6").headers["set-cookie"] == nil)
            #expect(await scene.webSocket().opening.headers["set-cookie"]?.hasPrefix("io=") == true)
        }
        #expect(CookieOptions().field("x") == "io=x; Path=/; HttpOnly; SameSite=Lax")
    }

    @Test func `the program may add fields to the first answer and to each`() throws {
        var options = EngineScene.quick
        options.initialHeaders = { fields, request in fields.append(("X-First", request.path)) }
        options.headers = { fields, request in fields.append(("X-Each", request.header("x-ask") ?? "-")) }
        try EngineScene.run(options) { scene in
            let open = await scene.send("GET", EngineScene.polling, headers: ["X-Ask": "1"])
            #expect(open.headers["x-first"] == "/engine.io/")
            #expect(open.headers["x-each"] == "1")
            let sid = try EngineScene.sid(of: open.body)
            let post = await scene.post(sid, "4a", headers: ["X-ASK": "2"])
            #expect(post.headers["x-first"] == nil)
            #expect(post.headers["x-each"] == "2")
            #expect(await scene.poll(sid).headers["x-each"] == "-")
            let socket = await scene.webSocket(headers: ["x-ask": "3"])
            #expect(socket.opening.headers["x-first"] == "/engine.io/")
            #expect(socket.opening.headers["x-each"] == "3")
        }
    }
}

private struct NoMoreIDs: Error {}
