// ByteRange: which part of a representation a request asks for (RFC 9110 14). One part is served; a request for
// several, which nobody but an attacker sends in numbers, gets the whole.

/// The Range and If-Range fields of a request.
package enum ByteRange {
    /// What to send.
    package enum Outcome: Equatable, Sendable {
        /// 200 with everything.
        case whole
        /// 206 with these bytes.
        case part(Range<Int>)
        /// 416.
        case unsatisfiable
    }

    /// The most ranges that are looked at; beyond it the whole is sent.
    static let maxRanges = 32

    /// Evaluates the fields for a representation of `length` bytes.
    package static func evaluate(_ fields: Fields, length: Int, etag: String?, modified: Int?) -> Outcome {
        guard let value = fields.first("range"), isCurrent(fields, etag, modified), let ranges = parse(value, length)
        else { return .whole }
        let merged = merge(ranges)
        if merged.isEmpty { return .unsatisfiable }
        return merged.count == 1 ? .part(merged[0]) : .whole
    }

    /// Whether the part would belong to what the client has: If-Range by tag or by date.
    private static func isCurrent(_ fields: Fields, _ etag: String?, _ modified: Int?) -> Bool {
        guard let condition = fields.first("if-range") else { return true }
        if condition.utf8.contains(ASCII.quote) {
            return condition == etag
        }
        guard let since = HTTPDate.seconds(condition), let modified else { return false }
        return modified <= since
    }

    /// The satisfiable ranges, or nil when the field does not follow the grammar.
    private static func parse(_ value: String, _ length: Int) -> [Range<Int>]? {
        var reader = ByteReader(value.utf8)
        reader.skipBlanks()
        guard reader.skip("bytes=") else { return nil }
        var ranges: [Range<Int>] = []
        for _ in 0..<maxRanges {
            reader.skipBlanks()
            guard let range = parseOne(&reader, length) else { return nil }
            if !range.isEmpty { ranges.append(range) }
            reader.skipBlanks()
            if reader.isAtEnd { return ranges }
            guard reader.skip(",") else { return nil }
        }
        return nil
    }

    /// "first-last", "first-" or "-count"; an empty range when it cannot be satisfied.
    private static func parseOne(_ reader: inout ByteReader, _ length: Int) -> Range<Int>? {
        if reader.skip("-") {
            guard let count = reader.number() else { return nil }
            return Swift.max(0, length &- count)..<length
        }
        guard let first = reader.number(), reader.skip("-") else { return nil }
        var last = length &- 1
        if let byte = reader.peek, ASCII.digit(byte) != nil {
            guard let number = reader.number(), number >= first else { return nil }
            last = Swift.min(last, number)
        }
        return first <= last ? first..<last &+ 1 : 0..<0
    }

    /// Joins what overlaps or touches.
    private static func merge(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let previous = merged.last, range.lowerBound <= previous.upperBound {
                merged[merged.count - 1] =
                    previous.lowerBound..<Swift.max(previous.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
