import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketMessageAssemblerTests {
    @Test func `the examples of RFC 6455 section 5 point 7 are understood however they are cut`() {
        let hello: [UInt8] = [0x48, 0x65, 0x6C, 0x6C, 0x6F]
        let blob = [UInt8](repeating: 0xAB, count: 256)
        let large = [UInt8](repeating: 0xCD, count: 65_536)
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        let maskedPong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        let fromServer: [([UInt8], [Seen])] = [
            ([0x81, 0x05] + hello, [.text(hello)]),
            ([0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], [.text(hello)]),
            ([0x89, 0x05] + hello, [.ping(hello)]),
            ([0x82, 0x7E, 0x01, 0x00] + blob, [.binary(blob)]),
        ]
        for (bytes, expected) in fromServer {
            for pieces in everySplit(of: bytes) { #expect(receive(pieces, role: .client) == expected) }
        }
        for pieces in everySplit(of: masked) { #expect(receive(pieces) == [.text(hello)]) }
        for pieces in everySplit(of: maskedPong) { #expect(receive(pieces) == [.pong(hello)]) }
        let longest: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + large
        #expect(receive([longest], role: .client) == [.binary(large)])
    }

    @Test func `a receiver at rest takes little room`() {
        #expect(MemoryLayout<MessageAssembler>.size <= 40)
    }
}
