// SHA1: the hash of the WebSocket opening handshake and of entity tags (FIPS 180-4, section 6.1).
// It proves nothing about anybody's identity: SHA-1 is broken for signatures, and nothing here relies on its strength.

/// An incremental SHA-1.
package struct SHA1 {
    /// The length of a digest in bytes.
    package static let digestBytes = 20
    private static let blockBytes = 64

    private var state = Registers()
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var filled = 0
    private var length: UInt64 = 0

    /// Creates a hash of no bytes so far.
    package init() {}

    /// The digest of `bytes`.
    package static func digest(of bytes: RawSpan) -> [UInt8] {
        var hash = SHA1()
        hash.update(bytes)
        return hash.finish()
    }

    /// Adds `bytes` to what is hashed.
    ///
    /// Complexity: O(n).
    package mutating func update(_ bytes: RawSpan) {
        var offset = 0
        while offset < bytes.byteCount {
            if filled == 0, bytes.byteCount &- offset >= Self.blockBytes {
                state.compress(bytes.extracting(offset..<offset &+ Self.blockBytes))
                offset &+= Self.blockBytes
            } else {
                add(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
                offset &+= 1
            }
        }
        length &+= UInt64(bytes.byteCount)
    }

    /// The digest of everything added.
    ///
    /// The hash is spent afterwards.
    package mutating func finish() -> [UInt8] {
        let bits = length &* 8
        add(0x80)
        while filled != Self.blockBytes &- 8 { add(0) }
        for shift in 0..<UInt64(8) { add(UInt8(truncatingIfNeeded: bits >> (56 &- shift &* 8))) }
        return state.digest
    }

    @inline(__always)
    private mutating func add(_ byte: UInt8) {
        block[filled] = byte
        filled &+= 1
        guard filled == Self.blockBytes else { return }
        state.compress(block.span.bytes)
        filled = 0
    }
}

/// The five words that SHA-1 turns over, at the end of a block or in the middle of one.
private struct Registers {
    private var a: UInt32 = 0x6745_2301
    private var b: UInt32 = 0xEFCD_AB89
    private var c: UInt32 = 0x98BA_DCFE
    private var d: UInt32 = 0x1032_5476
    private var e: UInt32 = 0xC3D2_E1F0

    /// The words as bytes.
    var digest: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA1.digestBytes) { bytes, count in
            for (index, word) in [a, b, c, d, e].enumerated() {
                UnsafeMutableRawBufferPointer(bytes)
                    .storeBytes(of: word.bigEndian, toByteOffset: index &* 4, as: UInt32.self)
            }
            count = SHA1.digestBytes
        }
    }

    /// Takes in one block.
    mutating func compress(_ block: RawSpan) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 80) { words in
            Self.schedule(block, into: words)
            var next = self
            // Four loops and not one that asks in which of them it is: a third of the instructions.
            for word in words[..<20] { next.step(next.b & next.c | ~next.b & next.d, 0x5A82_7999, word) }
            for word in words[20..<40] { next.step(next.b ^ next.c ^ next.d, 0x6ED9_EBA1, word) }
            for word in words[40..<60] {
                next.step(next.b & next.c | next.b & next.d | next.c & next.d, 0x8F1B_BCDC, word)
            }
            for word in words[60...] { next.step(next.b ^ next.c ^ next.d, 0xCA62_C1D6, word) }
            a &+= next.a
            b &+= next.b
            c &+= next.c
            d &+= next.d
            e &+= next.e
        }
    }

    @inline(__always)
    private mutating func step(_ mix: UInt32, _ constant: UInt32, _ word: UInt32) {
        let first = Self.rotate(a, 5) &+ mix &+ e &+ constant &+ word
        (e, d, c, b, a) = (d, c, Self.rotate(b, 30), a, first)
    }

    private static func schedule(_ block: RawSpan, into words: UnsafeMutableBufferPointer<UInt32>) {
        for index in 0..<16 {
            let word = block.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
            words.initializeElement(at: index, to: UInt32(bigEndian: word))
        }
        for index in 16..<80 {
            let mixed = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
            words.initializeElement(at: index, to: rotate(mixed, 1))
        }
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 &- count)
    }
}
