// Query: urlencoded text, as it stands behind "?" and in the bodies of forms. Two readings of it, as Express has:
// the simple one takes keys as they are, the extended one builds nested values out of brackets (FormTree.swift).

/// Limits of urlencoded text.
package struct QueryLimits: Equatable, Sendable {
    /// The largest number of parameters.
    package var parameters = 1_000
    /// The largest number of brackets behind one name.
    package var depth = 32
    /// The largest index that makes an array; a larger one makes an object.
    ///
    /// It is what keeps `a[999999999]=x` from asking for a billion elements.
    package var arrayIndex = 100

    /// Express's limits.
    package init() {}
}

/// Reads urlencoded text.
package enum Query {
    /// The parameters in their order, decoded; repeated keys are repeated.
    package static func pairs(
        _ text: some Collection<UInt8>,
        limits: QueryLimits = QueryLimits()
    ) throws(FormError) -> [(String, String)] {
        try split(text, limits).map { part in
            let mark = part.firstIndex(of: ASCII.equals) ?? part.endIndex
            return (PercentCoding.decodeForm(part[..<mark]), PercentCoding.decodeForm(part[mark...].dropFirst()))
        }
    }

    /// Flat keys: a repeated one makes an array, brackets are part of the key.
    package static func simple(
        _ text: some Collection<UInt8>,
        limits: QueryLimits = QueryLimits()
    ) throws(FormError) -> JSONObject {
        var keys: [String] = []
        var values: [String: [JSON]] = [:]
        for (key, value) in try pairs(text, limits: limits) {
            if values[key] == nil { keys.append(key) }
            values[key, default: []].append(.string(value))
        }
        return JSONObject(
            keys.map { key in
                let all = values[key] ?? []
                return (key, all.count == 1 ? all[0] : .array(all))
            }
        )
    }

    /// Nested keys: `a[b]=1`, `a[]=1` and `a[3]=1` make objects and arrays.
    package static func extended(
        _ text: some Collection<UInt8>,
        limits: QueryLimits = QueryLimits()
    ) throws(FormError) -> JSONObject {
        let parts = try split(text, limits)
        // An array that is written out with its indices must not turn into an object half-way.
        let tree = FormTree(depth: limits.depth, arrayIndex: Swift.max(limits.arrayIndex, parts.count))
        for part in parts {
            let mark = separator(of: part)
            let value = PercentCoding.decodeForm(part[mark...].dropFirst())
            try tree.insert(key: PercentCoding.decodeForm(part[..<mark]), value)
        }
        return tree.object
    }

    /// The parts between "&", without empty ones, which count all the same: a body of nothing but "&" is refused too.
    private static func split(
        _ text: some Collection<UInt8>,
        _ limits: QueryLimits
    ) throws(FormError) -> [ArraySlice<UInt8>] {
        let bytes = Array(text)
        guard bytes.lazy.filter({ $0 == ASCII.ampersand }).count < limits.parameters else {
            throw .tooManyParameters
        }
        return bytes.split(separator: ASCII.ampersand)
    }

    /// Where the value begins: at the "=" behind the last bracket of the key, or else at the first one, so that
    /// `a[b=c]=d` has one key.
    private static func separator(of part: ArraySlice<UInt8>) -> Int {
        var previous: UInt8 = 0
        for index in part.indices {
            if part[index] == ASCII.equals, previous == ASCII.rightBracket { return index }
            previous = part[index]
        }
        return part.firstIndex(of: ASCII.equals) ?? part.endIndex
    }
}
