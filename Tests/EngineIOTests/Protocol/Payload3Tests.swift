import Testing

@testable import EngineIO

@Suite struct Payload3Tests {
    /// Every packet of a payload: text as it is, binary as its bytes.
    private static func read(_ payload: [UInt8], isBinary: Bool = false) throws(PacketError) -> [String] {
        var reader = PayloadReader3(isBinary: isBinary)
        var packets: [String] = []
        while let packet = try reader.next(payload.span.bytes) {
            switch packet {
            case .text(let range): packets.append(String(decoding: payload[range], as: UTF8.self))
            case .binary(let bytes): packets.append("\(bytes)")
            }
        }
        return packets
    }

    @Test(arguments: [
        ("6:4hello", ["4hello"]), ("1:2", ["2"]), ("6:4hello2:4€10:b4AQIDBA==", ["4hello", "4€", "[1, 2, 3, 4]"]),
        ("3:4😀1:6", ["4😀", "6"]), ("4:4a:b", ["4a:b"]), ("0:1:2", ["2"]), ("0:", []), ("2:b4", ["[]"]),
        ("001:2", ["2"]), ("10:4123456789", ["4123456789"]),
    ]) func `a text payload is cut by its lengths, in UTF-16 units`(payload: String, packets: [String]) throws {
        #expect(try Self.read(Array(payload.utf8)) == packets)
    }

    @Test(arguments: [
        ("", PacketError.empty), ("4hello", .invalidLength), ("6:4hell", .invalidLength), ("2", .invalidLength),
        (":2", .invalidLength), ("x:2", .invalidLength), ("-1:2", .invalidLength),
        ("1:😀", .invalidLength), ("9999999999999:2", .invalidLength), ("999999999999:2", .invalidLength),
        ("3:b4!", .invalidBase64), ("1:b", .unknownType), ("2:b2", .unknownType), ("1:21", .invalidLength),
    ]) func `a text payload that is none is refused`(payload: String, error: PacketError) {
        #expect(throws: error) { try Self.read(Array(payload.utf8)) }
    }

    @Test func `a binary payload has text and binary packets`() throws {
        let payload: [UInt8] =
            [0, 6, 255] + Array("4hello".utf8) + [1, 5, 255, 4, 1, 2, 3, 4] + [0, 4, 255] + Array("4€".utf8) + [
                0, 0, 255,
            ]
        #expect(try Self.read(payload, isBinary: true) == ["4hello", "[1, 2, 3, 4]", "4€"])
        for cut in 1..<payload.count where ![9, 17, 24].contains(cut) {
            #expect(throws: PacketError.invalidLength) { try Self.read(Array(payload[..<cut]), isBinary: true) }
        }
    }

    @Test(
        arguments: [
            ([2, 1, 255, 4], PacketError.unknownType), ([0, 255], .invalidLength), ([0, 10, 255], .invalidLength),
            ([0, 2, 255, 0x34, 0xFF], .invalidUTF8), ([1, 1, 255, 2], .unknownType), ([1, 2, 255, 4], .invalidLength),
            ([], .empty), ([0] + [UInt8](repeating: 9, count: 400), .invalidLength),
        ] as [([UInt8], PacketError)]
    )
    func `a binary payload that is none is refused`(payload: [UInt8], error: PacketError) {
        #expect(throws: error) { try Self.read(payload, isBinary: true) }
    }

    @Test func `what waits is written in either form, and read back`() throws {
        func pending() -> PendingPackets {
            var pending = PendingPackets()
            pending.append(Outgoing("a€😀\u{1E}b"))
            pending.append(Outgoing(binary: ([1, 2, 255] as [UInt8]).span.bytes))
            pending.append(.noop)
            return pending
        }
        for dialect in [Dialect.version3, .version3Base64] {
            var packets = pending()
            let body = packets.take(atMost: 16, dialect)
            #expect(body.isBinary == (dialect == .version3))
            #expect(try Self.read(body.bytes, isBinary: body.isBinary) == ["4a€😀\u{1E}b", "[1, 2, 255]", "6"])
            #expect(packets.isEmpty)
        }
        var text = pending()
        #expect(String(decoding: text.take(atMost: 2, .version3Base64).bytes, as: UTF8.self) == "7:4a€😀\u{1E}b6:b4AQL/")
        #expect(text.take(atMost: 2, .version3) == PollBody(Array("1:6".utf8)))
    }
}
