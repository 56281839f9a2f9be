// Mask: the XOR of RFC 6455 section 5.3, done in place, eight bytes a step.
// The loop is measured (docs/benchmarking.md): byte by byte through an array it costs a hundred times as much.

enum Mask {
    /// Masks or unmasks `bytes` in place; true when the result is all ASCII.
    ///
    /// The answer about ASCII falls out of the same pass: most text needs no other check of its UTF-8.
    /// The key is the little-endian number of its four bytes, already rotated to the first of `bytes`.
    @inline(__always)
    static func apply(_ key: UInt32, to bytes: UnsafeMutableRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        var wide = UInt64(key) << 32 | UInt64(key)
        let step = wide.littleEndian
        var (index, seen) = (0, UInt64(0))
        while index &+ 8 <= bytes.count {
            let word = start.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ step
            start.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            seen |= word
            index &+= 8
        }
        while index < bytes.count {
            let byte = start.load(fromByteOffset: index, as: UInt8.self) ^ UInt8(truncatingIfNeeded: wide)
            start.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
            seen |= UInt64(byte)
            wide >>= 8
            index &+= 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    /// `key` as it stands after `count` bytes.
    @inline(__always)
    static func rotated(_ key: UInt32, by count: Int) -> UInt32 {
        let shift = UInt32(truncatingIfNeeded: count & 3) &* 8
        return key >> shift | key << ((32 &- shift) & 31)
    }
}
