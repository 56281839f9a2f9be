import Testing
import Wire

@testable import SocketIO

@Suite struct PacketEncoderTests {
    @Test func `a packet is appended behind what the writer holds`() throws {
        var writer = JSONWriter(appendingTo: Array("4".utf8), binary: .placeholders)
        let bytes: [UInt8] = [1, 2]
        try PacketEncoder(namespace: "/a").event("e", "x", bytes, 3.5, id: 7, offset: "o", into: &writer)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"451-/a,7["e","x",{"_placeholder":true,"num":0},3.5,"o"]"#
        )
        #expect(writer.attachments == [[1, 2]])
    }

    @Test func `an answer has its arguments alone`() throws {
        var writer = JSONWriter(binary: .placeholders)
        try PacketEncoder().acknowledgement(id: 1, into: &writer)
        try PacketEncoder().acknowledgement("a", 2, id: 2, into: &writer)
        PacketEncoder().acknowledgement(arguments: ["a", nil], id: 3, into: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"31[]32["a",2]33["a",null]"#)
    }

    @Test func `a value that cannot be encoded leaves the writer as it was`() {
        struct Refusing: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode([1, 2] as [UInt8])
                throw CancellationError()
            }
        }
        var writer = JSONWriter(appendingTo: Array("4".utf8), binary: .placeholders)
        #expect(throws: JSONEncodingError.self) { try PacketEncoder().event("e", 1, Refusing(), into: &writer) }
        #expect(writer.bytes == Array("4".utf8))
        #expect(writer.attachments.isEmpty)
    }
}
