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

    /// Reads a query, not decoded yet.
    init(_ query: String?) {
        for (name, value) in QueryText.pairs(ArraySlice((query ?? "").utf8)) {
            switch name {
            case "EIO": version = value
            case "transport": transport = value
            case "sid": sid = value.isEmpty ? nil : value
            default: break
            }
        }
    }
}

/// The text of a query.
enum QueryText {
    /// The names and values, decoded, in their order; their number is bounded by the size of a request's head.
    static func pairs(_ query: ArraySlice<UInt8>) -> [(String, String)] {
        query.split(separator: ASCII.ampersand).map { pair in
            let mark = pair.firstIndex(of: ASCII.equals) ?? pair.endIndex
            return (PercentCoding.decodeForm(pair[..<mark]), PercentCoding.decodeForm(pair[mark...].dropFirst()))
        }
    }
}
