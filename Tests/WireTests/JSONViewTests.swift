import Testing

@testable import Wire

@Suite struct JSONViewTests {
    /// Shows the view of a text to `body`.
    private func view<R>(_ text: String, from start: Int = 0, _ body: (JSONView, [UInt8]) throws -> R) throws -> R {
        let bytes = Array(text.utf8)
        var tape = JSONTape()
        try tape.parse(bytes.span.bytes, from: start)
        return try bytes.withUnsafeBytes { try body(JSONView(of: tape, over: $0), bytes) }
    }

    @Test func `children are found without touching what is inside of them`() throws {
        try view(#"["e",[1,[2]],{"a":[3],"b":{"c":4}},5]"#) { view, _ in
            let elements = Array(view.elements(of: 0))
            #expect(elements.map(view.kind(at:)) == [.string, .array, .object, .integer])
            #expect(view.elements(of: elements[2]).map { view.string(at: $0) } == ["a", "b"])
            #expect(
                view.member("b", of: elements[2]).flatMap { view.member("c", of: $0) }.flatMap { view.integer(at: $0) }
                    == 4
            )
            #expect(view.member("c", of: elements[2]) == nil)
            #expect(view.member("a", of: elements[1]) == nil)
            #expect(Array(view.elements(of: elements[0])).isEmpty)
        }
    }

    @Test func `the raw text of a value and of all that follow can be spliced`() throws {
        try view(#"12 [ "e" , {"a": 1} ,  [2] ] "#, from: 2) { view, bytes in
            func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            #expect(text(view.rawRange(of: 0)) == #"[ "e" , {"a": 1} ,  [2] ]"#)
            #expect(text(view.rawRange(of: 1)) == #""e""#)
            #expect(text(view.rawRange(from: 2)) == #"{"a": 1} ,  [2] "#)
            #expect(view.rawRange(from: view.count).isEmpty)
            #expect(view.withRawBytes(of: 2) { $0.byteCount } == 8)
        }
    }

    @Test func `strings are compared where they lie, escapes resolved`() throws {
        try view(#"["chat message","caf\u00e9","","12345678",7,"a\u0000b"]"#) { view, _ in
            let expected = ["chat message", "café", "", "12345678", nil, "a\0b"]
            for (token, text) in zip(view.elements(of: 0), expected) {
                #expect(view.string(at: token) == text)
                #expect(view.string(at: token, equals: text ?? "7") == (text != nil))
                #expect(!view.string(at: token, equals: "chat messagf"))
                #expect(!view.string(at: token, equals: "12345679"))
                let count = view.withStringBytes(at: token) { $0.byteCount }
                #expect(count == (text ?? "7").utf8.count)
            }
            #expect(view.string(at: 1, equals: "chat message" as StaticString))
            #expect(!view.string(at: 1, equals: "chat" as StaticString))
        }
    }

    @Test func `the last of several members of a name counts`() throws {
        try view(#"{"a":1,"b":2,"\u0061":3}"#) { view, _ in
            #expect(view.member("a", of: 0).flatMap { view.integer(at: $0) } == 3)
        }
    }

    @Test func `a token that is not on the tape is null`() throws {
        try view("[1]") { view, _ in
            for token in [-1, 2, 100, .max] {
                #expect(view.kind(at: token) == .null)
                let value = try view.value(at: token)
                #expect(value == .null)
                #expect(view.string(at: token) == nil)
                #expect(view.rawRange(of: token).isEmpty)
            }
        }
    }

    @Test func `integers are exact or nothing`() throws {
        try view("[127,128,-128,-129,255,256,1.0,1.5,1e2,1e400,18446744073709551615,18446744073709551616,-1]") {
            view,
            _ in
            let tokens = Array(view.elements(of: 0))
            #expect(
                tokens.map { view.integer(at: $0, as: Int8.self) } == [
                    127, nil, -128, nil, nil, nil, 1, nil, 100, nil, nil, nil, -1,
                ]
            )
            #expect(
                tokens.map { view.integer(at: $0, as: UInt8.self) } == [
                    127, 128, nil, nil, 255, nil, 1, nil, 100, nil, nil, nil, nil,
                ]
            )
            #expect(view.integer(at: tokens[10], as: UInt64.self) == .max)
            #expect(view.integer(at: tokens[11], as: UInt64.self) == nil)
            #expect(view.double(at: tokens[11]) == 18_446_744_073_709_551_616)
            #expect(view.double(at: tokens[9]) == nil)
        }
    }

    @Test func `a value that is nested too deep is refused, not built`() throws {
        var limits = JSONLimits()
        limits.maxDepth = .max
        var tape = JSONTape(limits: limits)
        let deep =
            Array(String(repeating: "[", count: 100_000).utf8) + Array(String(repeating: "]", count: 100_000).utf8)
        try tape.parse(deep.span.bytes)
        try deep.withUnsafeBytes { (bytes) throws in
            let view = JSONView(of: tape, over: bytes)
            #expect(throws: JSONError.tooDeep(at: 512)) { try view.value(at: 0) }
            let inside = try view.value(at: 100_000 - 512)
            #expect(inside.array?.count == 1)
        }
    }
}
