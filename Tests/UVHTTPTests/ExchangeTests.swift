import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct ExchangeTests {
    @Test func `what the client said can be asked for`() throws {
        var seen: [String?] = []
        let request = "PUT /a%20b/c?q=%20 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n"
        _ = try answer(to: request, until: "\r\n\r\n") { server in
            server.fallback = { exchange in
                seen = [exchange.method, exchange.path, exchange.target, exchange.queryString]
                seen += exchange.headers.all("X-A") + [exchange.remoteAddress?.host, "\(exchange.isSecure)"]
                exchange.send([])
            }
        }
        #expect(seen == ["PUT", "/a b/c", "/a%20b/c?q=%20", "q=%20", "1", "2", "127.0.0.1", "false"])
    }

    // MARK: - Bodies

    /// The result of reading a body of which `sent` is on the way, and the answer to it.
    private func read(_ framing: String, _ sent: String, limit: Int) throws -> (HTTPError?, [UInt8]?, String) {
        var (failure, body): (HTTPError?, [UInt8]?)
        let text = try answer(to: "POST / HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\(sent)", until: "\r\n\r\n") { server in
            server.fallback = { exchange in
                exchange.readBody(limit: limit) { result in
                    do throws(HTTPError) { body = try result.get() } catch { failure = error }
                    if failure == nil { exchange.send([]) }
                }
            }
        }
        return (failure, body, text)
    }

    @Test(arguments: [
        ("Content-Length: 10\r\n", "0123456789"),
        ("Transfer-Encoding: chunked\r\n", "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"),
    ])
    func `a body of exactly the limit is taken, one byte more is not`(framing: String, sent: String) throws {
        let (failure, body, _) = try read(framing, sent, limit: 10)
        #expect(failure == nil)
        #expect(body == Array("0123456789".utf8))
        let (tooLarge, none, text) = try read(framing, sent, limit: 9)
        #expect(tooLarge == .bodyTooLarge)
        #expect(none == nil)
        #expect(text.hasPrefix("HTTP/1.1 413 Payload Too Large\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test func `a declared body beyond the limit is refused before it comes`() throws {
        let (failure, _, text) = try read("Content-Length: 11\r\n", "", limit: 10)
        #expect(failure == .bodyTooLarge)
        #expect(text.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `a handler may answer a failed body itself`() throws {
        let text = try answer(to: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n") { server in
            server.fallback = { exchange in
                exchange.readBody(limit: 10) { _ in exchange.send("no, thank you") }
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test func `a body may be asked for long after it has come`() throws {
        let text = try answer(to: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", until: "hello") {
            server in
            server.fallback = { exchange in
                func later(_ turns: Int) {
                    if turns > 0 { return server.loop.nextTurn { later(turns - 1) } }
                    exchange.readBody { exchange.send((try? $0.get()) ?? []) }
                }
                later(5)
            }
        }
        #expect(text.hasSuffix("\r\n\r\nhello"))
    }

    @Test func `a short body that nobody reads does not cost the connection`() throws {
        let requests = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhelloGET /2 HTTP/1.1\r\nHost: x\r\n\r\n"
        let text = try answer(to: requests, until: "/2") { server in
            server.fallback = { $0.send($0.path) }
        }
        #expect(text.contains("\r\n\r\n/1HTTP/1.1 200 OK\r\n"))
        #expect(!text.contains("Connection: close"))
    }

    @Test func `a long body that nobody reads does`() throws {
        let text = try answer(to: "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\nhello") { server in
            server.fallback = { $0.send($0.path) }
        }
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    @Test func `chunks without end that nobody reads are not read for ever`() throws {
        var closed = false
        try withServer { server, port in
            let client = try RawClient(on: server.loop, port: port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
            client.send(String(repeating: chunk, count: 32))
            client.whenEnded { _ in
                closed = true
                server.close()
            }
        }
        #expect(closed)
    }

    @Test func `a broken chunk is answered by the handler's error and the end`() throws {
        let (failure, _, text) = try read("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n", limit: 10)
        #expect(failure == .badChunk)
        #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func `a client that waits for 100 Continue gets it when the body is asked for`() throws {
        var text = ""
        try withServer { server, port in
            server.fallback = { exchange in
                exchange.readBody { exchange.send((try? $0.get()) ?? []) }
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            client.whenReceived("HTTP/1.1 100 Continue\r\n\r\n") { $0.send("hello") }
            client.whenReceived("\r\n\r\nhello") { client in
                text = client.text
                client.close()
                server.close()
            }
        }
        #expect(text.contains("100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    }

    @Test func `a client that waits for 100 Continue in vain loses the connection after its answer`() throws {
        let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
        let text = try answer(to: request)
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(text.contains("\r\nConnection: close\r\n"))
    }

    // MARK: - Clients that go away

    @Test(arguments: [false, true])
    func `a client that goes away is reported to who asked`(halfOnly: Bool) throws {
        var events: [String] = []
        try withServer { server, port in
            server.fallback = { exchange in
                exchange.onAbort = {
                    events.append("aborted \(exchange.isOpen)")
                    exchange.send("too late")
                    server.close()
                }
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send("GET /poll HTTP/1.1\r\nHost: x\r\n\r\n")
            func leave() {
                guard server.counters.requests > 0 else { return server.loop.nextTurn(leave) }
                if halfOnly { client.end() } else { client.close() }
            }
            leave()
        }
        #expect(events == ["aborted false"])
    }

    @Test func `a client that goes away fails the body that was waited for`() throws {
        var failure: HTTPError?
        try withServer { server, port in
            let client = try RawClient(on: server.loop, port: port)
            server.fallback = { exchange in
                exchange.onAbort = { server.close() }
                exchange.readBody { if case .failure(let error) = $0 { failure = error } }
                client.close()
            }
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe")
        }
        #expect(failure == .aborted)
    }

    @Test func `an answered exchange hears nothing of the client's end`() throws {
        var wasAborted = false
        _ = try answer(to: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", until: "done") { server in
            server.fallback = { exchange in
                exchange.onAbort = { wasAborted = true }
                exchange.send("done")
            }
        }
        #expect(!wasAborted)
    }
}
