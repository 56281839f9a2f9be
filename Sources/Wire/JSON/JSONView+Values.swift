// JSONView+Values: strings, numbers and whole values made from tokens.

extension JSONView {
    /// The string at the token; nil if it is none.
    package func string(at token: Int) -> String? {
        kind(at: token) == .string ? text(of: token) : nil
    }

    /// The truth value at the token; nil if it is none.
    package func bool(at token: Int) -> Bool? {
        switch kind(at: token) {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// The integer at the token; nil if it is no number, has a fraction, or does not fit.
    ///
    /// `4.2e1` is an integer too: JavaScript makes no difference.
    package func integer<T: FixedWidthInteger>(at token: Int, as type: T.Type = Int.self) -> T? {
        switch kind(at: token) {
        case .integer: JSONNumber.integer(raw(token))
        case .number: JSONNumber.integer(exactly: JSONNumber.double(raw(token)))
        default: nil
        }
    }

    /// The number at the token; nil if it is none, or larger than a `Double`.
    package func double(at token: Int) -> Double? {
        guard kind(at: token) == .integer || kind(at: token) == .number else { return nil }
        let value = JSONNumber.double(raw(token))
        return value.isFinite ? value : nil
    }

    /// The attachment that the token stands for; nil if it is no placeholder.
    package func attachment(at token: Int) -> [UInt8]? {
        let found = self[token]
        guard found.kind == .binary, Int(found.attachment) < attachments.count else { return nil }
        return attachments[Int(found.attachment)]
    }

    /// The value at the token, with attachments in the place of their placeholders.
    ///
    /// Throws when it is nested deeper than `JSONLimits.valueDepth`: the value is built, and later freed, by recursion.
    package func value(at token: Int) throws(JSONError) -> JSON {
        try value(at: token, depth: 0)
    }

    private func value(at token: Int, depth: Int) throws(JSONError) -> JSON {
        switch kind(at: token) {
        case .null: return .null
        case .false: return .bool(false)
        case .true: return .bool(true)
        case .integer, .number: return JSONNumber.value(raw(token))
        case .string: return .string(text(of: token))
        case .binary: return attachment(at: token).map(JSON.binary) ?? .null
        case .array, .object:
            guard depth < JSONLimits.valueDepth else { throw .tooDeep(at: rawRange(of: token).lowerBound) }
            return kind(at: token) == .array
                ? .array(try array(at: token, depth: depth)) : .object(try object(at: token, depth: depth))
        }
    }

    private func array(at token: Int, depth: Int) throws(JSONError) -> [JSON] {
        var array: [JSON] = []
        for element in elements(of: token) { array.append(try value(at: element, depth: depth + 1)) }
        return array
    }

    private func object(at token: Int, depth: Int) throws(JSONError) -> JSONObject {
        var object = JSONObject()
        for key in elements(of: token) { object[text(of: key)] = try value(at: key + 1, depth: depth + 1) }
        return object
    }
}

// MARK: - Text of a string

extension JSONView {
    /// The text of a token that is a string.
    func text(of token: Int) -> String {
        let plain = plain(token)
        guard self[token].isEscaped else { return String(decoding: plain, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: plain.count) { JSONEscapes.resolve(plain, into: $0) }
    }
}

/// Resolves the escapes of a string that the scanner has passed.
///
/// No escape is shorter than the UTF-8 of what it stands for, so the result never needs more room than the text had.
enum JSONEscapes {
    /// Writes the text without escapes and returns its length.
    static func resolve(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var (read, written) = (0, 0)
        while read < text.count {
            guard text[read] == JSONScanner.backslash, read &+ 1 < text.count else {
                output[written] = text[read]
                (read, written) = (read &+ 1, written &+ 1)
                continue
            }
            if text[read &+ 1] == UInt8(ascii: "u") {
                let scalar = scalar(text, &read)
                for unit in UTF8.encode(scalar).unsafelyUnwrapped {
                    output[written] = unit
                    written &+= 1
                }
            } else {
                output[written] = single(text[read &+ 1])
                (read, written) = (read &+ 2, written &+ 1)
            }
        }
        return written
    }

    /// The byte that a backslash and this letter stand for.
    private static func single(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): ASCII.lineFeed
        case UInt8(ascii: "r"): ASCII.carriageReturn
        case UInt8(ascii: "t"): ASCII.tab
        default: letter
        }
    }

    /// The character of a `\uXXXX`, or of two that are the halves of a pair; a half alone becomes U+FFFD.
    private static func scalar(_ text: UnsafeRawBufferPointer, _ read: inout Int) -> Unicode.Scalar {
        let first = unit(text, read)
        read &+= 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        let isPair =
            first < 0xDC00 && text.count &- read >= 6 && text[read] == JSONScanner.backslash
            && text[read &+ 1] == UInt8(ascii: "u")
        let second = isPair ? unit(text, read) : 0
        guard isPair, second >= 0xDC00, second <= 0xDFFF else { return "\u{FFFD}" }
        read &+= 6
        return Unicode.Scalar(0x10000 &+ (first &- 0xD800) << 10 &+ (second &- 0xDC00)) ?? "\u{FFFD}"
    }

    /// The value of the four digits of the escape at `start`.
    private static func unit(_ text: UnsafeRawBufferPointer, _ start: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in start &+ 2..<start &+ 6 { value = value << 4 | UInt32(ASCII.hexDigit(text[index]) ?? 0) }
        return value
    }
}
