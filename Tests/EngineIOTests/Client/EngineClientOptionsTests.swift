import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@Suite(.serialized) struct EngineClientOptionsTests {
    /// The requests that a client makes of a server with these options.
    private static func requests(
        _ options: EngineClientOptions,
        _ server: EngineOptions = EngineScene.quick,
        query: String = ""
    ) throws -> [HandshakeRequest] {
        var server = server
        var requests: [HandshakeRequest] = []
        server.headers = { _, request in requests.append(request) }
        server.initialHeaders = { fields, _ in
            fields += [("Set-Cookie", "lb=one; Path=/"), ("Set-Cookie", "gone=1; Max-Age=0"), ("Set-Cookie", "io=two")]
        }
        try EngineScene.run(server) { scene in
            let log = ClientLog()
            let client = try scene.client(log, options, query: query)
            client.send("x")
            await scene.waitUntil { log.texts == ["x"] && log.events.contains("upgraded") == options.upgrade }
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
        return requests
    }

    private static var polling: EngineClientOptions {
        var options = EngineClientOptions()
        options.transports = [.polling]
        options.upgrade = false
        return options
    }

    @Test func `the URL's query and the program's are in each request`() throws {
        var options = Self.polling
        options.query = [("token", "a b&c"), ("ä", "ö")]
        let requests = try Self.requests(options, query: "/ignored?user=1")
        #expect(requests.count >= 3)
        for request in requests {
            #expect(request.query.contains { $0 == ("user", "1") })
            #expect(request.query.contains { $0 == ("token", "a b&c") })
            #expect(request.query.contains { $0 == ("ä", "ö") })
            #expect(request.query.contains { $0 == ("EIO", "4") })
        }
    }

    @Test func `a parameter that is never the same twice is where it was asked for`() throws {
        let stamps = try Self.requests(Self.polling).map { request in request.query.last { $0.0 == "t" }?.1 ?? "" }
        #expect(Set(stamps).count == stamps.count)
        #expect(!stamps.contains(""))
        var options = Self.polling
        options.timestampRequests = false
        #expect(try Self.requests(options).allSatisfy { request in !request.query.contains { $0.0 == "t" } })
        options.timestampRequests = true
        options.timestampParam = "ts"
        options.transports = [.polling, .websocket]
        options.upgrade = true
        #expect(try Self.requests(options).allSatisfy { request in request.query.contains { $0.0 == "ts" } })
    }

    @Test func `header fields are sent with each request, cookies of the server with each but the first`() throws {
        var options = EngineClientOptions()
        options.extraHeaders = [("Authorization", "Bearer x")]
        let requests = try Self.requests(options)
        #expect(requests.allSatisfy { $0.header("authorization") == "Bearer x" })
        #expect(requests.first?.header("cookie") == nil)
        #expect(requests.dropFirst().allSatisfy { $0.header("cookie") == "lb=one; io=two" })
        #expect(requests.contains { $0.query.contains { $0 == ("transport", "websocket") } })
        options.extraHeaders = [("cookie", "own=1")]
        #expect(try Self.requests(options).allSatisfy { $0.header("cookie") == "own=1" })
    }

    @Test func `the path is the server's, with a slash or without`() throws {
        for (path, slash) in [("/chat", true), ("/chat/", false), ("/a/b/", true)] {
            var server = EngineScene.quick
            server.path = path
            server.addTrailingSlash = slash
            var options = Self.polling
            options.path = path
            options.addTrailingSlash = slash
            #expect(try Self.requests(options, server).count >= 2)
        }
    }

    @Test func `base64 that is asked for is sent on a WebSocket too, and understood`() throws {
        var options = EngineClientOptions()
        options.transports = [.websocket]
        options.forceBase64 = true
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, options)
            client.send(binary: ([1, 2] as [UInt8]).span.bytes)
            await scene.waitUntil { client.isOpen }
            client.send(binary: ([3, 4] as [UInt8]).span.bytes)
            await scene.waitUntil { log.events.count == 3 }
            #expect(log.events == ["opened", "binary [1, 2]", "binary [3, 4]"])
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `messages are compressed where both sides want it`() throws {
        var server = EngineScene.quick
        server.perMessageDeflate = PerMessageDeflate()
        var options = EngineClientOptions()
        options.transports = [.websocket]
        options.perMessageDeflate = PerMessageDeflate()
        try EngineScene.run(server) { scene in
            let log = ClientLog()
            let client = try scene.client(log, options)
            await scene.waitUntil { client.isOpen }
            let text = String(repeating: "again and ", count: 10_000)
            client.send(text)
            await scene.waitUntil { !log.texts.isEmpty }
            #expect(log.texts == [text])
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `another transport is tried when the first does not open, if that is wanted`() throws {
        var server = EngineScene.quick
        server.transports = [.polling]
        var options = EngineClientOptions()
        options.transports = [.websocket, .polling]
        for triesAll in [true, false] {
            options.tryAllTransports = triesAll
            try EngineScene.run(server) { scene in
                let log = ClientLog()
                let client = try scene.client(log, options)
                await scene.waitUntil { client.isOpen || !log.isAlive }
                #expect(client.isOpen == triesAll)
                #expect(client.transport == (triesAll ? .polling : .websocket))
                #expect(log.error == (triesAll ? nil : .refused(status: 400, code: 0, message: "Transport unknown")))
                client.close()
                await scene.waitUntil { !log.isAlive }
            }
        }
    }

    @Test func `a client that knows that WebSockets work begins with one`() throws {
        var options = EngineClientOptions()
        options.rememberUpgrade = true
        for knows in [false, true] {
            options.priorWebSocketSuccess = knows
            try EngineScene.run { scene in
                let log = ClientLog()
                let client = try scene.client(log, options)
                #expect(client.transport == (knows ? .websocket : .polling))
                await scene.waitUntil { client.webSocketWorked }
                client.close()
                await scene.waitUntil { !log.isAlive }
                #expect(log.events.contains("upgraded") == !knows)
            }
        }
    }

    @Test func `an address of version 6 is reached, however it is written`() throws {
        try EngineScene.run { scene in
            try scene.app.listen(host: "::1", port: scene.port)
            for url in ["ws://[::1]:\(scene.port)", "http://localhost:\(scene.port)/any/path#x"] {
                let log = ClientLog()
                let client = try EngineClient(on: scene.loop, url: url, handler: log)
                client.open()
                await scene.waitUntil { log.events.contains("upgraded") }
                client.close()
                await scene.waitUntil { !log.isAlive }
            }
        }
    }

    @Test func `a session over a unix socket`() throws {
        try EngineScene.run { scene in
            let path = "/tmp/engine-client-test-\(EventLoop.wallClock).sock"
            try scene.app.listen(unix: path)
            let log = ClientLog()
            let url = "http+unix://\(path.replacing("/", with: "%2F"))"
            let client = try EngineClient(on: scene.loop, url: url, handler: log)
            client.open()
            await scene.waitUntil { log.events.contains("upgraded") }
            client.send("x")
            await scene.waitUntil { log.texts == ["x"] }
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `what cannot be asked for is refused at once or as the opening's error`() throws {
        try EngineScene.run { scene in
            var none = EngineClientOptions()
            none.transports = []
            var blank = EngineClientOptions()
            blank.path = "/a b"
            var field = EngineClientOptions()
            field.extraHeaders = [("X", "a\nb")]
            let cases = [
                ("http://a", none, EngineClientError.noTransport), ("http://a", blank, .unsafeField),
                ("a:1", EngineClientOptions(), .badURL("badScheme")),
                ("http://a b", EngineClientOptions(), .badURL("badCharacter")),
            ]
            for (url, options, error) in cases {
                #expect(throws: error) {
                    try EngineClient(on: scene.loop, url: url, options: options, handler: ClientLog())
                }
            }
            for transport in [TransportName.polling, .websocket] {
                field.transports = [transport]
                let log = ClientLog()
                _ = try scene.client(log, field)
                let secure = ClientLog()
                try EngineClient(on: scene.loop, url: "https://127.0.0.1:1", options: field, handler: secure).open()
                await scene.waitUntil { !log.isAlive && !secure.isAlive }
                #expect(log.error == .unsafeField)
                #expect(secure.error == (transport == .polling ? .unsafeField : .noEncryption))
            }
        }
    }
}
