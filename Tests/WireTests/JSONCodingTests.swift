import Testing

@testable import Wire

private struct Message: Codable, Equatable {
    struct Author: Codable, Equatable {
        var name: String
        var tags: [String]
    }

    var author: Author
    var text: String?
    var score: Double
    var picture: [UInt8]
    var marks: [Author]
    var more: [String: Int]
    var any: JSON
}

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

@Suite struct JSONCodingTests {
    private let message = Message(
        author: .init(name: "Ada", tags: ["x", "y"]),
        text: nil,
        score: 1.5,
        picture: [1, 2, 255],
        marks: [.init(name: "", tags: [])],
        more: ["k": 3],
        any: ["z": [1, nil]]
    )

    @Test func `a Codable type comes back as it went`() throws {
        let bytes = try JSON.encode(message)
        #expect(try JSON.decode(Message.self, from: bytes.span.bytes) == message)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"author":{"name":"Ada","tags":["x","y"]},"score":1.5,"picture":[1,2,255],"#
                + #""marks":[{"name":"","tags":[]}],"more":{"k":3},"any":{"z":[1,null]}}"#
        )
    }

    @Test func `a class writes its superclass in between`() throws {
        let bytes = try JSON.encode(Derived())
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"super":{"a":1},"b":[1,null]}"#)
        #expect(try JSON.decode(Derived.self, from: bytes.span.bytes).b == [1, nil])
    }
}
