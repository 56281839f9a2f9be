import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketFrameEncoderTests {
    @Test func `the examples of RFC 6455 section 5 point 7 are written as they stand there`() {
        let hello = Array("Hello".utf8)
        #expect(Self.frame(.text, hello) == [0x81, 0x05] + hello)
        #expect(Self.frame(.ping, hello) == [0x89, 0x05] + hello)
        let blob = [UInt8](repeating: 0xAB, count: 256)
        #expect(Self.frame(.binary, blob) == [0x82, 0x7E, 0x01, 0x00] + blob)
        let large = [UInt8](repeating: 0xCD, count: 65_536)
        #expect(Self.frame(.binary, large) == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + large)
        let key: UInt32 = 0x3D21_FA37
        #expect(
            Self.frame(.text, hello, key: key) == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        )
    }

    @Test(arguments: [0, 1, 7, 8, 9, 124, 125, 126, 127, 1000, 65_535, 65_536, 65_537])
    func `what is written can be read at the other end`(_ size: Int) {
        var random = SplitMix(seed: UInt64(size))
        let payload = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let key = UInt32.random(in: 0...UInt32.max, using: &random)
        let plain = Self.frame(.binary, payload)
        let masked = Self.frame(.binary, payload, key: key)
        #expect(Peer.deliver([plain], role: .client) == [.binary(payload)])
        #expect(Peer.deliver([masked], role: .server) == [.binary(payload)])
        #expect(plain.count == size + FrameEncoder.headerBytes(payload: size))
        #expect(masked.count == size + FrameEncoder.headerBytes(payload: size, masked: true))
        #expect(plain.count - size <= FrameEncoder.maxHeaderBytes)
    }

    @Test(arguments: [0, 125, 126, 65_535, 65_536])
    func `a header is put before a payload that is in its place already`(_ size: Int) {
        let payload = [UInt8](repeating: 0x2A, count: size)
        var buffer = [UInt8](repeating: 0xEE, count: FrameEncoder.maxHeaderBytes) + payload
        let start = FrameEncoder.writeHeader(.text, before: FrameEncoder.maxHeaderBytes, in: &buffer)
        #expect(Array(buffer[start...]) == Self.frame(.text, payload))
        #expect(buffer[..<start].allSatisfy { $0 == 0xEE })
    }

    @Test func `a compressed frame is marked by RSV1`() {
        var output: [UInt8] = [9]
        let data: [UInt8] = [1, 2]
        FrameEncoder.append(.text, data.span.bytes, isCompressed: true, to: &output)
        #expect(output == [9, 0xC1, 2, 1, 2])
        #expect(Peer.deliver([Array(output[1...])], role: .client, allowsCompression: true) == [.text([1, 2])])
    }

    @Test func `a closing frame carries its code and as much of the reason as there is room for`() {
        #expect(FrameEncoder.closePayload(nil, reason: "ignored") == [])
        #expect(FrameEncoder.closePayload(.normal) == [0x03, 0xE8])
        #expect(FrameEncoder.closePayload(.goingAway, reason: "bye") == [0x03, 0xE9] + Array("bye".utf8))
        let long = FrameEncoder.closePayload(.normal, reason: String(repeating: "€", count: 60))
        #expect(long == [0x03, 0xE8] + Array(String(repeating: "€", count: 41).utf8))
        let seen = Peer.deliver([Self.frame(.close, long, key: 7)])
        #expect(seen == [.close(1000, String(repeating: "€", count: 41))])
    }

    private static func frame(_ opcode: WebSocketOpcode, _ payload: [UInt8], key: UInt32? = nil) -> [UInt8] {
        var output: [UInt8] = []
        if let key {
            FrameEncoder.append(opcode, payload.span.bytes, key: key, to: &output)
        } else {
            FrameEncoder.append(opcode, payload.span.bytes, to: &output)
        }
        return output
    }

    @Test(arguments: [0, 1, 5, 31, 32, 125, 126, 127, 65_535, 65_536, 70_001])
    func `a masked frame is the same wherever it is written`(size: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        for isCompressed in [false, true] {
            var appended: [UInt8] = []
            FrameEncoder.append(
                .binary,
                payload.span.bytes,
                isCompressed: isCompressed,
                key: 0xA1B2_C3D4,
                to: &appended
            )
            let room = FrameEncoder.headerBytes(payload: size, masked: true) + size
            let written = [UInt8](unsafeUninitializedCapacity: room) { buffer, used in
                guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                used = FrameEncoder.writeMasked(
                    .binary,
                    payload.span.bytes,
                    isCompressed: isCompressed,
                    key: 0xA1B2_C3D4,
                    to: start
                )
            }
            #expect(written == appended)
            #expect(written.count == room)
        }
    }
}
