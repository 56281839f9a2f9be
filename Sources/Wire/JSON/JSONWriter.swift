// JSONWriter: JSON text appended to bytes, as JSON.stringify would have written it. Whoever encodes a packet puts its
// own header in front into the same bytes; the writer neither knows nor moves what is there already.

/// Appends JSON text to an array of bytes.
package struct JSONWriter {
    /// What becomes of bytes, for which JSON has no value.
    package enum BinaryForm: Sendable {
        /// Socket.IO's: `{"_placeholder":true,"num":n}` in the text, the bytes themselves in `attachments`.
        case placeholders
        /// An array of numbers.
        case numbers
    }

    /// The text so far, after whatever was there before.
    package var bytes: [UInt8]
    /// The bytes that placeholders stand for.
    package var attachments: [[UInt8]] = []
    /// Where in `bytes` each placeholder was begun.
    package private(set) var placeholders: [Int] = []
    /// What becomes of bytes.
    package let binary: BinaryForm

    /// A writer that appends to `bytes`.
    package init(appendingTo bytes: [UInt8] = [], binary: BinaryForm = .numbers) {
        self.bytes = bytes
        self.binary = binary
    }

    /// Appends text that is JSON already, or a part of it.
    @inline(__always)
    package mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes that are JSON already, or a part of it.
    package mutating func raw(_ text: RawSpan) {
        text.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Appends one byte of punctuation.
    @inline(__always)
    package mutating func raw(_ byte: UInt8) { bytes.append(byte) }

    /// Appends null.
    package mutating func null() { raw("null") }

    /// Appends a truth value.
    package mutating func bool(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    /// Appends an integer.
    package mutating func int(_ value: some BinaryInteger) { JSONNumber.append(value, to: &bytes) }

    /// Appends an integer, without the cost of a generic call for every packet's id.
    package mutating func int(_ value: UInt64) { JSONNumber.append(value, to: &bytes) }

    /// Appends a number; null if it is not finite.
    package mutating func double(_ value: Double) { JSONNumber.append(value, to: &bytes) }

    /// Appends a number; null if it is not finite, and with no more digits than a `Float` has.
    package mutating func float(_ value: Float) {
        guard value.isFinite else { return null() }
        double(Double(value.description) ?? Double(value))
    }

    /// Appends bytes in the form that the writer was made for.
    package mutating func binary(_ value: [UInt8]) {
        switch binary {
        case .placeholders:
            placeholders.append(bytes.count)
            raw("{\"_placeholder\":true,\"num\":")
            int(attachments.count)
            raw("}")
            attachments.append(value)
        case .numbers:
            raw("[")
            for (index, byte) in value.enumerated() {
                if index > 0 { raw(",") }
                int(byte)
            }
            raw("]")
        }
    }
}

// MARK: - Strings

extension JSONWriter {
    private static let hexDigits: StaticString = "0123456789abcdef"

    /// Appends a string with its quotes.
    package mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { string(utf8: $0) }
    }

    /// Appends a string, given as its UTF-8, with its quotes.
    package mutating func string(utf8 text: UnsafeBufferPointer<UInt8>) {
        raw(JSONScanner.quote)
        var start = 0
        while start < text.count {
            let end = Self.plainEnd(text, from: start)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
            if end < text.count { escape(text[end]) }
            start = end + 1
        }
        raw(JSONScanner.quote)
    }

    /// The place of the next byte that needs an escape, eight bytes at a step.
    private static func plainEnd(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(text)
        var index = start
        while bytes.count &- index >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let found = JSONScanner.needingEscape(word)
            if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == JSONScanner.quote || byte == JSONScanner.backslash { break }
            index &+= 1
        }
        return index
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case JSONScanner.quote: raw("\\\"")
        case JSONScanner.backslash: raw("\\\\")
        case 0x08: raw("\\b")
        case 0x0C: raw("\\f")
        case ASCII.lineFeed: raw("\\n")
        case ASCII.carriageReturn: raw("\\r")
        case ASCII.tab: raw("\\t")
        default:
            raw("\\u00")
            raw(Self.hexDigits.utf8Start[Int(byte >> 4)])
            raw(Self.hexDigits.utf8Start[Int(byte & 0xF)])
        }
    }
}

// MARK: - Whole values

extension JSONWriter {
    /// Appends a value.
    ///
    /// It recurses as deep as the value is nested; a value that was read is no deeper than `JSONLimits.valueDepth`.
    package mutating func write(_ value: JSON) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .int(let value): int(value)
        case .double(let value): double(value)
        case .number(let digits): number(digits)
        case .string(let value): string(value)
        case .array(let elements): write(elements)
        case .object(let object): write(object)
        case .binary(let value): binary(value)
        }
    }

    /// Appends an array.
    package mutating func write(_ elements: [JSON]) {
        raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(",") }
            write(element)
        }
        raw("]")
    }

    /// Appends an object.
    package mutating func write(_ object: JSONObject) {
        raw("{")
        for (index, member) in object.enumerated() {
            if index > 0 { raw(",") }
            string(member.key)
            raw(":")
            write(member.value)
        }
        raw("}")
    }

    /// Appends a number's own digits; null if they are none, since anybody can build `JSON.number("x")`.
    private mutating func number(_ digits: String) {
        var digits = digits
        digits.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return null() }
            var scanner = JSONScanner(bytes: base, count: utf8.count, cursor: 0)
            let isNumber = (try? scanner.number()) != nil && scanner.cursor == utf8.count
            if isNumber { bytes.append(contentsOf: utf8) } else { null() }
        }
    }
}
