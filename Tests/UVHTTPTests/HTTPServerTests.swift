import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct HTTPServerTests {
    @Test func `a mounted service answers over a socket`() throws {
        let text = try answer(to: "GET /hello?x=1 HTTP/1.1\r\nHost: a\r\n\r\n", until: "hello") { server in
            server.mount("/hello") { exchange in
                exchange.setHeader("X-Query", exchange.queryString ?? "")
                exchange.send("hello")
            }
        }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("\r\nX-Query: x=1\r\n"))
        #expect(text.hasSuffix("\r\nContent-Length: 5\r\n\r\nhello"))
    }

    @Test func `a path that nobody has mounted is not found`() throws {
        let text = try answer(to: "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n", until: "Not Found")
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }
}
