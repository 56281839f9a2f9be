// EngineQuery: the part of a request's query that Engine.IO looks at, for each poll anew. A parameter that comes twice
// counts as its last value, as it does for the JavaScript server.

internal import Wire

/// What a client says in its query.
struct EngineQuery: Equatable {
    /// "EIO", the protocol version.
    var version: String?
    /// "transport".
    var transport: String?
    /// "sid"; nil also when it is empty, which begins a session.
    var sid: String?
    /// "j", with which a client polls by script elements.
    var jsonp: String?
    /// "b64": a client of protocol 3 takes no binary data.
    var wantsBase64 = false

    /// What the client speaks; nil when it is too old or too new.
    func dialect(allowEIO3: Bool) -> Dialect? {
        switch version {
        case "4": .version4
        case "3" where allowEIO3: wantsBase64 || jsonp != nil ? .version3Base64 : .version3
        default: nil
        }
    }

    /// Reads a query, not decoded yet.
    init(_ query: String?) {
        guard var query else { return }
        query.withUTF8 { text in
            var start = 0
            while start < text.count {
                let end = text[start...].firstIndex(of: ASCII.ampersand) ?? text.count
                read(UnsafeBufferPointer(rebasing: text[start..<end]))
                start = end &+ 1
            }
        }
    }

    private mutating func read(_ pair: UnsafeBufferPointer<UInt8>) {
        let mark = pair.firstIndex(of: ASCII.equals) ?? pair.count
        let value = pair[mark...].dropFirst()
        switch Self.text(pair[..<mark]) {
        case "EIO": version = Self.text(value)
        case "transport": transport = Self.text(value)
        case "sid": sid = value.isEmpty ? nil : Self.text(value)
        case "j": jsonp = Self.text(value)
        case "b64": wantsBase64 = !value.isEmpty
        default: break
        }
    }

    /// The decoded text; for what needs no decoding, as is the rule here, without an array on the way.
    private static func text(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        let isPlain = !bytes.contains { $0 == ASCII.percent || $0 == ASCII.plus }
        return isPlain ? String(decoding: bytes, as: UTF8.self) : PercentCoding.decodeForm(ArraySlice(bytes))
    }
}

/// The text of a query.
package enum QueryText {
    /// The names and values, decoded, in their order; their number is bounded by the size of the text.
    package static func pairs(_ query: ArraySlice<UInt8>) -> [(String, String)] {
        query.split(separator: ASCII.ampersand).map { pair in
            let mark = pair.firstIndex(of: ASCII.equals) ?? pair.endIndex
            return (PercentCoding.decodeForm(pair[..<mark]), PercentCoding.decodeForm(pair[mark...].dropFirst()))
        }
    }
}
