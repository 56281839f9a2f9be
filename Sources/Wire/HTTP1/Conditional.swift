// Conditional: whether a request wants the representation at all, given what it has already (RFC 9110 13). Pure: the
// caller knows the entity tag and the time of the last change, and sends the answer.

extension Fields {
    /// Whether any field is there on which it depends if the whole of a representation is sent.
    ///
    /// One look at the fields in place of one for each of these names; it may say yes too often, never no.
    package var mayAskForLess: Bool {
        entries.contains { entry in
            let name = bytes[entry.name]
            switch name.count {
            case 5: return true  // Range
            case 8, 13, 17, 19: return name.first.map { ASCII.lowercased($0) } == UInt8(ascii: "i")  // If-...
            default: return false
            }
        }
    }
}

/// The preconditions of a request for a representation.
package enum Conditional {
    /// What the preconditions ask for.
    package enum Outcome: Equatable, Sendable {
        /// The answer as if there were no preconditions.
        case proceed
        /// 304: the client's copy is good.
        case notModified
        /// 412: the representation is not the one that the client means.
        case failed
    }

    /// Evaluates the preconditions of a GET or HEAD.
    ///
    /// - Parameters:
    ///   - etag: the entity tag with its quotes, and with "W/" when it is weak
    ///   - modified: the last change, in seconds since 1970
    package static func evaluate(_ fields: Fields, etag: String?, modified: Int?) -> Outcome {
        if hasFailed(fields, etag, modified) { return .failed }
        return isFresh(fields, etag, modified) ? .notModified : .proceed
    }

    private static func hasFailed(_ fields: Fields, _ etag: String?, _ modified: Int?) -> Bool {
        if let wanted = list("if-match", fields) {
            return !matches(wanted, etag)
        }
        if let since = fields.first("if-unmodified-since").flatMap(HTTPDate.seconds) {
            return modified.map { $0 > since } ?? true
        }
        return false
    }

    private static func isFresh(_ fields: Fields, _ etag: String?, _ modified: Int?) -> Bool {
        // A reload in the browser asks for the whole thing, whatever else it sends.
        if fields.has("no-cache", in: "cache-control") { return false }
        if let known = list("if-none-match", fields) {
            // It beats If-Modified-Since: a tag is exact, a second is long.
            return matches(known, etag)
        }
        guard let since = fields.first("if-modified-since").flatMap(HTTPDate.seconds), let modified else {
            return false
        }
        return modified <= since
    }

    /// The tags of a list field, or nil when the field is missing or empty.
    private static func list(_ name: String, _ fields: Fields) -> [ArraySlice<UInt8>]? {
        let tags = fields.all(name).flatMap { Fields.elements(of: ArraySlice($0.utf8)) }
        return tags.isEmpty ? nil : tags
    }

    /// Weak comparison (RFC 9110 8.8.3.2); "*" matches whatever exists.
    private static func matches(_ tags: [ArraySlice<UInt8>], _ etag: String?) -> Bool {
        if tags.count == 1, tags[0].elementsEqual("*".utf8) { return true }
        guard let etag else { return false }
        let wanted = opaque(ArraySlice(etag.utf8))
        return tags.contains { opaque($0).elementsEqual(wanted) }
    }

    private static func opaque(_ tag: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        tag.starts(with: "W/".utf8) ? tag.dropFirst(2) : tag
    }
}
