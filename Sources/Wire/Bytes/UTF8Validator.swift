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
        while true {
            index = Self.skipASCII(bytes, from: index)
            let size = Self.sequenceSize(bytes, at: index)
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

    /// The size of the whole sequence of two to four bytes at `index`, or 0 when there is none.
    @inline(__always)
    private static func sequenceSize(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int {
        guard index &+ 1 < bytes.count, let lead = Lead(bytes[index]) else { return 0 }
        let size = Int(lead.missing) &+ 1
        guard index &+ size <= bytes.count else { return 0 }
        let second = bytes[index &+ 1]
        guard second >= lead.low, second <= lead.high else { return 0 }
        if size > 2, bytes[index &+ 2] & 0xC0 != 0x80 { return 0 }
        if size > 3, bytes[index &+ 3] & 0xC0 != 0x80 { return 0 }
        return size
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
