import Testing

@testable import EngineIO

@Suite struct OutgoingTests {
    @Test(arguments: [0, 1, 124, 125, 126, 65_534, 65_535, 65_536])
    func `a text is framed in place, whatever the size of its header`(_ count: Int) {
        let text = [UInt8](repeating: 0x61, count: count)
        let packet = Outgoing(text: text.span.bytes)
        #expect(packet.bytes(of: .packet) == [0x34] + text)
        let header: [UInt8] =
            switch count + 1 {
            case ..<126: [0x81, UInt8(count + 1)]
            case ..<65_536: [0x81, 126, UInt8((count + 1) >> 8), UInt8((count + 1) & 0xFF)]
            default:
                [
                    0x81, 127, 0, 0, 0, 0, 0, UInt8((count + 1) >> 16), UInt8((count + 1) >> 8 & 0xFF),
                    UInt8((count + 1) & 0xFF),
                ]
            }
        #expect(packet.bytes(of: .frame) == header + [0x34] + text)
        #expect(packet.frameCount == header.count + 1 + count)
    }

    @Test(arguments: [0, 1, 124, 125, 65_535]) func `a text is written into its place`(_ count: Int) {
        let text = [UInt8](repeating: 0x61, count: count)
        let packet = Outgoing(textOf: count) { $0.copyMemory(from: text, byteCount: count) }
        #expect(packet.bytes(of: .frame) == Outgoing(text: text.span.bytes).bytes(of: .frame))
        #expect(packet.bytes(of: .packet) == [0x34] + text)
    }

    @Test func `a binary message has no digit`() {
        let packet = Outgoing(binary: ([1, 2, 3, 4] as [UInt8]).span.bytes)
        #expect(packet.isBinary)
        #expect(packet.bytes(of: .frame) == [0x82, 4, 1, 2, 3, 4])
        #expect(packet.bytes(of: .packet) == [1, 2, 3, 4])
    }

    @Test func `a text that is written behind the head room is not moved`() {
        var bytes = Outgoing.emptyBuffer(reserving: 5)
        #expect(bytes.count == Outgoing.headRoom)
        bytes.append(contentsOf: "hello".utf8)
        #expect(Outgoing(textAfterHeadRoom: bytes).bytes(of: .frame) == [0x81, 6] + Array("4hello".utf8))
        #expect(Outgoing { $0.append(contentsOf: "hello".utf8) }.bytes(of: .packet) == Array("4hello".utf8))
        #expect(Outgoing("hello").bytes(of: .packet) == Array("4hello".utf8))
    }

    @Test func `polling gets text as it is and binary as base64`() {
        var pending = PendingPackets()
        pending.append(Outgoing("hello"))
        pending.append(Outgoing(binary: ([1, 2, 3, 4] as [UInt8]).span.bytes))
        pending.append(Outgoing.ping)
        #expect(pending.takeAll() == Array("4hello\u{1E}bAQIDBA==\u{1E}2".utf8))
    }
}

extension Outgoing {
    enum Part {
        case frame, packet
    }

    func bytes(of part: Part) -> [UInt8] {
        switch part {
        case .frame: withFrame { $0.withUnsafeBytes { [UInt8]($0) } }
        case .packet: withPacket { $0.withUnsafeBytes { [UInt8]($0) } }
        }
    }
}
