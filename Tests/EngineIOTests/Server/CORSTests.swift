import Testing

@testable import EngineIO

@Suite struct CORSTests {
    private static func fields(_ fields: [(String, String)]) -> [String] {
        fields.map { "\($0.0): \($0.1)" }
    }

    @Test func `any origin is told as a star`() {
        #expect(Self.fields(CORSOptions().fields(origin: "https://a.example")) == ["Access-Control-Allow-Origin: *"])
        #expect(Self.fields(CORSOptions().fields(origin: nil)) == ["Access-Control-Allow-Origin: *"])
    }

    @Test func `one origin is told to whoever asks`() {
        let cors = CORSOptions(origin: "https://a.example", credentials: true)
        for origin in ["https://a.example", "https://b.example", nil] {
            #expect(
                Self.fields(cors.fields(origin: origin)) == [
                    "Access-Control-Allow-Origin: https://a.example", "Vary: Origin",
                    "Access-Control-Allow-Credentials: true",
                ]
            )
        }
    }

    @Test func `of several origins the one that asks is told`() {
        let list: CORSOptions.Origin = ["https://a.example", "https://b.example"]
        let function = CORSOptions.Origin.matching { $0.hasSuffix(".example") && !$0.contains("c.") }
        for cors in [CORSOptions(origin: list), CORSOptions(origin: function)] {
            #expect(
                Self.fields(cors.fields(origin: "https://b.example"))
                    == ["Access-Control-Allow-Origin: https://b.example", "Vary: Origin"]
            )
            #expect(Self.fields(cors.fields(origin: "https://c.example")) == ["Vary: Origin"])
            #expect(Self.fields(cors.fields(origin: nil)) == ["Vary: Origin"])
        }
    }

    @Test func `a preflight is told methods and the fields it asks for`() {
        var cors = CORSOptions(origin: "https://a.example")
        #expect(
            Self.fields(cors.preflightFields(origin: nil, requestedHeaders: "x-one, x-two")) == [
                "Access-Control-Allow-Origin: https://a.example", "Vary: Origin, Access-Control-Request-Headers",
                "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE",
                "Access-Control-Allow-Headers: x-one, x-two",
            ]
        )
        cors.methods = ["GET", "POST"]
        cors.allowedHeaders = ["x-three"]
        cors.exposedHeaders = ["x-four", "x-five"]
        cors.maxAge = 600
        #expect(
            Self.fields(cors.preflightFields(origin: nil, requestedHeaders: "x-one")) == [
                "Access-Control-Allow-Origin: https://a.example", "Vary: Origin",
                "Access-Control-Allow-Methods: GET,POST", "Access-Control-Allow-Headers: x-three",
                "Access-Control-Max-Age: 600", "Access-Control-Expose-Headers: x-four,x-five",
            ]
        )
    }

    @Test func `every answer has the fields, errors and WebSockets too`() throws {
        var options = EngineScene.quick
        options.cors = CORSOptions(origin: ["https://a.example"], credentials: true)
        try EngineScene.run(options) { scene in
            let headers = ["Origin": "https://a.example"]
            let open = await scene.send("GET", EngineScene.polling, headers: headers)
            let sid = try EngineScene.sid(of: open.body)
            let replies = [
                open, await scene.post(sid, "4a", headers: headers),
                await scene.send("GET", "/engine.io/?EIO=4", headers: headers),
                await scene.webSocket(headers: headers).opening,
                await scene.webSocket("/engine.io/?transport=websocket", headers: headers).opening,
            ]
            #expect(replies.map(\.status) == [200, 200, 400, 101, 400])
            for reply in replies {
                #expect(reply.headers["access-control-allow-origin"] == "https://a.example")
                #expect(reply.headers["access-control-allow-credentials"] == "true")
                #expect(reply.headers["vary"] == "Origin")
            }
            let stranger = await scene.send("GET", EngineScene.polling, headers: ["Origin": "https://b.example"])
            #expect(stranger.status == 200)
            #expect(stranger.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test func `a preflight is answered 204, whatever it asks for`() throws {
        var options = EngineScene.quick
        options.cors = CORSOptions()
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            for target in [EngineScene.polling, "/engine.io/", EngineScene.polling + "&sid=\(sid)"] {
                let reply = await scene.send(
                    "OPTIONS",
                    target,
                    headers: ["Origin": "https://a.example", "Access-Control-Request-Headers": "x-one"]
                )
                #expect(reply.status == 204)
                #expect(reply.headers["access-control-allow-origin"] == "*")
                #expect(reply.headers["access-control-allow-headers"] == "x-one")
                #expect(reply.body == "")
            }
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `without the option nothing is said`() throws {
        try EngineScene.run { scene in
            let reply = await scene.send("GET", EngineScene.polling, headers: ["Origin": "https://a.example"])
            #expect(reply.headers.keys.contains { $0.hasPrefix("access-control") } == false)
            #expect(reply.headers["vary"] == nil)
        }
    }
}
