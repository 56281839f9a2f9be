// Base64: RFC 4648 sections 4 and 5, for binary packets on the polling transport, keys and tokens.
// Decoding is strict: no white space, no stray bits, no foreign character; what a peer means by them is not guessed.

/// Base64 in both alphabets.
package enum Base64 {
    /// The two characters that differ, and with them whether the text is padded.
    package enum Alphabet: Sendable {
        /// `+` and `/`, padded with `=` (RFC 4648 section 4).
        case standard
        /// `-` and `_`, not padded: fit for paths, queries and identifiers (section 5).
        case url
    }

    private static let pad = UInt8(ascii: "=")

    /// The number of characters that `encode` makes of `count` bytes.
    package static func encodedCount(of count: Int, _ alphabet: Alphabet = .standard) -> Int {
        let tail = count % 3
        let whole = count / 3 * 4
        guard tail != 0 else { return whole }
        return whole + (alphabet == .standard ? 4 : tail + 1)
    }

    /// The text of `bytes`.
    package static func encode(_ bytes: RawSpan, _ alphabet: Alphabet = .standard) -> String {
        let count = encodedCount(of: bytes.byteCount, alphabet)
        return bytes.withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: count) { text in
                write(bytes, alphabet, to: UnsafeMutableRawBufferPointer(text))
                return count
            }
        }
    }

    /// Appends the text of `bytes` to `text`.
    package static func encode(_ bytes: RawSpan, _ alphabet: Alphabet = .standard, to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: encodedCount(of: bytes.byteCount, alphabet)))
        bytes.withUnsafeBytes { bytes in
            text.withUnsafeMutableBytes { write(bytes, alphabet, to: .init(rebasing: $0[start...])) }
        }
    }

    /// The bytes that `text` stands for, or nil when it is not canonical Base64.
    ///
    /// Padding is required in the standard alphabet and refused in the other one; unused bits must be zero.
    package static func decode(_ text: RawSpan, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        text.withUnsafeBytes { text in
            guard let digits = digits(of: text, alphabet), digits.count % 4 != 1 else { return nil }
            let count = decodedCount(digits)
            var isValid = false
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
                isValid = read(digits, alphabet, to: UnsafeMutableRawBufferPointer(output))
                initialized = isValid ? count : 0
            }
            return isValid ? bytes : nil
        }
    }

    /// Writes the bytes that `text` stands for to `bytes`; false, and perhaps a part of them written, when it is not
    /// canonical Base64 of exactly so many.
    package static func decode(
        _ text: RawSpan,
        _ alphabet: Alphabet = .standard,
        to bytes: UnsafeMutableRawBufferPointer
    ) -> Bool {
        text.withUnsafeBytes { text in
            guard let digits = digits(of: text, alphabet), digits.count % 4 != 1 else { return false }
            return decodedCount(digits) == bytes.count && read(digits, alphabet, to: bytes)
        }
    }

    private static func decodedCount(_ digits: UnsafeRawBufferPointer) -> Int {
        digits.count / 4 * 3 + max(0, digits.count % 4 - 1)
    }

    // MARK: Encoding

    /// Writes the characters of `bytes` to `text`, which has exactly the room for them.
    private static func write(
        _ bytes: UnsafeRawBufferPointer,
        _ alphabet: Alphabet,
        to text: UnsafeMutableRawBufferPointer
    ) {
        let characters = characters(of: alphabet).utf8Start
        let whole = bytes.count &- bytes.count % 3
        var next = 0
        for index in stride(from: 0, to: whole, by: 3) {
            let group = Int(bytes[index]) << 16 | Int(bytes[index &+ 1]) << 8 | Int(bytes[index &+ 2])
            text[next] = characters[group >> 18]
            text[next &+ 1] = characters[group >> 12 & 63]
            text[next &+ 2] = characters[group >> 6 & 63]
            text[next &+ 3] = characters[group & 63]
            next &+= 4
        }
        guard whole < bytes.count else { return }
        let second = whole &+ 1 < bytes.count ? Int(bytes[whole &+ 1]) : 0
        let group = Int(bytes[whole]) << 10 | second << 2
        text[next] = characters[group >> 12]
        text[next &+ 1] = characters[group >> 6 & 63]
        if whole &+ 1 < bytes.count { text[next &+ 2] = characters[group & 63] }
        for index in next &+ 2 &+ (bytes.count &- whole &- 1)..<text.count { text[index] = pad }
    }

    private static func characters(of alphabet: Alphabet) -> StaticString {
        switch alphabet {
        case .standard: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        case .url: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        }
    }

    // MARK: Decoding

    /// `text` without its padding, or nil when the padding is not what the alphabet asks for.
    private static func digits(of text: UnsafeRawBufferPointer, _ alphabet: Alphabet) -> UnsafeRawBufferPointer? {
        guard alphabet == .standard else { return text }
        guard text.count % 4 == 0 else { return nil }
        var count = text.count
        while count > max(0, text.count - 2), text[count - 1] == pad { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: text[..<count])
    }

    private static func read(
        _ digits: UnsafeRawBufferPointer,
        _ alphabet: Alphabet,
        to bytes: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var (bits, bitCount, next) = (UInt32(0), 0, 0)
        for digit in digits {
            guard let value = value(of: digit, alphabet) else { return false }
            bits = bits << 6 | UInt32(value)
            bitCount &+= 6
            guard bitCount >= 8 else { continue }
            bitCount &-= 8
            bytes[next] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
            next &+= 1
        }
        // The two or four bits left over stand for nothing; a second spelling of the same bytes is refused.
        return bits & (1 << UInt32(bitCount) &- 1) == 0
    }

    @inline(__always)
    private static func value(of digit: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch digit {
        case 0x41...0x5A: digit &- 0x41
        case 0x61...0x7A: digit &- 0x61 &+ 26
        case 0x30...0x39: digit &- 0x30 &+ 52
        case UInt8(ascii: "+") where alphabet == .standard, UInt8(ascii: "-") where alphabet == .url: 62
        case UInt8(ascii: "/") where alphabet == .standard, UInt8(ascii: "_") where alphabet == .url: 63
        default: nil
        }
    }
}
