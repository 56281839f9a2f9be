// Mask: the XOR of RFC 6455 section 5.3, done in place, 32 bytes a step.
// Every byte that a browser sends goes through this loop: byte by byte through an array it costs a hundred times as much.

enum Mask {
    /// Masks or unmasks `bytes` in place; true when the result is all ASCII.
    ///
    /// The answer about ASCII falls out of the same pass: most text needs no other check of its UTF-8.
    /// The key is the little-endian number of its four bytes, already rotated to the first of `bytes`.
    @inline(__always)
    static func apply(_ key: UInt32, to bytes: UnsafeMutableRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        let wide = UInt64(key) << 32 | UInt64(key)
        let step = SIMD4(repeating: wide.littleEndian)
        var (index, seen) = (0, SIMD4<UInt64>.zero)
        while index &+ 32 <= bytes.count {
            let words = start.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self) ^ step
            start.storeBytes(of: words, toByteOffset: index, as: SIMD4<UInt64>.self)
            seen |= words
            index &+= 32
        }
        let rest = UnsafeMutableRawBufferPointer(start: start + index, count: bytes.count &- index)
        let marks = seen.x | seen.y | seen.z | seen.w | applyShort(wide, to: rest)
        return marks & 0x8080_8080_8080_8080 == 0
    }

    /// Masks fewer than thirty-two bytes; their disjunction.
    @inline(__always)
    private static func applyShort(_ key: UInt64, to bytes: UnsafeMutableRawBufferPointer) -> UInt64 {
        guard let start = bytes.baseAddress else { return 0 }
        var (index, seen, rest) = (0, UInt64(0), key)
        while index &+ 8 <= bytes.count {
            let word = start.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ key.littleEndian
            start.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            seen |= word
            index &+= 8
        }
        while index < bytes.count {
            let byte = start.load(fromByteOffset: index, as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest)
            start.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            seen |= UInt64(byte)
            rest >>= 8
            index &+= 1
        }
        return seen
    }

    /// `key` as it stands after `count` bytes.
    @inline(__always)
    static func rotated(_ key: UInt32, by count: Int) -> UInt32 {
        let shift = UInt32(truncatingIfNeeded: count & 3) &* 8
        return key >> shift | key << ((32 &- shift) & 31)
    }
}
