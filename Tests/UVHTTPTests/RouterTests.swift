import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

/// The status and the body of what is answered to one request on a connection of its own.
func ask(_ line: String, _ fields: [String] = [], body: String = "", with setUp: (HTTPServer) -> Void) throws -> (
    Int, String
) {
    let text = try askWhole(line, fields, body: body, with: setUp)
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
    let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (status ?? 0, parts.count == 2 ? String(parts[1]) : "")
}

/// The whole answer to one request on a connection of its own.
func askWhole(_ line: String, _ fields: [String] = [], body: String = "", with setUp: (HTTPServer) -> Void) throws
    -> String
{
    var request = "\(line) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    for field in fields { request += field + "\r\n" }
    if !body.isEmpty { request += "Content-Length: \(body.utf8.count)\r\n" }
    return try answer(to: request + "\r\n" + body, HTTPOptions(), setUp)
}

@Suite struct RouterTests {
    struct Refusal: Error {}

    @Test func `a route answers its method and path`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.get("/") { exchange in exchange.send("root") }
            app.get("/users/:id") { exchange in exchange.send("user \(exchange.params["id"] ?? "-")") }
            app.post("/users") { exchange in exchange.status(201).send("made") }
            app.all("/any") { exchange in exchange.send(exchange.method) }
        }
        #expect(try ask("GET /", with: routes) == (200, "root"))
        #expect(try ask("GET /users/7?x=1", with: routes) == (200, "user 7"))
        #expect(try ask("GET /USERS/%C3%A4%2Fb/", with: routes) == (200, "user ä/b"))
        #expect(try ask("POST /users", with: routes) == (201, "made"))
        #expect(try ask("DELETE /any", with: routes) == (200, "DELETE"))
        #expect(try ask("GET /users/%zz", with: routes).0 == 400)
    }

    @Test func `HEAD is answered by the route for GET without its body`() throws {
        let text = try askWhole("HEAD /") { app in app.get("/") { $0.send("four") } }
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.contains("Content-Length: 4\r\n"))
        #expect(text.hasSuffix("\r\n\r\n"))
    }

    @Test func `what nobody takes is answered by a page that cannot be made to run anything`() throws {
        let text = try askWhole("GET /a%3Cscript%3E'&b") { app in app.get("/other") { $0.send("") } }
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(text.contains("Content-Security-Policy: default-src 'none'\r\n"))
        #expect(text.contains("<pre>Cannot GET /a%3Cscript%3E&#39;&amp;b</pre>"))
    }

    @Test func `a path with other methods says which`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.get("/x") { $0.send("") }
            app.put("/x") { $0.send("") }
        }
        let refused = try askWhole("DELETE /x", with: routes)
        #expect(refused.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(refused.contains("Allow: GET, HEAD, PUT\r\n"))
        let asked = try askWhole("OPTIONS /x", with: routes)
        #expect(asked.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(asked.contains("Allow: GET, HEAD, PUT\r\n"))
        #expect(try ask("OPTIONS /y", with: routes).0 == 404)
    }

    @Test func `middleware runs in order and only below its prefix`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.use { exchange, next in
                exchange.addHeader("X-Step", "one")
                next()
            }
            app.use("/admin") { exchange, next in
                exchange.addHeader("X-Step", exchange.pathBelowMount)
                next()
            }
            app.all("*") { $0.send($0.params["*"] ?? "") }
        }
        let below = try askWhole("GET /Admin/a/b/", with: routes)
        #expect(below.contains("X-Step: one\r\nX-Step: /a/b/\r\n"))
        #expect(below.hasSuffix("\r\n\r\nAdmin/a/b"))
        #expect(try !askWhole("GET /administrator", with: routes).contains("X-Step: /"))
    }

    @Test func `middleware may go on later, once, or not at all`() throws {
        var served = 0
        let (status, text) = try ask("GET /") { app in
            app.use { exchange, next in
                exchange.loop.nextTurn {
                    next()
                    next()
                }
            }
            app.get("/") { exchange in
                served += 1
                exchange.loop.nextTurn { exchange.send("late") }
            }
        }
        #expect((status, text) == (200, "late"))
        #expect(served == 1)
        #expect(
            try ask("GET /") { app in
                app.use { exchange, _ in exchange.sendStatus(403) }
                app.get("/") { $0.send("never") }
            } == (403, "Forbidden")
        )
    }

    @Test func `an error of a handler is contained`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.loop.log = { _, _ in }
            app.get("/unknown") { _ in throw Refusal() }
            app.get("/known") { _ in throw StatusError(418, "<short> and stout") }
            app.get("/next", { _ in })
            app.use("/later") { _, next in next(StatusError(503)) }
        }
        #expect(try ask("GET /unknown", with: routes) == (500, "Internal Server Error"))
        let (status, page) = try ask("GET /known", with: routes)
        #expect(status == 418)
        #expect(page.contains("<pre>&lt;short&gt; and stout</pre>"))
        #expect(try ask("GET /later", with: routes).0 == 503)
    }

    @Test func `a program may answer for its handlers' errors`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.get("/") { _ in throw Refusal() }
            app.onError { error, exchange in exchange.status(502).send("\(error)") }
        }
        #expect(try ask("GET /", with: routes) == (502, "Refusal()"))
    }

    @Test func `a mounted router begins behind its prefix and shares parameters and errors`() throws {
        let routes: (HTTPServer) -> Void = { app in
            app.loop.log = { _, _ in }
            let users = Router()
            users.get("/") { $0.send("all of \($0.params["group"] ?? "")") }
            users.get("/:id") { $0.send("\($0.params["id"] ?? "") of \($0.params["group"] ?? "")") }
            users.post("/:id") { _ in throw StatusError(409) }
            app.use("/groups/:group/users", users)
            app.get("/groups/a/users/after/more") { $0.send("outer") }
        }
        #expect(try ask("GET /groups/a/users", with: routes) == (200, "all of a"))
        #expect(try ask("GET /groups/a/users/7", with: routes) == (200, "7 of a"))
        #expect(try ask("POST /groups/a/users/7", with: routes).0 == 409)
        #expect(try ask("GET /groups/a/users/after/more", with: routes) == (200, "outer"))
        #expect(try ask("PUT /groups/a/users/7", with: routes).0 == 405)
    }

    @Test func `a handler may await, and what it throws is contained`() async throws {
        let results = try await onThread {
            let routes: (HTTPServer) -> Void = { app in
                app.loop.log = { _, _ in }
                app.use { exchange, next in
                    await Task.yield()
                    exchange.setHeader("X-Awaited", "yes")
                    next()
                }
                app.get("/") { exchange in
                    await Task.yield()
                    exchange.send(exchange.loop.isCurrent ? "on the loop" : "elsewhere")
                }
                app.get("/fails") { _ in
                    await Task.yield()
                    throw StatusError(409)
                }
            }
            return (
                try ask("GET /", with: routes), try ask("GET /fails", with: routes).0,
                try askWhole("GET /", with: routes)
            )
        }
        #expect(results.0 == (200, "on the loop"))
        #expect(results.1 == 409)
        #expect(results.2.contains("X-Awaited: yes\r\n"))
    }
}

@Suite struct ExchangeExpressTests {
    @Test func `the query is parsed flat`() throws {
        var query: JSON = nil
        _ = try ask("GET /?a=1&b=x+y&a=2&c[d]=%C3%A4") { app in
            app.get("/") { exchange in
                query = exchange.query
                exchange.send("")
            }
        }
        #expect(query == ["a": ["1", "2"], "b": "x y", "c[d]": "ä"])
    }

    @Test func `values are answered as JSON`() throws {
        struct Answer: Encodable { var ok = true, items = [1, 2] }
        let text = try askWhole("GET /") { app in app.get("/") { $0.status(201).json(Answer()) } }
        #expect(text.hasPrefix("HTTP/1.1 201 Created\r\n"))
        #expect(text.contains("Content-Type: application/json; charset=utf-8\r\n"))
        #expect(text.hasSuffix("\r\n\r\n{\"ok\":true,\"items\":[1,2]}"))
        let literal = try ask("GET /") { app in app.get("/") { $0.json(["a": 1, "b": [true, nil]]) } }
        #expect(literal == (200, "{\"a\":1,\"b\":[true,null]}"))
    }

    @Test func `a redirect cannot add fields`() throws {
        let text = try askWhole("GET /") { app in
            app.get("/") { $0.redirect("/ä?x=1\r\nSet-Cookie: a=b", status: 303) }
        }
        #expect(text.hasPrefix("HTTP/1.1 303 See Other\r\n"))
        #expect(text.contains("Location: /%C3%A4?x=1%0D%0ASet-Cookie:%20a=b\r\n"))
        #expect(!text.contains("\nSet-Cookie"))
    }

    @Test func `a type may be short`() throws {
        let text = try askWhole("GET /") { app in app.get("/") { $0.type("html").send("<p>") } }
        #expect(text.contains("Content-Type: text/html; charset=utf-8\r\n"))
    }
}
