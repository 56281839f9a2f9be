// RoutePattern: the path of a route, "/users/:id" or "/files/*rest", compared with the path of a request. Comparison
// ignores the case of ASCII letters and a slash at the end, as Express does unless told otherwise.

internal import Wire

/// The path of a request, cut at its slashes and decoded piece by piece.
///
/// Decoding comes after cutting, so that "%2F" is a letter of a name and never a border.
struct RoutePath {
    /// The pieces as they were sent; "/" has none.
    let raw: [Substring]
    /// The pieces decoded; nil where the escapes are broken.
    let segments: [String?]
    /// Whether a slash ends the path.
    let hasSlash: Bool

    init(_ path: String) {
        var pieces = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        hasSlash = pieces.last?.isEmpty ?? false
        if hasSlash { pieces = pieces.dropLast() }
        raw = Array(pieces)
        segments = raw.map { PercentCoding.decode(String($0)) }
    }

    /// The path as it was sent, without its first `count` pieces.
    func rest(from count: Int) -> String {
        let pieces = raw.dropFirst(count).map { "/" + $0 }.joined()
        return pieces + (hasSlash ? "/" : "")
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
        let available = path.segments.count - start
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
        let pieces = path.segments[(start + match.count)...]
        if pieces.contains(nil) { match.isMalformed = true }
        match.parameters[wildcard ?? "*"] = pieces.map { $0 ?? "" }.joined(separator: "/")
        match.count = path.segments.count - start
        return match
    }

    private static func matches(_ segment: Segment, _ path: RoutePath, _ index: Int, _ match: inout Match) -> Bool {
        let raw = path.raw[index]
        switch segment {
        case .literal(let literal):
            return ASCII.equalIgnoringCase((path.segments[index] ?? String(raw)).utf8, literal)
        case .parameter(let name):
            guard !raw.isEmpty else { return false }
            if path.segments[index] == nil { match.isMalformed = true }
            match.parameters[name] = path.segments[index] ?? ""
            return true
        case .mixed(let parts):
            guard let text = path.segments[index] else { return false }
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
