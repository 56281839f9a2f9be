import TestSupport
import Testing
import UVLoop
import Wire

@testable import UVHTTP

@Suite struct BodyParsersTests {
    /// What a route behind the parsers finds in `body`, or the status with which they refused.
    private func parse(_ parser: Middleware, _ type: String, _ body: String, _ fields: [String] = []) throws -> String {
        let (status, text) = try ask("POST /", ["Content-Type: \(type)"] + fields, body: body) { app in
            app.use(parser)
            app.post("/") { $0.send($0.body?.text ?? "none") }
        }
        return status == 200 ? text : "\(status)"
    }

    @Test(arguments: [
        (#"{"a":[1,null]}"#, #"{"a":[1,null]}"#), (" \r\n[1]", "[1]"), (#"{"a":1,"a":2}"#, #"{"a":2}"#),
        ("1", "400"), ("\"a\"", "400"), ("{", "400"), ("{}x", "400"), ("{'a':1}", "400"), ("\u{FEFF}{}", "400"),
    ])
    func `a JSON body`(body: String, result: String) throws {
        #expect(try parse(.json(), "application/json", body) == result)
    }

    @Test func `types, charsets and encodings of JSON`() throws {
        #expect(try parse(.json(), "Application/JSON; charset=UTF-8", "[]") == "[]")
        #expect(try parse(.json(), "text/plain", "[]") == "none")
        #expect(try parse(.json(), "application/json; charset=latin1", "[]") == "415")
        #expect(try parse(.json(), "application/json", "[]", ["Content-Encoding: br"]) == "415")
        #expect(try parse(.json(), "application/json", "[]", ["Content-Encoding: Identity"]) == "[]")
        #expect(try parse(.json(strict: false), "application/json", "1") == "1")
        #expect(try parse(.json(), "application/json", "", ["Content-Length: 0"]) == "{}")
        #expect(try parse(.json(), "application/json", "") == "none")
    }

    @Test func `the limit is Express's`() throws {
        let exact = "[" + String(repeating: " ", count: 102_398) + "]"
        #expect(try parse(.json(), "application/json", exact) == "[]")
        #expect(try parse(.json(), "application/json", exact + " ") == "413")
        #expect(try parse(.json(limit: 2), "application/json", "[]") == "[]")
        #expect(try parse(.json(limit: 2), "application/json", "[ ]") == "413")
    }

    @Test func `a form body`() throws {
        let form = "application/x-www-form-urlencoded"
        #expect(try parse(.urlencoded(), form, "a=1&b[c]=x+y&a=2") == #"{"a":["1","2"],"b[c]":"x y"}"#)
        #expect(try parse(.urlencoded(extended: true), form, "a=1&b[c][]=x") == #"{"a":"1","b":{"c":["x"]}}"#)
        #expect(try parse(.urlencoded(parameterLimit: 2), form, "a&b&c") == "413")
        let deep = "a" + String(repeating: "[x]", count: 33) + "=1"
        #expect(try parse(.urlencoded(extended: true), form, deep) == "400")
        #expect(try parse(.urlencoded(), form + "; charset=utf-16", "a=1") == "415")
        #expect(try parse(.urlencoded(), "application/json", "[]") == "none")
    }

    @Test func `compressed bodies are inflated within the limit`() throws {
        let text = "{\"a\":\"" + String(repeating: "x", count: 2_000) + "\"}"
        for coding in ContentCoding.allCases {
            let body = try #require(SharedZlib().compress(Array(text.utf8), as: coding))
            func status(_ body: [UInt8], limit: Int = 102_400) throws -> String {
                var request = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                request += "Content-Encoding: \(coding.rawValue)\r\nContent-Length: \(body.count)\r\n\r\n"
                let answer = try answer(to: Array(request.utf8) + body) { app in
                    app.use(.json(limit: limit))
                    app.post("/") { $0.sendStatus($0.body?.text == text ? 200 : 500) }
                }
                return String(answer.dropFirst(9).prefix(3))
            }
            #expect(try status(body) == "200")
            #expect(try status(body, limit: text.utf8.count) == "200")
            #expect(try status(body, limit: text.utf8.count - 1) == "413")
            #expect(try status(Array(body.dropLast(3))) == "400")
            #expect(try status(Array(text.utf8)) == "400")
        }
    }

    @Test func `the first parser that takes a body keeps it`() throws {
        let (status, text) = try ask("POST /", ["Content-Type: application/json"], body: "[1]") { app in
            app.use(.json())
            app.use(.json(limit: 1))
            app.use(.urlencoded())
            app.post("/") { $0.send($0.body?.text ?? "none") }
        }
        #expect((status, text) == (200, "[1]"))
    }
}
