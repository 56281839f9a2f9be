// ConditionFuzz: the fields by which a request asks for a part, or for nothing if it has it already. Ranges are held
// against a set of single bytes; of preconditions the rules that do not depend on the rest of the request.

internal import Wire

/// The field's value, with what no field may hold replaced.
private func value(_ input: FuzzInput) -> String {
    String(decoding: input.bytes.map { $0 < 0x20 || $0 > 0x7E ? 0x20 : $0 }, as: UTF8.self)
}

func checkRange(_ input: FuzzInput) throws(Finding) {
    let length = Int(input.options)
    let fields = Fields([("Range", value(input))])
    let outcome = ByteRange.evaluate(fields, length: length, etag: nil, modified: nil)
    if case .part(let range) = outcome {
        try expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= length, "\(range) of \(length)")
    }
    let wanted = plainRange(value(input), length: length)
    try expectEqual(outcome, wanted, "\(value(input)) of \(length)")
    _ = ByteRange.evaluate(fields, length: .max, etag: nil, modified: nil)
}

/// The same by counting bytes one at a time.
private func plainRange(_ text: String, length: Int) -> ByteRange.Outcome {
    let text = text.drop { $0 == " " }
    guard text.hasPrefix("bytes=") else { return .whole }
    var wanted: Set<Int> = []
    let specs = text.dropFirst(6).split(separator: ",", omittingEmptySubsequences: false)
    guard specs.count <= 32 else { return .whole }
    for spec in specs {
        let trimmed = spec.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        let ends = String(trimmed).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return .whole
        }
        let (first, last) = (Int(ends[0]), Int(ends[1]))
        // A number that is too large for the reader is no number.
        if (first == nil) != ends[0].isEmpty || (last == nil) != ends[1].isEmpty { return .whole }
        switch (first, last) {
        case (nil, nil): return .whole
        case (nil, let count?): wanted.formUnion((0..<length).suffix(count))
        case (let first?, nil): wanted.formUnion((0..<length).filter { $0 >= first })
        case (let first?, let last?):
            guard last >= first else { return .whole }
            wanted.formUnion((0..<length).filter { $0 >= first && $0 <= last })
        }
    }
    guard let low = wanted.min(), let high = wanted.max() else { return .unsatisfiable }
    return high - low + 1 == wanted.count ? .part(low..<high + 1) : .whole
}

func checkConditional(_ input: FuzzInput) throws(Finding) {
    let text = value(input)
    let tag = "\"a\""
    let noneMatch = Conditional.evaluate(Fields([("If-None-Match", text)]), etag: tag, modified: 10)
    let match = Conditional.evaluate(Fields([("If-Match", text)]), etag: tag, modified: 10)
    let isEmpty = text.allSatisfy { $0 == " " || $0 == "," }
    // One list, asked both ways: it holds the tag or it does not.
    if !isEmpty {
        try expectEqual(noneMatch == .notModified, match == .proceed, "\(text) both ways")
        try expect(match != .notModified && noneMatch != .failed, "\(text): \(match), \(noneMatch)")
        let longer = Conditional.evaluate(Fields([("If-None-Match", text + ", " + tag)]), etag: tag, modified: 10)
        try expectEqual(longer, .notModified, "\(text) and \(tag)")
    }
    guard let seconds = HTTPDate.seconds(text) else { return }
    for (modified, isNewer) in [(seconds - 1, false), (seconds, false), (seconds + 1, true)] {
        let since = Conditional.evaluate(Fields([("If-Modified-Since", text)]), etag: nil, modified: modified)
        try expectEqual(since, isNewer ? .proceed : .notModified, "changed since \(text)")
        let until = Conditional.evaluate(Fields([("If-Unmodified-Since", text)]), etag: nil, modified: modified)
        try expectEqual(until, isNewer ? .failed : .proceed, "unchanged since \(text)")
    }
}
