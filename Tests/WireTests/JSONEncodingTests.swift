import Testing

@testable import Wire

private class Base: Codable {
    var a = 1
}

private final class Derived: Base {
    var b: [Int?] = [1, nil]

    private enum CodingKeys: CodingKey { case b }

    override init() { super.init() }

    required init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        b = try container.decode([Int?].self, forKey: .b)
        try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try super.encode(to: container.superEncoder())
        try container.encode(b, forKey: .b)
    }
}

/// A value whose encoding is a closure.
private struct Custom: Encodable {
    let body: (any Encoder) throws -> Void

    func encode(to encoder: any Encoder) throws { try body(encoder) }
}

@Suite struct JSONEncodingTests {
    private func text(_ value: some Encodable) throws(JSONEncodingError) -> String {
        String(decoding: try JSON.utf8Text(of: value), as: UTF8.self)
    }

    @Test func `common types and what is made of them`() throws {
        #expect(try text("a\n") == #""a\n""#)
        #expect(try text([1, 2]) == "[1,2]")
        #expect(try text([[1.5], []]) == "[[1.5],[]]")
        #expect(try text(["a": [nil, true]]) == #"{"a":[null,true]}"#)
        #expect(try text(Int?.none) == "null")
        #expect(try text(UInt64.max) == "18446744073709551615")
        #expect(try text([1, 2] as [UInt8]) == "[1,2]")
        #expect(try text(["x": JSON.object(["y": nil])]) == #"{"x":{"y":null}}"#)
        #expect(try text([Double.nan, 1]) == "[null,1]")
        #expect(try text([String]()) == "[]")
    }

    @Test func `a class writes its superclass in between`() throws {
        #expect(try text(Derived()) == #"{"super":{"a":1},"b":[1,null]}"#)
        let bytes = try JSON.utf8Text(of: Derived())
        #expect(try JSON.decode(Derived.self, from: bytes.span.bytes).b == [1, nil])
    }

    @Test func `nested containers close when the outer one goes on`() throws {
        let value = Custom { encoder in
            var list = encoder.unkeyedContainer()
            var object = list.nestedContainer(keyedBy: JSONKey.self)
            var inner = object.nestedUnkeyedContainer(forKey: JSONKey(name: "i"))
            try inner.encode(1)
            try inner.encodeNil()
            try object.encode("x", forKey: JSONKey(name: "s"))
            _ = list.nestedUnkeyedContainer()
            try list.encode(2)
            #expect(list.count == 3)
        }
        #expect(try text(value) == #"[{"i":[1,null],"s":"x"},[],2]"#)
        #expect(try text([value.self]).hasPrefix("[[{"))
    }

    @Test func `a container may be asked for twice`() throws {
        let value = Custom { encoder in
            var first = encoder.container(keyedBy: JSONKey.self)
            try first.encode(1, forKey: JSONKey(name: "a"))
            var second = encoder.container(keyedBy: JSONKey.self)
            try second.encode(2, forKey: JSONKey(name: "b"))
        }
        #expect(try text(value) == #"{"a":1,"b":2}"#)
    }

    @Test func `a type that says nothing is an empty object`() throws {
        struct Empty: Encodable {}
        let silent = Custom { _ in }
        let unused = Custom { encoder in
            var list = encoder.unkeyedContainer()
            _ = list.superEncoder()
            try list.encode(1)
        }
        #expect(try text(Empty()) == "{}")
        #expect(try text([silent, silent].map { $0 }) == "[{},{}]")
        #expect(try text(unused) == "[{},1]")
    }

    @Test func `writing backwards is an error`() {
        let interleaved = Custom { encoder in
            var list = encoder.unkeyedContainer()
            var first = list.nestedUnkeyedContainer()
            try first.encode(1)
            try list.encode(2)
            try first.encode(3)
        }
        let twice = Custom { encoder in
            var single = encoder.singleValueContainer()
            try single.encode(1)
            try single.encode(2)
        }
        let both = Custom { encoder in
            _ = encoder.unkeyedContainer()
            _ = encoder.container(keyedBy: JSONKey.self)
        }
        for value in [interleaved, twice, both] {
            #expect(throws: JSONEncodingError.self) { try text(value) }
        }
    }

    @Test func `an error of the type comes out as it was thrown`() {
        struct Refusal: Error {}
        #expect {
            try text(["a": Custom { _ in throw Refusal() }])
        } throws: { error in
            if case JSONEncodingError.refused(let inner) = error { inner is Refusal } else { false }
        }
    }
}
