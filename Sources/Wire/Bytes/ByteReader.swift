// ByteReader: small helpers for reading single bytes, and a cursor for the short grammars whose whole text is at
// hand (a date, a range, an entity tag). What arrives in pieces from the network is read by state machines instead.

extension RawSpan {
    /// The byte at an offset; bounds are checked.
    @inline(__always)
    package func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}

extension [UInt8] {
    /// Appends a part of a span.
    package mutating func append(_ bytes: RawSpan, _ range: Range<Int>) {
        bytes.extracting(range).withUnsafeBytes { append(contentsOf: $0) }
    }
}

/// A cursor over bytes that are all there.
package struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    /// A reader at the first byte.
    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether everything has been read.
    package var isAtEnd: Bool { position >= bytes.count }

    /// The next byte, not consumed.
    package var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Consumes one byte.
    package mutating func next() -> UInt8? {
        guard let byte = peek else { return nil }
        position &+= 1
        return byte
    }

    /// Consumes the byte when it is the next one, and says whether it was.
    package mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position &+= 1
        return true
    }

    /// Consumes the text when it comes next, and says whether it did.
    package mutating func skip(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard bytes.count &- position >= length else { return false }
        let matches = text.withUTF8Buffer { $0.elementsEqual(bytes[position..<position &+ length]) }
        if matches { position &+= length }
        return matches
    }

    /// Consumes blanks and tabs.
    package mutating func skipBlanks() {
        while let byte = peek, ASCII.isBlank(byte) { position &+= 1 }
    }

    /// Consumes bytes for as long as the condition holds.
    package mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = position
        while let byte = peek, condition(byte) { position &+= 1 }
        return bytes[start..<position]
    }

    /// Consumes exactly `count` decimal digits.
    package mutating func number(digits count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let byte = next(), let digit = ASCII.digit(byte), value < Int.max / 100 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    /// Consumes one or more decimal digits; nil when there is none or when the number is too large.
    package mutating func number() -> Int? {
        decimal(take { ASCII.digit($0) != nil })
    }
}

/// The number that a sequence of nothing but decimal digits spells; nil when it is empty, too large or anything else.
package func decimal(_ digits: some Sequence<UInt8>) -> Int? {
    var value = 0
    var isEmpty = true
    for byte in digits {
        guard let digit = ASCII.digit(byte) else { return nil }
        let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, carried) = tens.addingReportingOverflow(Int(digit))
        guard !tooLarge, !carried else { return nil }
        value = sum
        isEmpty = false
    }
    return isEmpty ? nil : value
}
