// SHA1: the hash of the WebSocket opening handshake and of entity tags (FIPS 180-4, section 6.1).
// It proves nothing about anybody's identity: SHA-1 is broken for signatures, and nothing here relies on its strength.

/// An incremental SHA-1.
package struct SHA1 {
    /// The length of a digest in bytes.
    package static let digestBytes = 20
    private static let blockBytes = 64

    private var state: (UInt32, UInt32, UInt32, UInt32, UInt32) =
        (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0)
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
        for index in bytes.byteOffsets { add(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) }
        length &+= UInt64(bytes.byteCount)
    }

    /// The digest of everything added.
    ///
    /// The hash is spent afterwards.
    package mutating func finish() -> [UInt8] {
        let bits = length &* 8
        add(0x80)
        while filled != Self.blockBytes &- 8 { add(0) }
        for shift in stride(from: UInt64(56), through: 0, by: -8) { add(UInt8(truncatingIfNeeded: bits >> shift)) }
        return [state.0, state.1, state.2, state.3, state.4].flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }

    private mutating func add(_ byte: UInt8) {
        block[filled] = byte
        filled &+= 1
        guard filled == Self.blockBytes else { return }
        compress()
        filled = 0
    }

    private mutating func compress() {
        let table = schedule()
        let words = table.span  // an element read from the array itself would copy the whole of it each time
        var (a, b, c, d, e) = state
        for round in 0..<80 {
            let (mix, constant) = Self.mix(round, b, c, d)
            let next = Self.rotate(a, 5) &+ mix &+ e &+ constant &+ words[round]
            (e, d, c, b, a) = (d, c, Self.rotate(b, 30), a, next)
        }
        state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e)
    }

    private func schedule() -> InlineArray<80, UInt32> {
        var words = InlineArray<80, UInt32>(repeating: 0)
        for index in 0..<16 {
            let at = index &* 4
            words[index] =
                UInt32(block[at]) << 24 | UInt32(block[at &+ 1]) << 16 | UInt32(block[at &+ 2]) << 8
                | UInt32(block[at &+ 3])
        }
        for index in 16..<80 {
            let mixed = words[index &- 3] ^ words[index &- 8] ^ words[index &- 14] ^ words[index &- 16]
            words[index] = Self.rotate(mixed, 1)
        }
        return words
    }

    /// The round function and constant of the four groups of twenty rounds.
    @inline(__always)
    private static func mix(_ round: Int, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> (UInt32, UInt32) {
        switch round {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 &- count)
    }
}
