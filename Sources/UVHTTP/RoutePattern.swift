// RoutePattern: the path of a route, "/users/:id" or "/files/*rest", compared with the path of a request. Comparison
// ignores the case of ASCII letters and a slash at the end, as Express does unless told otherwise.

internal import Wire

/// The path of a request, cut at its slashes and decoded piece by piece.
///
/// Decoding comes after cutting, so that "%2F" is a letter of a name and never a border.
struct RoutePath {
    /// Whether a slash ends the path.
    let hasSlash: Bool
    private let path: String
    /// Where the pieces are in the UTF-8 of the path; "/" has none.
    private let pieces: [Range<Int>]
    private let hasEscapes: Bool

    init(_ path: String) {
        var path = path
        var pieces: [Range<Int>] = []
        var hasEscapes = false
        path.withUTF8 { bytes in
            // What stands before the first slash is no piece.
            var start: Int?
            for (index, byte) in bytes.enumerated() {
                if byte == ASCII.percent { hasEscapes = true }
                guard byte == ASCII.slash else { continue }
                if let start { pieces.append(start..<index) }
                start = index + 1
            }
            if let start { pieces.append(start..<bytes.count) }
        }
        hasSlash = pieces.last?.isEmpty ?? false
        if hasSlash { pieces.removeLast() }
        self.path = path
        self.pieces = pieces
        self.hasEscapes = hasEscapes
    }

    /// How many pieces there are.
    var count: Int { pieces.count }

    /// Whether a piece has no letters.
    func isEmpty(_ index: Int) -> Bool { pieces[index].isEmpty }

    /// A piece decoded; nil when its escapes are broken.
    func segment(_ index: Int) -> String? {
        let raw = text(pieces[index])
        return hasEscapes ? PercentCoding.decode(raw) : raw
    }

    /// Whether a piece is this text, which is in lower case.
    func segment(_ index: Int, is literal: [UInt8]) -> Bool {
        if hasEscapes, let decoded = segment(index) { return ASCII.equalIgnoringCase(decoded.utf8, literal) }
        var path = path
        return path.withUTF8 { bytes in
            literal.withUnsafeBufferPointer {
                ASCII.equalIgnoringCase(UnsafeBufferPointer(rebasing: bytes[pieces[index]]), $0)
            }
        }
    }

    /// The path as it was sent, without its first `count` pieces.
    func rest(from count: Int) -> String {
        guard count < pieces.count else { return hasSlash ? "/" : "" }
        return text(pieces[count].lowerBound - 1..<path.utf8.count)
    }

    private func text(_ range: Range<Int>) -> String {
        var path = path
        return path.withUTF8 { String(decoding: $0[range], as: UTF8.self) }
    }
}

/// A path with places for parameters.
struct RoutePattern {
    /// One piece between slashes.
    private enum Segment {
        /// These letters; kept in lower case.
        case literal([UInt8])
        /// A whole piece.
        case parameter(String)
        /// Literals and parameters in turns: ":name.json", ":from-:to".
        case mixed([Part])
    }

    /// A part of a mixed piece.
    private enum Part {
        case literal(String)
        case parameter(String)
    }

    /// What matched.
    struct Match {
        var parameters: [String: String] = [:]
        /// How many pieces of the path were used.
        var count = 0
        /// A parameter has escapes that make no text: the answer is 400.
        var isMalformed = false
    }

    private let segments: [Segment]
    /// The name of the last piece when it is "*name", which takes everything that is left.
    private let wildcard: String?
    private let matchesEverything: Bool

    /// Reads a pattern; one with "*" anywhere but at its end is a mistake of the program and stops it.
    init(_ text: String) {
        precondition(text == "*" || text.hasPrefix("/"), "the path of a route begins with a slash: \(text)")
        matchesEverything = text == "*"
        var pieces = text.split(separator: "/", omittingEmptySubsequences: true)
        if let last = pieces.last, last.hasPrefix("*") {
            wildcard = last == "*" ? "*" : String(last.dropFirst())
            pieces.removeLast()
        } else {
            wildcard = nil
        }
        precondition(!pieces.contains { $0.contains("*") }, "only the last piece of a route may be a wildcard: \(text)")
        segments = pieces.map(RoutePattern.segment)
    }

    private static func segment(_ text: Substring) -> Segment {
        guard text.contains(":") else { return .literal(text.utf8.map(ASCII.lowercased)) }
        var parts: [Part] = []
        var rest = text
        while let colon = rest.firstIndex(of: ":") {
            if colon > rest.startIndex { parts.append(.literal(String(rest[..<colon]))) }
            let name = rest[rest.index(after: colon)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            precondition(!name.isEmpty, "a parameter of a route has no name: \(text)")
            parts.append(.parameter(String(name)))
            rest = rest[name.endIndex...]
        }
        if !rest.isEmpty { parts.append(.literal(String(rest))) }
        if parts.count == 1, case .parameter(let name) = parts[0] { return .parameter(name) }
        return .mixed(parts)
    }

    /// Compares with a path from its piece `start` on; a prefix may leave pieces over.
    func match(_ path: RoutePath, from start: Int, isPrefix: Bool) -> Match? {
        let available = path.count - start
        if matchesEverything { return wholeRest(path, from: start, Match()) }
        guard available >= segments.count + (wildcard == nil ? 0 : 1) else { return nil }
        guard isPrefix || wildcard != nil || available == segments.count else { return nil }
        var match = Match()
        for (index, segment) in segments.enumerated() {
            guard RoutePattern.matches(segment, path, start + index, &match) else { return nil }
        }
        match.count = segments.count
        return wildcard == nil ? match : wholeRest(path, from: start, match)
    }

    private func wholeRest(_ path: RoutePath, from start: Int, _ match: Match) -> Match {
        var match = match
        let pieces = (start + match.count..<path.count).map(path.segment)
        if pieces.contains(nil) { match.isMalformed = true }
        match.parameters[wildcard ?? "*"] = pieces.map { $0 ?? "" }.joined(separator: "/")
        match.count = path.count - start
        return match
    }

    private static func matches(_ segment: Segment, _ path: RoutePath, _ index: Int, _ match: inout Match) -> Bool {
        switch segment {
        case .literal(let literal):
            return path.segment(index, is: literal)
        case .parameter(let name):
            guard !path.isEmpty(index) else { return false }
            let value = path.segment(index)
            if value == nil { match.isMalformed = true }
            match.parameters[name] = value ?? ""
            return true
        case .mixed(let parts):
            guard let text = path.segment(index) else { return false }
            return matches(parts, Array(text.utf8), &match)
        }
    }

    /// Each parameter takes as little as it can, at least a letter, and the last one what is left.
    ///
    /// There is no going back, so no path can make this take long.
    private static func matches(_ parts: [Part], _ text: [UInt8], _ match: inout Match) -> Bool {
        var position = 0
        var waiting: String?
        for (index, part) in parts.enumerated() {
            switch part {
            case .parameter(let name):
                if let earlier = waiting {
                    guard position < text.count else { return false }
                    match.parameters[earlier] = String(decoding: text[position..<(position + 1)], as: UTF8.self)
                    position += 1
                }
                waiting = name
            case .literal(let literal):
                let isLast = index == parts.count - 1
                guard let found = find(literal, in: text, from: position, waiting != nil, isLast) else { return false }
                if let name = waiting {
                    match.parameters[name] = String(decoding: text[position..<found], as: UTF8.self)
                    waiting = nil
                }
                position = found + literal.utf8.count
            }
        }
        if let name = waiting {
            guard position < text.count else { return false }
            match.parameters[name] = String(decoding: text[position...], as: UTF8.self)
            return true
        }
        return position == text.count
    }

    /// Where a literal stands: here, at the end, or wherever it is found first behind at least one letter.
    private static func find(
        _ literal: String,
        in text: [UInt8],
        from position: Int,
        _ isBehindParameter: Bool,
        _ isLast: Bool
    ) -> Int? {
        let last = text.count - literal.utf8.count
        func stands(at place: Int) -> Bool {
            ASCII.equalIgnoringCase(text[place..<(place + literal.utf8.count)], literal.utf8)
        }
        guard isBehindParameter else { return position <= last && stands(at: position) ? position : nil }
        guard position < last else { return nil }
        if isLast { return stands(at: last) ? last : nil }
        return ((position + 1)...last).first(where: stands)
    }
}
