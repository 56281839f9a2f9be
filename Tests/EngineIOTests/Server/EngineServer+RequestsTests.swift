import EngineIO
import Testing

@Suite struct RequestTests {
    /// A request without a session and the error that it gets.
    struct Case: CustomTestStringConvertible {
        var method = "GET"
        var query: String
        var code: Int
        var testDescription: String { "\(method) \(query)" }
    }

    static let refused = [
        Case(query: "", code: 0),
        Case(query: "EIO=4", code: 0),
        Case(query: "EIO=4&transport=abc", code: 0),
        Case(query: "EIO=4&transport=__proto__", code: 0),
        Case(query: "EIO=4&transport=constructor", code: 0),
        Case(query: "EIO=4&transport=webtransport", code: 0),
        Case(query: "EIO=4&transport=Polling", code: 0),
        Case(query: "EIO=4&transport=polling&sid=abc", code: 1),
        Case(query: "EIO=4&transport=polling&sid=__proto__", code: 1),
        Case(query: "EIO=4&transport=polling&sid=%00", code: 1),
        Case(query: "EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", code: 1),
        Case(query: "EIO=4&transport=polling&sid=" + String(repeating: "x", count: 10_000), code: 1),
        Case(method: "POST", query: "EIO=4&transport=polling&sid=abc", code: 1),
        Case(method: "POST", query: "EIO=4&transport=polling", code: 2),
        Case(method: "PUT", query: "EIO=4&transport=polling", code: 2),
        Case(method: "DELETE", query: "EIO=4&transport=polling", code: 2),
        Case(method: "OPTIONS", query: "EIO=4&transport=polling", code: 2),
        Case(query: "EIO=4&transport=websocket", code: 3),
        Case(query: "EIO=4&transport=polling&transport=websocket", code: 3),
        Case(query: "transport=polling", code: 5),
        Case(query: "EIO=abc&transport=polling", code: 5),
        Case(query: "EIO=3&transport=polling", code: 5),
        Case(query: "EIO=5&transport=polling", code: 5),
        Case(query: "EIO=4&EIO=3&transport=polling", code: 5),
    ]

    @Test(arguments: refused) func `requests that are wrong get the error that clients know`(_ wrong: Case) throws {
        try EngineScene.run { scene in
            let reply = await scene.send(
                wrong.method,
                "/engine.io/?\(wrong.query)",
                body: wrong.method == "POST" ? "4" : nil
            )
            let fault = try #require(EngineFault(rawValue: wrong.code))
            #expect(reply.status == 400)
            #expect(reply.headers["content-type"] == "application/json")
            #expect(reply.body == "{\"code\":\(wrong.code),\"message\":\"\(fault.message)\"}")
            #expect(scene.engine.clientsCount == 0)
            #expect(scene.engine.counters.refused == 1)
        }
    }

    @Test(arguments: ["GET", "POST"])
    func `a request to a session on a WebSocket that wants none itself is answered`(_ method: String) throws {
        try EngineScene.run { scene in
            let (_, sid) = try await scene.openWebSocket()
            let body = method == "POST" ? "4hello" : nil
            let reply = await scene.send(method, EngineScene.websocket + "&sid=\(sid)", body: body)
            #expect(reply.status == 400)
            #expect(reply.body == "{\"code\":3,\"message\":\"Bad request\"}")
            #expect(scene.engine.clientsCount == 1)
        }
    }

    /// The same for requests that want a WebSocket; they are told in words.
    static let refusedUpgrades = [
        ("", "Transport unknown"),
        ("EIO=4&transport=abc", "Transport unknown"),
        ("transport=websocket", "Unsupported protocol version"),
        ("EIO=abc&transport=websocket", "Unsupported protocol version"),
        ("EIO=3&transport=websocket", "Unsupported protocol version"),
        ("EIO=4&transport=websocket&sid=abc", "Session ID unknown"),
    ]

    @Test(arguments: refusedUpgrades)
    func `requests for a WebSocket that are wrong get 400 and lose their connection`(query: String, message: String)
        throws
    {
        try EngineScene.run { scene in
            let socket = await scene.webSocket("/engine.io/?\(query)")
            #expect(socket.opening.status == 400)
            #expect(socket.opening.headers["content-type"] == "text/html")
            #expect(socket.opening.headers["connection"]?.lowercased() == "close")
            #expect(socket.opening.body == message)
            await socket.peer.waitForEnd()
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test func `an upgrade that is no GET, or to something else, is refused`() throws {
        try EngineScene.run { scene in
            let posted = await scene.send("POST", EngineScene.websocket, headers: EngineScene.upgradeHeaders)
            #expect(posted.status == 400)
            #expect(posted.body == "Bad handshake method")
            let other = await scene.webSocket(headers: ["Upgrade": "h2c"])
            #expect(other.opening.status == 400)
            #expect(other.opening.body == "Invalid Upgrade header")
            let version = await scene.webSocket(headers: ["Sec-WebSocket-Version": "12"])
            #expect(version.opening.status == 400)
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test func `a WebSocket that says polling is accepted and closed`() throws {
        try EngineScene.run { scene in
            let socket = await scene.webSocket(EngineScene.polling)
            #expect(socket.opening.status == 101)
            #expect(await socket.receive() == .close(nil))
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test(arguments: [
        "EIO=4&transport=polling&sid=", "EIO=4&EIO=4&transport=polling", "EIO=3&EIO=4&transport=polling",
        "t=abc&EIO=4&transport=polling&b=%zz", "EIO=%34&transport=poll%69ng", "%45IO=4&transport=polling",
    ]) func `requests that only look wrong begin a session`(_ query: String) throws {
        try EngineScene.run { scene in
            let reply = await scene.send("GET", "/engine.io/?\(query)")
            #expect(reply.status == 200)
            #expect(reply.body.hasPrefix("0{\"sid\":\""))
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test(arguments: ["PUT", "DELETE", "OPTIONS", "HEAD"]) func `a session answers GET and POST only`(_ method: String)
        throws
    {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let reply = await scene.send(method, EngineScene.polling + "&sid=\(sid)")
            #expect(reply.status == 500)
            #expect(reply.body == "")
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `a session is asked for by its own transport`() throws {
        try EngineScene.run { scene in
            let (_, sid) = try await scene.openWebSocket()
            let reply = await scene.poll(sid)
            #expect(reply.status == 400)
            #expect(reply.body == "{\"code\":3,\"message\":\"Bad request\"}")
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `the program hears of what is refused`() throws {
        try EngineScene.run { scene in
            var errors: [String] = []
            scene.engine.onConnectionError = { error in
                let name = error.context["name"] ?? error.context["protocol"] ?? "-"
                errors.append("\(error.fault.rawValue) \(error.message) \(name) \(error.request.url)")
            }
            _ = await scene.send("GET", "/engine.io/?EIO=4&transport=websocket")
            _ = await scene.webSocket("/engine.io/?EIO=3&transport=websocket")
            #expect(
                errors == [
                    "3 Bad request TRANSPORT_HANDSHAKE_ERROR /engine.io/?EIO=4&transport=websocket",
                    "5 Unsupported protocol version 3 /engine.io/?EIO=3&transport=websocket",
                ]
            )
        }
    }
}
