// PercentCoding: %XX in paths and forms. Paths are decoded strictly, because a file name must not have two
// spellings; forms are decoded leniently, because browsers and people write them.

/// Percent-encoding of RFC 3986.
package enum PercentCoding {
    /// The decoded bytes; nil when a "%" is not followed by two hexadecimal digits.
    package static func decode(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == ASCII.percent else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(ASCII.hexDigit), let low = iterator.next().flatMap(ASCII.hexDigit)
            else { return nil }
            decoded.append(high &<< 4 | low)
        }
        return decoded
    }

    /// The decoded text; nil when a "%" is broken or when the bytes are no UTF-8.
    package static func decode(_ text: String) -> String? {
        guard text.utf8.contains(ASCII.percent) else { return text }
        return decode(text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A key or value of a form: "+" is a blank, a broken "%" stands for itself, bad UTF-8 becomes U+FFFD.
    package static func decodeForm(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(where: { $0 == ASCII.percent || $0 == ASCII.plus }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == ASCII.percent, bytes.endIndex &- index > 2, let high = ASCII.hexDigit(bytes[index &+ 1]),
                let low = ASCII.hexDigit(bytes[index &+ 2])
            {
                decoded.append(high &<< 4 | low)
                index &+= 3
            } else {
                decoded.append(byte == ASCII.plus ? ASCII.space : byte)
                index &+= 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The text with everything encoded that may not stand in a path segment or a value as it is.
    package static func encode(_ text: String) -> String {
        encode(text) { ASCII.isLetter($0) || ASCII.digit($0) != nil || "-._~".utf8.contains($0) }
    }

    /// The text with everything encoded that may not stand in a URL at all; what is encoded already stays as it is.
    ///
    /// This is what a Location field needs: the value may come from a request, and has to be printable ASCII.
    package static func encodeURL(_ text: String) -> String {
        encode(text) { $0 > ASCII.space && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
    }

    private static func encode(_ text: String, keeping isKept: (UInt8) -> Bool) -> String {
        guard !text.utf8.allSatisfy(isKept) else { return text }
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isKept(byte) {
                encoded.append(byte)
            } else {
                encoded += [ASCII.percent, ASCII.hexCharacter(byte &>> 4), ASCII.hexCharacter(byte)]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
