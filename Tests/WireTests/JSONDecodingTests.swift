import Testing

@testable import Wire

private struct Author: Codable, Equatable {
    var name: String
    var tags: [String]
}

private struct Message: Codable, Equatable {
    var author: Author
    var text: String?
    var score: Double
    var picture: [UInt8]
    var marks: [Author]
    var more: [String: Int]
    var any: JSON
}

private struct Tree: Decodable {
    var children: [Tree]
}

/// Keeps its decoder beyond the call, as no type should.
private struct Keeper: Decodable {
    let decoder: any Decoder
    let members: KeyedDecodingContainer<JSONKey>

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: JSONKey.self)
        self.decoder = decoder
        self.members = members
    }
}

@Suite struct JSONDecodingTests {
    private func decode<T: Decodable>(_ text: String, as type: T.Type = T.self) throws -> T {
        let bytes = Array(text.utf8)
        return try JSON.decode(type, from: bytes.span.bytes)
    }

    /// The same from a tape that takes any depth.
    private func decodeUnlimited<T: Decodable>(_ text: String, as type: T.Type) throws -> T {
        var limits = JSONLimits()
        limits.maxDepth = .max
        var tape = JSONTape(limits: limits)
        let bytes = Array(text.utf8)
        try tape.parse(bytes.span.bytes)
        return try bytes.withUnsafeBytes { try JSONView(of: tape, over: $0).decode(type, at: 0) }
    }

    /// The error in words.
    private func failure<T: Decodable>(_ text: String, as type: T.Type) -> String {
        do {
            return "\(try decode(text, as: type))"
        } catch JSONDecodingError.syntax(let error) {
            return "syntax \(error)"
        } catch JSONDecodingError.mismatch(let expected, let path) {
            return "\(expected) at \(path)"
        } catch JSONDecodingError.missing(let path) {
            return "missing \(path)"
        } catch {
            return "refused"
        }
    }

    @Test func `a Codable type comes back as it went`() throws {
        let message = Message(
            author: Author(name: "Ada", tags: ["x", "y"]),
            score: 1.5,
            picture: [1, 2, 255],
            marks: [Author(name: "", tags: [])],
            more: ["k": 3],
            any: ["z": [1, nil]]
        )
        let bytes = try JSON.utf8Text(of: message)
        #expect(try JSON.decode(Message.self, from: bytes.span.bytes) == message)
        #expect(try JSON(encoding: message).decode(as: Message.self) == message)
        #expect(try JSON(encoding: message)["picture"] == .binary([1, 2, 255]))
        let likeBytes: JSON = ["bytes": .binary([1]), "other": ["_placeholder": true, "num": 0]]
        #expect(try JSON(encoding: likeBytes) == likeBytes)
        #expect(try likeBytes.decode(as: [String: JSON].self)["other"] == likeBytes["other"])
    }

    @Test func `common types need no Codable`() throws {
        #expect(try decode("\"a\"", as: String.self) == "a")
        #expect(try decode("[\"a\",\"b\"]", as: [String].self) == ["a", "b"])
        #expect(try decode("[1,2.0]", as: [Int].self) == [1, 2])
        #expect(try decode("[1,2.5]", as: [Double].self) == [1, 2.5])
        #expect(try decode("[0,255]", as: [UInt8].self) == [0, 255])
        #expect(try decode("[null,[]]", as: [JSON].self) == [nil, []])
        #expect(try decode("{\"a\":1}", as: JSONObject.self) == ["a": 1])
        #expect(try decode("null", as: Int?.self) == nil)
        #expect(try decode("5", as: Int?.self) == 5)
        #expect(try decode("[1,null]", as: [Int?].self) == [1, nil])
        #expect(try decode("0.1", as: Float.self) == 0.1)
        #expect(try decode("-5", as: Int16.self) == -5)
    }

    @Test func `numbers out of range are errors and never traps`() {
        #expect(failure("300", as: UInt8.self) == "UInt8 at ")
        #expect(failure("-1", as: UInt.self) == "UInt at ")
        #expect(failure("9223372036854775808", as: Int.self) == "Int at ")
        #expect(failure("1.5", as: Int.self) == "Int at ")
        #expect(failure("1e999", as: Double.self) == "Double at ")
        #expect(failure("1e300", as: Float.self) == "Float at ")
        #expect(failure("[1,256]", as: [UInt8].self) == "Array<UInt8> at ")
        #expect(failure("{\"n\":1e30}", as: [String: Int32].self) == "Int32 at n")
    }

    @Test func `an error says where it is`() {
        let text = #"{"author":{"name":"A","tags":[]},"score":1,"picture":[],"marks":[{"name":1}],"more":{},"any":0}"#
        #expect(failure(text, as: Message.self) == "String at marks[0].name")
        #expect(failure(#"{"author":{"tags":[]}}"#, as: Message.self) == "missing author.name")
        #expect(failure("[[1],[2,\"x\"]]", as: [[Int32]].self) == "Int32 at [1][1]")
        #expect(failure("{}", as: [Int32].self) == "Array<JSON> at ")
        #expect(failure("[", as: Int.self) == "syntax unexpectedEnd")
    }

    @Test func `large objects are decoded in one pass`() throws {
        let text = "{" + (0..<20_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + ",\"k7\":-1}"
        let decoded = try decode(text, as: [String: Int].self)
        #expect(decoded.count == 20_000 && decoded["k19999"] == 19_999 && decoded["k7"] == -1)
    }

    @Test func `a type that nests itself is stopped before the stack ends`() throws {
        let depth = 2_000
        let text = String(repeating: "{\"children\":[", count: depth) + String(repeating: "]}", count: depth)
        #expect(throws: JSONDecodingError.self) { try decodeUnlimited(text, as: Tree.self) }
        #expect(try decode("{\"children\":[{\"children\":[]}]}", as: Tree.self).children.count == 1)
    }

    @Test func `a decoder that was kept too long refuses`() throws {
        let keeper = try decode("{\"a\":1}", as: Keeper.self)
        #expect(throws: DecodingError.self) { try keeper.decoder.singleValueContainer().decode(Int.self) }
        #expect(throws: DecodingError.self) { try keeper.decoder.unkeyedContainer() }
        #expect(throws: DecodingError.self) { try keeper.members.decode(Int.self, forKey: JSONKey(name: "a")) }
        #expect(keeper.members.allKeys.isEmpty && keeper.decoder.codingPath.isEmpty)
    }
}
