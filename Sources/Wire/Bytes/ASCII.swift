// ASCII: the byte values and character classes that the text grammars of the web are written in.
// It is not a character type: everything here is about single bytes.

/// Bytes with a name.
package enum ASCII {
    package static let tab: UInt8 = 0x09
    package static let lineFeed: UInt8 = 0x0A
    package static let carriageReturn: UInt8 = 0x0D
    package static let space: UInt8 = 0x20
    package static let zero: UInt8 = 0x30
    package static let nine: UInt8 = 0x39

    /// The value of an ASCII decimal digit, or nil.
    @inline(__always)
    package static func digit(_ byte: UInt8) -> UInt8? {
        byte >= zero && byte <= nine ? byte &- zero : nil
    }

    /// The value of a hexadecimal digit of either case, or nil.
    @inline(__always)
    package static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x41 &+ 10
        case 0x61...0x66: byte &- 0x61 &+ 10
        default: nil
        }
    }

    /// The lower-case form of an ASCII letter; every other byte is returned unchanged.
    @inline(__always)
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }
}
