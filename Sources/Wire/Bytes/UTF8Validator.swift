// UTF8Validator: is this UTF-8, told at the first byte that cannot be (RFC 3629, Unicode table 3-7).
// It takes text in any pieces and remembers three bytes between them. It decodes nothing.

/// An incremental check of UTF-8.
package struct UTF8Validator {
    /// Continuation bytes that the sequence under way still needs.
    private var missing: UInt8 = 0
    /// What the next of them may be: narrower than 80...BF after E0, ED, F0 and F4, so that overlong forms,
    /// surrogates and numbers beyond 10FFFF are noticed at their second byte.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// Creates a validator at the beginning of a text.
    package init() {}

    /// Whether the text may end here.
    package var isComplete: Bool { missing == 0 }

    /// Whether `bytes` alone are a whole text.
    ///
    /// Complexity: O(n), eight bytes a step where they are ASCII.
    package static func isValid(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { isValid($0) }
    }

    /// Whether `bytes` alone are a whole text.
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var validator = UTF8Validator()
        return validator.feed(bytes) && validator.isComplete
    }

    /// Takes the next piece of the text; false at the first byte that cannot stand where it stands.
    ///
    /// After false the validator is spent.
    package mutating func feed(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { feed($0) }
    }

    /// Takes the next piece of the text; false at the first byte that cannot stand where it stands.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while missing > 0, index < bytes.count {
            guard take(bytes[index]) else { return false }
            index &+= 1
        }
        while index &+ 4 <= bytes.count {
            let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self))
            if word & 0x80 == 0 {
                index = Self.skipASCII(bytes, from: index)
                continue
            }
            let size = Self.sequenceSize(word)
            guard size > 0 else { break }
            index &+= size
        }
        // What is left is broken, or cut off by the end of this piece: the slow road tells which.
        while index < bytes.count {
            guard take(bytes[index]) else { return false }
            index &+= 1
        }
        return true
    }

    /// The index of the first byte from `start` that is not ASCII, or the end.
    @inline(__always)
    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let marks = word & 0x8080_8080_8080_8080
            if marks != 0 { return index &+ marks.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index &+= 1 }
        return index
    }

    /// The size of the sequence of two to four bytes that `word` begins with, or 0 when there is none.
    ///
    /// `word` is little-endian: its lowest byte is the first one, so the masks below read from right to left.
    @inline(__always)
    private static func sequenceSize(_ word: UInt32) -> Int {
        if word & 0xC0E0 == 0x80C0 { return word & 0x1E != 0 ? 2 : 0 }
        if word & 0xC0_C0F0 == 0x80_80E0 {
            // E0 with a second byte below A0 is overlong; ED with one from A0 on is a surrogate.
            let telling = word & 0x200F
            return telling != 0 && telling != 0x200D ? 3 : 0
        }
        guard word & 0xC0C0_C0F8 == 0x8080_80F0 else { return 0 }
        // F0 with a second byte below 90 is overlong; F4 with one from 90 on is above 10FFFF, as are F5 to F7.
        let (lead, second) = (word & 0x07, word & 0x3000)
        return lead == 0 ? (second != 0 ? 4 : 0) : lead < 4 || lead == 4 && second == 0 ? 4 : 0
    }

    /// Takes one byte.
    private mutating func take(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard byte >= low, byte <= high else { return false }
            (missing, low, high) = (missing &- 1, 0x80, 0xBF)
            return true
        }
        if byte < 0x80 { return true }
        guard let lead = Lead(byte) else { return false }
        (missing, low, high) = (lead.missing, lead.low, lead.high)
        return true
    }

    /// What the first byte of a sequence says about the rest.
    private struct Lead {
        let missing: UInt8
        let low: UInt8
        let high: UInt8

        @inline(__always)
        init?(_ byte: UInt8) {
            switch byte {
            case 0xC2...0xDF: (missing, low, high) = (1, 0x80, 0xBF)
            case 0xE0: (missing, low, high) = (2, 0xA0, 0xBF)
            case 0xED: (missing, low, high) = (2, 0x80, 0x9F)
            case 0xE1...0xEF: (missing, low, high) = (2, 0x80, 0xBF)
            case 0xF0: (missing, low, high) = (3, 0x90, 0xBF)
            case 0xF1...0xF3: (missing, low, high) = (3, 0x80, 0xBF)
            case 0xF4: (missing, low, high) = (3, 0x80, 0x8F)
            default: return nil
            }
        }
    }
}
