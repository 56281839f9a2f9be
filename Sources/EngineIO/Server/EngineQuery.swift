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
    init(_ query: ArraySlice<UInt8>) {
        query.withUnsafeBytes { text in
            var start = 0
            while start < text.count {
                let end = text.place(of: ASCII.ampersand, from: start)
                read(UnsafeRawBufferPointer(rebasing: text[start..<end]))
                start = end &+ 1
            }
        }
    }

    private mutating func read(_ pair: UnsafeRawBufferPointer) {
        let mark = pair.place(of: ASCII.equals)
        let name = UnsafeRawBufferPointer(rebasing: pair[..<mark])
        let value = UnsafeRawBufferPointer(rebasing: pair[min(mark &+ 1, pair.count)...])
        guard !Self.isPlain(name) else { return set(name, value) }
        var decoded = PercentCoding.decodeForm(ArraySlice(name))
        decoded.withUTF8 { set(UnsafeRawBufferPointer($0), value) }
    }

    /// The name is compared as bytes: most of a poll's names and values need no string, and its query is read each time.
    private mutating func set(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        switch name.count {
        case 3 where Self.areEqual(name, "EIO"): version = Self.text(value)
        case 9 where Self.areEqual(name, "transport"): transport = Self.text(value)
        case 3 where Self.areEqual(name, "sid"): sid = value.isEmpty ? nil : Self.text(value)
        case 1 where Self.areEqual(name, "j"): jsonp = Self.text(value)
        case 3 where Self.areEqual(name, "b64"): wantsBase64 = !value.isEmpty
        default: break
        }
    }

    /// Whether bytes are those of a name of the same length.
    private static func areEqual(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        for index in 0..<min(bytes.count, name.utf8CodeUnitCount) where bytes[index] != name.utf8Start[index] {
            return false
        }
        return true
    }

    private static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.place(of: ASCII.percent) == bytes.count && bytes.place(of: ASCII.plus) == bytes.count
    }

    /// The decoded text; for what needs no decoding, as is the rule here, without an array on the way.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        isPlain(bytes) ? String(decoding: bytes, as: UTF8.self) : PercentCoding.decodeForm(ArraySlice(bytes))
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
