// JSONScanner: the words of the JSON grammar (strings, numbers, literals, blanks) over a pointer with a count.
// It looks at every byte once and knows nothing of nesting, which is the tape's business.

/// Reads one word of JSON at a time from memory that outlives it.
///
/// Every load is preceded by a comparison with `count`; nothing else in the JSON reader dereferences the text.
struct JSONScanner {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    var cursor: Int

    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")

    /// The next byte that is not blank, left in place; nil at the end.
    @inline(__always)
    mutating func skipBlanks() -> UInt8? {
        while cursor < count {
            let byte = bytes[cursor]
            if byte > 0x20 || !(byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09) { return byte }
            cursor &+= 1
        }
        return nil
    }

    /// Whether two pieces of memory hold the same bytes; names are short, so that a call of memcmp would cost more.
    @inline(__always)
    static func areEqual(_ left: UnsafeRawPointer, _ right: UnsafeRawPointer, count: Int) -> Bool {
        var index = 0
        while count &- index >= 8 {
            let (a, b) = (left + index, right + index)
            guard a.loadUnaligned(as: UInt64.self) == b.loadUnaligned(as: UInt64.self) else { return false }
            index &+= 8
        }
        while index < count {
            guard left.load(fromByteOffset: index, as: UInt8.self) == right.load(fromByteOffset: index, as: UInt8.self)
            else { return false }
            index &+= 1
        }
        return true
    }

    /// Passes over `text`, of which the first byte is known to match.
    mutating func literal(_ text: StaticString) throws(JSONError) {
        for index in 1..<text.utf8CodeUnitCount {
            guard cursor &+ index < count else { throw .unexpectedEnd }
            guard bytes[cursor &+ index] == text.utf8Start[index] else { throw .unexpectedByte(at: cursor &+ index) }
        }
        cursor &+= text.utf8CodeUnitCount
    }
}

// MARK: - Strings

extension JSONScanner {
    /// Marks, by their high bits, which of eight bytes cannot stand in a string as they are; only the lowest mark is true.
    @inline(__always)
    static func needingEscape(_ word: UInt64) -> UInt64 {
        let ones = ByteWord.ones
        let quotes = word ^ (ones &* UInt64(quote))
        let slashes = word ^ (ones &* UInt64(backslash))
        let controls = (word &- ones &* 0x20) & ~word
        return ((quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes | controls) & ByteWord.highs
    }

    /// Marks, in the same way, whatever is not plain ASCII either.
    ///
    /// What is no ASCII is marked as it is, and so need not be kept from being taken for something else.
    @inline(__always)
    private static func notPlain(_ word: UInt64) -> UInt64 {
        let ones = ByteWord.ones
        let quotes = (word ^ (ones &* UInt64(quote))) &- ones
        let slashes = (word ^ (ones &* UInt64(backslash))) &- ones
        return (quotes | slashes | (word &- ones &* 0x20) | word) & ByteWord.highs
    }

    /// Passes over a string from its opening quote past its closing one; true if there is an escape in it.
    mutating func string() throws(JSONError) -> Bool {
        var escaped = false
        cursor &+= 1
        while true {
            skipPlainWords()
            guard cursor < count else { throw .unexpectedEnd }
            let byte = bytes[cursor]
            if byte == Self.quote {
                cursor &+= 1
                return escaped
            }
            if byte == Self.backslash {
                escaped = true
                try escape()
            } else if byte >= 0x80 {
                try sequence()
            } else if byte < 0x20 {
                throw .controlCharacter(at: cursor)
            } else {
                cursor &+= 1
            }
        }
    }

    /// Passes over text in steps of eight bytes, up to the first byte that is not plain ASCII.
    ///
    /// That is a quote, a backslash, a control character, or a part of what is no ASCII. Steps of thirty-two would cost short
    /// strings more than they gain.
    @inline(__always)
    private mutating func skipPlainWords() {
        let base = UnsafeRawPointer(bytes)
        while count &- cursor >= 8 {
            let found = Self.notPlain(ByteWord(base, at: cursor).value)
            guard found == 0 else {
                cursor &+= ByteWord.place(of: found)
                return
            }
            cursor &+= 8
        }
    }

    /// Passes over an escape from its backslash.
    ///
    /// A surrogate without its other half is let through, as JavaScript does; it becomes U+FFFD when it is read.
    private mutating func escape() throws(JSONError) {
        guard count &- cursor >= 2 else { throw .unexpectedEnd }
        switch bytes[cursor &+ 1] {
        case Self.quote, Self.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            cursor &+= 2
        case UInt8(ascii: "u"):
            for index in 2..<6 {
                guard cursor &+ index < count else { throw .unexpectedEnd }
                guard ASCII.hexDigit(bytes[cursor &+ index]) != nil else { throw .invalidEscape(at: cursor) }
            }
            cursor &+= 6
        default: throw .invalidEscape(at: cursor)
        }
    }

    /// Passes over one character of two to four bytes (RFC 3629, section 4: no overlong form, no surrogate).
    private mutating func sequence() throws(JSONError) {
        let lead = bytes[cursor]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead <= 0xF4 else { throw .invalidUTF8(at: cursor) }
        guard count &- cursor >= length else { throw .unexpectedEnd }
        let second = bytes[cursor &+ 1]
        let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        guard second >= lowest, second <= highest else { throw .invalidUTF8(at: cursor) }
        for index in 2..<max(length, 2) where bytes[cursor &+ index] & 0xC0 != 0x80 {
            throw .invalidUTF8(at: cursor)
        }
        cursor &+= length
    }
}

// MARK: - Numbers

extension JSONScanner {
    /// Passes over a number; true if it has neither fraction nor exponent.
    mutating func number() throws(JSONError) -> Bool {
        let start = cursor
        if bytes[cursor] == UInt8(ascii: "-") { cursor &+= 1 }
        let first = cursor
        guard digits() else { throw cursor < count ? .invalidNumber(at: start) : .unexpectedEnd }
        if bytes[first] == ASCII.zero, cursor &- first > 1 { throw .invalidNumber(at: start) }
        var isInteger = true
        if cursor < count, bytes[cursor] == UInt8(ascii: ".") {
            isInteger = false
            cursor &+= 1
            guard digits() else { throw cursor < count ? .invalidNumber(at: start) : .unexpectedEnd }
        }
        if cursor < count, bytes[cursor] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            cursor &+= 1
            if cursor < count, bytes[cursor] == UInt8(ascii: "+") || bytes[cursor] == UInt8(ascii: "-") { cursor &+= 1 }
            guard digits() else { throw cursor < count ? .invalidNumber(at: start) : .unexpectedEnd }
        }
        return isInteger
    }

    /// Passes over digits; false if there is none.
    @inline(__always)
    private mutating func digits() -> Bool {
        let start = cursor
        while cursor < count, ASCII.digit(bytes[cursor]) != nil { cursor &+= 1 }
        return cursor > start
    }
}
