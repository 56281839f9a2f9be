// FormFuzz: urlencoded text. What was read is written and read as the same; the flat and the nested reading keep to their
// limits, and the flat one holds exactly the pairs.

internal import Wire

func checkForm(_ input: FuzzInput) throws(Finding) {
    var limits = QueryLimits()
    if input.has(0) { limits.parameters = 3 }
    if input.has(1) { limits.depth = 2 }
    if input.has(2) { limits.arrayIndex = 0 }
    let text = input.bytes
    let parts = text.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false).count
    let pairs: [(String, String)]
    do throws(FormError) {
        pairs = try Query.pairs(text, limits: limits)
    } catch {
        return try expect(error == .tooManyParameters && parts > limits.parameters, "\(parts) parts: \(error)")
    }
    try expect(parts <= limits.parameters, "\(parts) parts for a limit of \(limits.parameters)")
    try checkAnew(pairs)
    try checkFlat(text, pairs, limits)
    if let nested = try? Query.extended(text, limits: limits) {
        let value = JSON.object(nested)
        try expect(depth(of: value) <= limits.depth + 3, "nested \(depth(of: value)) deep")
    }
    try checkPath(text)
}

/// The pairs, encoded, are read as the same pairs.
private func checkAnew(_ pairs: [(String, String)]) throws(Finding) {
    let text = pairs.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    let again = (try? Query.pairs(text.utf8)) ?? []
    try expectEqual(again.map(\.0), pairs.map(\.0), "the keys of \(text)")
    try expectEqual(again.map(\.1), pairs.map(\.1), "the values of \(text)")
}

private func checkFlat(_ text: [UInt8], _ pairs: [(String, String)], _ limits: QueryLimits) throws(Finding) {
    let flat = (try? Query.simple(text, limits: limits)) ?? JSONObject()
    try expectEqual(Set(flat.keys), Set(pairs.map(\.0)), "the keys")
    for key in flat.keys {
        let wanted = pairs.filter { $0.0 == key }.map { JSON.string($0.1) }
        try expectEqual(flat[key], wanted.count == 1 ? wanted[0] : .array(wanted), "the value of \(key)")
    }
}

private func checkPath(_ bytes: [UInt8]) throws(Finding) {
    let text = String(decoding: bytes, as: UTF8.self)
    try expectEqual(PercentCoding.decode(PercentCoding.encode(text)), text, "a path back")
    let url = PercentCoding.encodeURL(text)
    try expect(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(url) is not printable")
    try expectEqual(PercentCoding.encodeURL(url), url, "encoded twice")
}

private func depth(of value: JSON) -> Int {
    switch value {
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let object): 1 + (object.map { depth(of: $0.value) }.max() ?? 0)
    default: 0
    }
}
