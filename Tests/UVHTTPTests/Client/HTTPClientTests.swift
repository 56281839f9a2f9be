import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite(.serialized) struct HTTPClientTests {
    /// A server that tells what it was asked, and a client.
    private static func run(
        _ options: HTTPClientOptions = HTTPClientOptions(),
        _ script: nonisolated(nonsending) @escaping (HTTPClient, HTTPServer, String) async throws -> Void
    ) throws {
        try onLoopTask { loop in
            let server = HTTPServer(on: loop)
            try server.listen(host: "127.0.0.1", port: 0)
            server.router.get("/hello") { $0.send("hello") }
            server.router.get("/long") { exchange in exchange.send(String(repeating: "long ", count: 20_000)) }
            server.router.get("/chunked") { exchange in
                exchange.beginStream()
                exchange.write(Array("one ".utf8))
                exchange.write(Array("two".utf8))
                exchange.end()
            }
            server.router.post("/echo") { exchange in
                exchange.readBody { body in
                    guard case .success(let bytes) = body else { return }
                    exchange.setHeader("X-Method", "POST")
                    exchange.send(bytes)
                }
            }
            let client = HTTPClient(on: loop, options: options)
            try await script(client, server, "http://127.0.0.1:\(server.port ?? 0)")
            client.close()
            await loop.waitUntil { server.liveConnections == 0 }
            server.close()
        }
    }

    /// What a scripted server's bytes are for the client: the answer to one GET.
    private static func answer(
        to bytes: [[UInt8]],
        _ options: HTTPClientOptions = HTTPClientOptions(),
        ends: Bool = true
    ) throws -> Result<HTTPClientAnswer, HTTPClientError>? {
        var result: Result<HTTPClientAnswer, HTTPClientError>?
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, _ in
                    for piece in bytes { peer.send(piece) }
                    if ends { peer.end() }
                }
            }
            let client = HTTPClient(on: loop, options: options)
            client.request(.get, "http://127.0.0.1:\(server.port)/") { result = $0 }
            await loop.waitUntil { result != nil }
            client.close()
            server.close()
        }
        return result
    }

    private static func error(of text: String, _ options: HTTPClientOptions = HTTPClientOptions()) throws
        -> HTTPClientError?
    {
        guard case .failure(let error)? = try answer(to: [Array(text.utf8)], options) else { return nil }
        return error
    }

    // MARK: Answers

    @Test func `requests of all kinds are answered`() throws {
        try Self.run { client, _, origin in
            let hello = try await client.request(.get, origin + "/hello")
            #expect(hello.status == 200)
            #expect(hello.text == "hello")
            #expect(try await client.request(.head, origin + "/hello").body == [])
            #expect(try await client.request(.get, origin + "/chunked").text == "one two")
            #expect(try await client.request(.get, origin + "/nowhere").status == 404)
            let echo = try await client.request(.post, origin + "/echo", body: Array("body".utf8))
            #expect(echo.text == "body")
            #expect(echo.headers.first("x-method") == "POST")
            #expect(try await client.request(.post, origin + "/echo").body == [])
        }
    }

    @Test func `a compressed answer is inflated`() throws {
        try Self.run { client, server, origin in
            server.router.get("/gzip") { exchange in
                #expect(exchange.headers.first("accept-encoding") == "gzip, deflate")
                exchange.send(Array(String(repeating: "again ", count: 1_000).utf8), compressingFrom: 100)
            }
            let answer = try await client.request(.get, origin + "/gzip")
            #expect(answer.headers.first("content-encoding") == "gzip")
            #expect(answer.text == String(repeating: "again ", count: 1_000))
            await #expect(throws: HTTPClientError.bodyTooLarge) {
                _ = try await client.request(.get, origin + "/gzip", maxBodyBytes: 5_999)
            }
        }
    }

    @Test func `an answer is the same wherever its bytes are cut`() throws {
        let text =
            "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        try onLoopTask(within: 60_000) { loop in
            var deliveries = everySplit(of: Array(text.utf8))[...]
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, _ in
                    // One piece per turn, so that they are not joined on the way more than the kernel likes.
                    var pieces = (deliveries.popFirst() ?? [])[...]
                    func next() {
                        guard let piece = pieces.popFirst() else { return peer.end() }
                        peer.send(piece)
                        loop.nextTurn(next)
                    }
                    next()
                }
            }
            let client = HTTPClient(on: loop)
            for _ in deliveries {
                #expect(try await client.request(.get, "http://127.0.0.1:\(server.port)/").text == "abcde")
            }
            client.close()
            server.close()
        }
    }

    @Test func `an answer without a length ends with the connection`() throws {
        let result = try Self.answer(to: [Array("HTTP/1.0 200 OK\r\n\r\nall of it".utf8)])
        #expect(try result?.get().text == "all of it")
    }

    // MARK: Connections

    @Test func `a connection carries one request after the other`() throws {
        try Self.run { client, server, origin in
            for _ in 0..<20 {
                let answer = try await client.request(.get, origin + "/hello")
                #expect(answer.text == "hello")
            }
            #expect(server.counters.connections == 1)
        }
    }

    @Test func `requests at once share a bounded number of connections, and all are answered`() throws {
        try Self.run { client, server, origin in
            var answers = 0
            for _ in 0..<100 {
                client.request(.get, origin + "/hello") { if case .success = $0 { answers += 1 } }
            }
            await client.loop.waitUntil { answers == 100 }
            #expect(server.counters.connections == client.options.maxConnectionsPerOrigin)
        }
    }

    @Test func `more than may wait are refused`() throws {
        var options = HTTPClientOptions()
        options.maxConnectionsPerOrigin = 1
        options.maxWaitingRequests = 2
        try Self.run(options) { client, _, origin in
            var refused = 0
            var answered = 0
            for _ in 0..<5 {
                client.request(.get, origin + "/hello") { result in
                    switch result {
                    case .success: answered += 1
                    case .failure(let error): if error == .tooManyRequests { refused += 1 }
                    }
                }
            }
            #expect(refused == 0)
            await client.loop.waitUntil { answered + refused == 5 }
            #expect(answered == 3)
        }
    }

    @Test func `a kept connection is closed when its time is over`() throws {
        var options = HTTPClientOptions()
        options.idleTimeout = 50
        try Self.run(options) { client, server, origin in
            _ = try await client.request(.get, origin + "/hello")
            #expect(server.liveConnections == 1)
            await client.loop.waitUntil { server.liveConnections == 0 }
        }
    }

    @Test func `a kept connection that has ended costs a second try, once, and only where that is safe`() throws {
        try onLoopTask { loop in
            var requests = 0
            let server = try ScriptedServer(on: loop) { peer in
                func serve() {
                    peer.whenRequested { peer, _ in
                        requests += 1
                        // The second request on a connection is never answered.
                        peer.whenRequested { peer, _ in
                            requests += 1
                            peer.close()
                        }
                        peer.answer(200, "first")
                    }
                }
                serve()
            }
            let client = HTTPClient(on: loop)
            let url = "http://127.0.0.1:\(server.port)/"
            #expect(try await client.request(.get, url).text == "first")
            #expect(try await client.request(.get, url).text == "first")
            #expect(server.peers.count == 2)
            #expect(requests == 3)
            await #expect(throws: HTTPClientError.endedEarly) { _ = try await client.request(.post, url) }
            #expect(requests == 4)
            client.close()
            server.close()
        }
    }

    @Test func `bytes that nobody asked for end the connection`() throws {
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop) { peer in
                peer.whenRequested { peer, _ in
                    peer.answer(200, "asked")
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnot!")
                }
            }
            let client = HTTPClient(on: loop)
            let url = "http://127.0.0.1:\(server.port)/"
            for _ in 0..<3 { #expect(try await client.request(.get, url).text == "asked") }
            #expect(server.peers.count == 3)
            client.close()
            server.close()
        }
    }

    @Test func `a name with several addresses is tried until one takes the connection`() throws {
        try onLoopTask { loop in
            let server = try ScriptedServer(on: loop, host: "127.0.0.1") { peer in
                peer.whenRequested { peer, head in peer.answer(200, ScriptedPeer.header("host", of: head) ?? "") }
            }
            let client = HTTPClient(on: loop)
            let answer = try await client.request(.get, "http://localhost:\(server.port)/")
            #expect(answer.text == "localhost:\(server.port)")
            client.close()
            server.close()
        }
    }

    @Test func `a server on a unix socket is reached`() throws {
        try onLoopTask { loop in
            let path = "/tmp/http-client-test-\(EventLoop.wallClock).sock"
            let server = HTTPServer(on: loop)
            server.router.get("/x") { $0.send("over a path") }
            try server.listen(unix: path)
            let client = HTTPClient(on: loop)
            let url = "http+unix://\(path.replacing("/", with: "%2F"))/x"
            #expect(try await client.request(.get, url).text == "over a path")
            client.close()
            server.close()
        }
    }

    // MARK: Faults

    private static let badAnswers: [(String, HTTPClientError)] = [
        ("", .endedEarly), ("HTTP/1.1 200 OK\r\n", .endedEarly),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", .endedEarly), ("SSH-2.0-x\r\n", .badAnswer(.badVersion)),
        ("HTTP/1.1 99 x\r\n\r\n", .badAnswer(.badStartLine)),
        ("HTTP/1.1 200 OK\r\nbad field\r\n\r\n", .badAnswer(.badField)),
        ("HTTP/1.1 101 x\r\n\r\n", .badAnswer(.badStartLine)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz", .badAnswer(.badChunk)),
        (String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 9), .badAnswer(.badStartLine)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", .badCoding),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: br\r\n\r\nabc", .badCoding),
    ]

    @Test(arguments: badAnswers.indices)
    func `a bad answer is an error and nothing else`(index: Int) throws {
        let (text, error) = Self.badAnswers[index]
        #expect(try Self.error(of: text) == error)
    }

    @Test func `an answer beyond the limits is an error`() throws {
        var options = HTTPClientOptions()
        options.maxBodyBytes = 10
        options.maxHeadBytes = 200
        options.maxFields = 3
        let body = String(repeating: "x", count: 11)
        #expect(try Self.error(of: "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n\(body)", options) == .bodyTooLarge)
        #expect(try Self.error(of: "HTTP/1.1 200 OK\r\n\r\n\(body)", options) == .bodyTooLarge)
        let long = "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 300))\r\n\r\n"
        #expect(try Self.error(of: long, options) == .badAnswer(.headTooLarge))
        let many = "HTTP/1.1 200 OK\r\n\(String(repeating: "X: y\r\n", count: 4))\r\n"
        #expect(try Self.error(of: many, options) == .badAnswer(.tooManyFields))
    }

    @Test func `an answer that does not come, or not to its end, is late`() throws {
        var options = HTTPClientOptions()
        options.timeout = 100
        for text in ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"] {
            let result = try Self.answer(to: [Array(text.utf8)], options, ends: false)
            guard case .failure(.timedOut)? = result else {
                Issue.record("\(String(describing: result))")
                continue
            }
        }
    }

    @Test func `what cannot be sent is refused before it is`() throws {
        try Self.run { client, server, origin in
            let cases: [(String, [(String, String)], HTTPClientError)] = [
                ("ws://a/", [], .badURL("badScheme")), ("nonsense", [], .badURL("badScheme")),
                (origin, [("X", "a\r\nY: b")], .unsafeField), (origin, [("a b", "c")], .unsafeField),
                (origin, [("Content-Length", "1")], .unsafeField), (origin, [("HOST", "b")], .unsafeField),
                ("https://127.0.0.1:1/", [], .noEncryption),
                ("http://127.0.0.1:1/", [], .unreachable(.connectionRefused)),
            ]
            for (url, headers, error) in cases {
                await #expect(throws: error) { _ = try await client.request(.get, url, headers: headers) }
            }
            #expect(server.counters.requests == 0)
        }
    }

    // MARK: Giving up

    @Test func `a cancelled request is told so, after the call, and its connection is closed`() throws {
        try Self.run { client, server, origin in
            server.router.get("/never") { $0.onAbort = {} }
            var result: Result<HTTPClientAnswer, HTTPClientError>?
            let call = client.request(.get, origin + "/never") { result = $0 }
            await client.loop.waitUntil { server.counters.requests == 1 }
            call?.cancel()
            #expect(result == nil)
            await client.loop.waitUntil { result != nil }
            #expect(throws: HTTPClientError.cancelled) { _ = try result?.get() }
            await client.loop.waitUntil { server.liveConnections == 0 }
            call?.cancel()
        }
    }

    @Test func `a cancelled task gives its request up`() throws {
        try Self.run { client, server, origin in
            server.router.get("/never") { $0.onAbort = {} }
            var error: HTTPClientError?
            client.loop.spawn {
                withUnsafeCurrentTask { $0?.cancel() }
                do throws(HTTPClientError) {
                    _ = try await client.request(.get, origin + "/never")
                } catch let caught {
                    error = caught
                }
            }
            await client.loop.waitUntil { error != nil }
            #expect(error == .cancelled)
        }
    }

    @Test func `closing the client gives every request up`() throws {
        var options = HTTPClientOptions()
        options.maxConnectionsPerOrigin = 1
        try Self.run(options) { client, server, origin in
            server.router.get("/never") { $0.onAbort = {} }
            var errors: [HTTPClientError] = []
            for _ in 0..<3 {
                client.request(.get, origin + "/never") { if case .failure(let error) = $0 { errors.append(error) } }
            }
            await client.loop.waitUntil { server.counters.requests == 1 }
            client.close()
            client.request(.get, origin + "/hello") { if case .failure(let error) = $0 { errors.append(error) } }
            #expect(errors == [])
            await client.loop.waitUntil { errors.count == 4 }
            #expect(errors.allSatisfy { $0 == .cancelled })
        }
    }

    @Test func `nothing is left of a thousand requests`() throws {
        try Self.run { client, server, origin in
            weak var weakClient: HTTPClient?
            for round in 0..<250 {
                let other = HTTPClient(on: client.loop)
                weakClient = other
                for path in ["/hello", "/nowhere", "/long"] { _ = try await other.request(.get, origin + path) }
                let call = other.request(.get, origin + "/hello") { _ in }
                if round.isMultiple(of: 2) { call?.cancel() }
                other.close()
            }
            await client.loop.waitUntil { server.liveConnections == 0 && weakClient == nil }
            await client.loop.waitUntil { client.loop.timeouts.count == 0 && client.loop.liveHandles <= 2 }
        }
    }
}
