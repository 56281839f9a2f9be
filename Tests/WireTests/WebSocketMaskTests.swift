import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketMaskTests {
    @Test func `masking in steps of eight is masking byte by byte, at any length and alignment`() {
        var random = SplitMix(seed: 1)
        for size in 0...70 {
            for alignment in 0..<8 {
                let key = UInt32.random(in: 0...UInt32.max, using: &random)
                let plain = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
                var bytes = [UInt8](repeating: 0, count: alignment) + plain
                _ = bytes.withUnsafeMutableBytes { Mask.apply(key, to: .init(rebasing: $0[alignment...])) }
                let expected = plain.enumerated().map { $1 ^ UInt8(truncatingIfNeeded: key >> UInt32($0 % 4 * 8)) }
                #expect(Array(bytes[alignment...]) == expected)
            }
        }
    }

    @Test func `it says whether the result is ASCII`() {
        for size in 1...40 {
            for place in 0..<size {
                var bytes = [UInt8](repeating: 0x7F, count: size)
                #expect(bytes.withUnsafeMutableBytes { Mask.apply(0, to: $0) })
                bytes[place] = 0x80
                #expect(!bytes.withUnsafeMutableBytes { Mask.apply(0, to: $0) })
                #expect(bytes.withUnsafeMutableBytes { Mask.apply(0xFFFF_FFFF, to: $0) } == (size == 1))
            }
        }
        #expect(Mask.apply(1, to: UnsafeMutableRawBufferPointer(start: nil, count: 0)))
    }

    @Test func `a key goes on where it stopped`() {
        let key: UInt32 = 0x4433_2211
        #expect(
            (0...5).map { Mask.rotated(key, by: $0) } == [key, 0x1144_3322, 0x2211_4433, 0x3322_1144, key, 0x1144_3322]
        )
    }
}
