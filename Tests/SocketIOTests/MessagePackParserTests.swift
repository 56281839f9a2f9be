import Testing
import Wire

@testable import SocketIO

@Suite struct MessagePackParserTests {
    private func decode(_ value: JSON) throws -> Packet? {
        var decoder = MessagePackParser().makeDecoder()
        return try decoder.decode(binary: value.messagePack.span.bytes)
    }

    static let packets: [(Packet, JSON)] = [
        (Packet(type: .connect), ["type": 0, "nsp": "/"]),
        (
            Packet(type: .connect, namespace: "/a", data: ["sid": "x"]),
            ["type": 0, "data": ["sid": "x"], "nsp": "/a"]
        ),
        (Packet(type: .disconnect), ["type": 1, "nsp": "/"]),
        (
            Packet(type: .event, data: ["e", .binary([1]), nil], id: 12),
            ["type": 2, "data": ["e", .binary([1]), nil], "nsp": "/", "id": 12]
        ),
        (Packet(type: .acknowledgement, data: [], id: 0), ["type": 3, "data": [], "nsp": "/", "id": 0]),
        (
            Packet(type: .event, data: ["e"], id: .max),
            ["type": 2, "data": ["e"], "nsp": "/", "id": .number("18446744073709551615")]
        ),
        (
            Packet(type: .connectError, data: ["message": "no"]),
            ["type": 4, "data": ["message": "no"], "nsp": "/"]
        ),
    ]

    @Test(arguments: packets)
    func `a packet is a map, and comes back`(packet: Packet, map: JSON) throws {
        #expect(MessagePackParser().encode(packet) == [.binary(map.messagePack)])
        #expect(try decode(map) == packet)
    }

    @Test func `the bytes are those of the JavaScript package`() {
        let packet = Packet(type: .binaryEvent, namespace: "/a", data: ["x", .binary([255])], id: 300)
        let expected: [UInt8] =
            [0x84, 0xA4] + Array("type".utf8) + [0x02, 0xA4] + Array("data".utf8) + [
                0x92, 0xA1, 0x78, 0xC4, 0x01, 0xFF,
            ]
            + [0xA3] + Array("nsp".utf8) + [0xA2] + Array("/a".utf8) + [0xA2] + Array("id".utf8) + [0xCD, 0x01, 0x2C]
        #expect(MessagePackParser().encode(packet) == [.binary(expected)])
    }

    @Test func `null counts as undefined, and other members do not count`() throws {
        #expect(try decode(["type": 0, "data": nil, "nsp": "/", "id": nil]) == Packet(type: .connect))
        let full: JSON = [
            "options": ["compress": true], "type": .double(2), "data": ["e"], "nsp": "/", "attachments": 0,
        ]
        #expect(try decode(full) == Packet(type: .event, data: ["e"]))
    }

    @Test func `what the JavaScript package refuses is refused`() {
        for type: JSON in [nil, -1, 5, 6, 7, 1.5, "2", true] {
            #expect(throws: MessagePackPacketError.invalidType) {
                try decode(["type": type, "data": ["e"], "nsp": "/"])
            }
        }
        for value: JSON in [nil, 2, [], [:], "2", .binary([2])] {
            #expect(throws: MessagePackPacketError.invalidType) { try decode(value) }
        }
        for namespace: JSON in [nil, 1, ["/"], .binary([0x2F])] {
            #expect(throws: MessagePackPacketError.invalidNamespace) {
                try decode(["type": 2, "data": ["e"], "nsp": namespace])
            }
        }
        for id: JSON in [-1, 1.5, "1", true, [1]] {
            #expect(throws: MessagePackPacketError.invalidID) {
                try decode(["type": 2, "data": ["e"], "nsp": "/", "id": id])
            }
        }
    }

    @Test(
        arguments: [
            (0, [1]), (0, "x"), (0, 1), (1, ["a": 1]), (1, []), (2, nil), (2, ["a": 1]), (2, "e"), (2, .binary([1])),
            (3, nil),
            (3, 1), (4, nil), (4, []), (4, 1),
        ] as [(JSON, JSON)]
    )
    func `a payload is what its type asks for`(type: JSON, data: JSON) {
        #expect(throws: MessagePackPacketError.invalidPayload) { try decode(["type": type, "data": data, "nsp": "/"]) }
    }

    @Test func `text is no packet, and a packet cut anywhere is none`() {
        var decoder = MessagePackParser().makeDecoder()
        #expect(throws: MessagePackPacketError.text) { try decoder.decode(text: [0x32].span.bytes) }
        for (packet, _) in Self.packets {
            guard case .binary(let bytes)? = MessagePackParser().encode(packet).first else { continue }
            for cut in bytes.indices {
                let piece = Array(bytes[..<cut])
                #expect(throws: MessagePackPacketError.messagePack(.unexpectedEnd)) {
                    try decoder.decode(binary: piece.span.bytes)
                }
            }
        }
    }
}
