// ASCII: the byte values and character classes that the text grammars of the web are written in.
// It is not a character type: everything here is about single bytes. What other modules read bytes with is inlinable, or
// each byte would cost them a call.

/// Bytes with a name, and the character classes of RFC 9110.
package enum ASCII {
    @inlinable package static var tab: UInt8 { 0x09 }
    @inlinable package static var lineFeed: UInt8 { 0x0A }
    @inlinable package static var carriageReturn: UInt8 { 0x0D }
    @inlinable package static var space: UInt8 { 0x20 }
    @inlinable package static var quote: UInt8 { 0x22 }
    @inlinable package static var percent: UInt8 { 0x25 }
    @inlinable package static var ampersand: UInt8 { 0x26 }
    @inlinable package static var plus: UInt8 { 0x2B }
    @inlinable package static var comma: UInt8 { 0x2C }
    @inlinable package static var dash: UInt8 { 0x2D }
    @inlinable package static var dot: UInt8 { 0x2E }
    @inlinable package static var slash: UInt8 { 0x2F }
    @inlinable package static var zero: UInt8 { 0x30 }
    @inlinable package static var nine: UInt8 { 0x39 }
    @inlinable package static var colon: UInt8 { 0x3A }
    @inlinable package static var semicolon: UInt8 { 0x3B }
    @inlinable package static var equals: UInt8 { 0x3D }
    @inlinable package static var questionMark: UInt8 { 0x3F }
    @inlinable package static var leftBracket: UInt8 { 0x5B }
    @inlinable package static var rightBracket: UInt8 { 0x5D }

    /// The value of an ASCII decimal digit, or nil.
    @inlinable @inline(__always)
    package static func digit(_ byte: UInt8) -> UInt8? {
        byte >= zero && byte <= nine ? byte &- zero : nil
    }

    /// The value of a hexadecimal digit of either case, or nil.
    @inlinable @inline(__always)
    package static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x41 &+ 10
        case 0x61...0x66: byte &- 0x61 &+ 10
        default: nil
        }
    }

    /// The hexadecimal digit of the lower four bits, in capitals.
    @inlinable @inline(__always)
    package static func hexCharacter(_ value: UInt8) -> UInt8 {
        let nibble = value & 0x0F
        return nibble < 10 ? zero &+ nibble : 0x41 &+ (nibble &- 10)
    }

    /// The lower-case form of an ASCII letter; every other byte is returned unchanged.
    @inlinable @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether the byte is a letter of either case.
    @inlinable @inline(__always)
    package static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x7A
    }

    /// Whether the byte may stand in a token: a field name, a method, a coding.
    ///
    /// Two words of bits instead of a table, so that the answer needs no memory.
    @inlinable @inline(__always)
    package static func isToken(_ byte: UInt8) -> Bool {
        // RFC 9110 5.6.2: ! # $ % & ' * + - . ^ _ ` | ~, digits and letters.
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        guard byte < 0x80 else { return false }
        let word = byte < 0x40 ? low : high
        return (word &>> UInt64(byte & 0x3F)) & 1 == 1
    }

    /// Whether the byte may stand in a field value: visible, blank, tab, or not ASCII at all.
    @inlinable @inline(__always)
    package static func isFieldValue(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == tab
    }

    /// Whether the byte is optional white space: a blank or a tab.
    @inlinable @inline(__always)
    package static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == tab
    }

    /// Whether two runs of bytes are equal when the case of ASCII letters is ignored.
    ///
    /// Beside the generic one because that is not specialised for who calls it from another module.
    package static func equalIgnoringCase(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>)
        -> Bool
    {
        guard left.count == right.count else { return false }
        for index in left.indices where lowercased(left[index]) != lowercased(right[index]) { return false }
        return true
    }

    /// Whether two byte sequences are equal when the case of ASCII letters is ignored.
    @inlinable @inline(__always)
    package static func equalIgnoringCase(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var other = right.makeIterator()
        for byte in left {
            guard let match = other.next(), lowercased(byte) == lowercased(match) else { return false }
        }
        return true
    }
}
