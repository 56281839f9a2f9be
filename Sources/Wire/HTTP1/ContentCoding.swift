// ContentCoding: which compression a client takes, by its Accept-Encoding (RFC 9110 section 12.5.3). Pure; UVHTTP
// compresses.

/// A content coding that we can produce.
package enum ContentCoding: String, Sendable, CaseIterable {
    /// RFC 1952.
    case gzip
    /// RFC 1950: deflate within zlib's frame, whatever the name says.
    case deflate

    /// The coding that a client likes best; nil when it wants the bytes as they are.
    ///
    /// Of codings that it likes equally, the one that stands first here. A malformed list is none.
    package static func preferred(by acceptEncoding: String?) -> ContentCoding? {
        guard let acceptEncoding else { return nil }
        var weights: [String: Int] = [:]
        for item in acceptEncoding.utf8.split(separator: ASCII.comma) {
            guard let (name, weight) = weight(of: item) else { return nil }
            weights[name] = max(weight, weights[name] ?? 0)
        }
        let identity = weights["identity"] ?? 0
        var best: (coding: ContentCoding, weight: Int)?
        for coding in allCases {
            let weight = weights[coding.rawValue] ?? weights["*"] ?? 0
            if weight > max(best?.weight ?? 0, identity - 1) { best = (coding, weight) }
        }
        return best?.coding
    }

    /// A coding and its weight in thousandths.
    private static func weight(of item: Substring.UTF8View.SubSequence) -> (String, Int)? {
        var reader = ByteReader(item)
        reader.skipBlanks()
        let name = String(decoding: reader.take(while: ASCII.isToken).map(ASCII.lowercased), as: UTF8.self)
        reader.skipBlanks()
        guard reader.skip(ASCII.semicolon) else { return reader.isAtEnd ? (name, 1000) : nil }
        reader.skipBlanks()
        guard reader.skip("q=") || reader.skip("Q=") else { return nil }
        let digits = reader.take { ASCII.digit($0) != nil || $0 == UInt8(ascii: ".") }
        reader.skipBlanks()
        guard reader.isAtEnd, let value = Double(String(decoding: digits, as: UTF8.self)), value <= 1 else {
            return nil
        }
        return (name, Int(value * 1000))
    }
}
