// JSONFuzz: one text, read as JSON. It is accepted exactly when a plain recursive reader of RFC 8259 accepts it; the value
// that comes of it is written as a text that reads as the same value; and no type that is asked for makes it trap.

internal import Wire

/// Deeper texts are left to the limits, which the plain reader below has not.
private let maxDepth = 100

func checkJSON(_ input: FuzzInput) throws(Finding) {
    var plain = PlainReader(bytes: input.bytes)
    let isValid = plain.isWholeText
    var limits = JSONLimits()
    if input.has(0) { limits.maxTokens = 8 }
    var tape = JSONTape(limits: limits)
    do throws(JSONError) {
        try tape.parse(input.bytes.span.bytes)
    } catch {
        if case .tooLarge = error { return }
        if case .tooDeep = error { return }
        return try expect(!isValid, "refused with \(error)")
    }
    try expect(isValid || plain.isTooDeep, "accepted")
    try expect(tape.count <= limits.maxTokens, "\(tape.count) tokens")
    try input.bytes.span.bytes.withUnsafeBytes { (bytes) throws(Finding) in
        try checkView(JSONView(of: tape, over: bytes))
    }
}

private func checkView(_ view: JSONView) throws(Finding) {
    for token in 0..<view.count {
        let next = view.next(after: token)
        try expect(next > token && next <= view.count, "token \(token) has no next")
        try expect(!view.rawRange(of: token).isEmpty, "token \(token) is empty")
        if let text = view.string(at: token) {
            try expect(view.string(at: token, equals: text), "\(text) is not equal to itself")
            let isSame = view.withStringBytes(at: token) { $0.withUnsafeBytes { $0.elementsEqual(text.utf8) } }
            try expect(isSame, "\(text) has other bytes")
        }
        if let number = view.double(at: token) {
            let text = view.withRawBytes(of: token) { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
            try expectEqual(number, Double(text) ?? .nan, "the value of \(text)")
        }
    }
    try checkValue(view)
    askForTypes(view)
}

private func checkValue(_ view: JSONView) throws(Finding) {
    let value: JSON
    do throws(JSONError) {
        value = try view.value(at: 0)
    } catch {
        return try expectEqual(error, .tooDeep(at: 0), "a value that was read")
    }
    let text = value.utf8Text
    guard let again = try? JSON(parsing: text) else {
        throw Finding(description: "\(value.text) cannot be read")
    }
    try expectEqual(again.utf8Text, text, "written twice")
}

private struct Wanted: Decodable {
    var a: Int8?
    var b: [UInt16]?
    var c: [String: Double]?
    var d: JSON?
}

/// Asks for types that the text may or may not hold; nothing is expected but that each answer comes.
private func askForTypes(_ view: JSONView) {
    for token in 0..<min(view.count, 8) {
        _ = try? view.decode(Wanted.self, at: token)
        _ = try? view.decode([Int8].self, at: token)
        _ = try? view.decode([[Float]].self, at: token)
        _ = try? view.decode([UInt8].self, at: token)
        _ = try? view.decode([String: [String: UInt64]].self, at: token)
        _ = try? view.decode(Int.self, at: token)
    }
}

/// RFC 8259 as simply as it can be read: nothing is kept, and nothing is fast.
private struct PlainReader {
    let bytes: [UInt8]
    private var place = 0
    private(set) var isTooDeep = false

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isWholeText: Bool {
        mutating get {
            guard String(validating: bytes, as: UTF8.self) != nil, value(0) else { return false }
            blanks()
            return place == bytes.count
        }
    }

    private var here: UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func blanks() { while [0x20, 0x09, 0x0A, 0x0D].contains(here) { place += 1 } }

    private mutating func skip(_ text: String) -> Bool {
        guard bytes[place...].starts(with: text.utf8) else { return false }
        place += text.utf8.count
        return true
    }

    private mutating func value(_ depth: Int) -> Bool {
        guard depth < maxDepth else {
            isTooDeep = true
            return false
        }
        blanks()
        switch here {
        case UInt8(ascii: "{"): return list("{", "}", depth) { $0.member(depth) }
        case UInt8(ascii: "["): return list("[", "]", depth) { $0.value(depth + 1) }
        case UInt8(ascii: "\""): return string()
        default: return skip("true") || skip("false") || skip("null") || number()
        }
    }

    private mutating func member(_ depth: Int) -> Bool {
        blanks()
        guard string() else { return false }
        blanks()
        return skip(":") && value(depth + 1)
    }

    private mutating func list(_ open: String, _ close: String, _ depth: Int, _ item: (inout Self) -> Bool) -> Bool {
        guard skip(open) else { return false }
        blanks()
        if skip(close) { return true }
        repeat {
            guard item(&self) else { return false }
            blanks()
        } while skip(",")
        return skip(close)
    }

    private mutating func string() -> Bool {
        guard skip("\"") else { return false }
        while place < bytes.count, here >= 0x20 {
            if skip("\"") { return true }
            guard skip("\\") else {
                place += 1
                continue
            }
            if skip("u") {
                for _ in 0..<4 {
                    guard Character(UnicodeScalar(here)).isHexDigit, here < 0x80 else { return false }
                    place += 1
                }
            } else {
                guard "\"\\/bfnrt".utf8.contains(here) else { return false }
                place += 1
            }
        }
        return false
    }

    private mutating func digits() -> Bool {
        let start = place
        while (0x30...0x39).contains(here) { place += 1 }
        return place > start
    }

    private mutating func number() -> Bool {
        _ = skip("-")
        guard skip("0") || digits() else { return false }
        if skip("."), !digits() { return false }
        guard skip("e") || skip("E") else { return true }
        _ = skip("+") || skip("-")
        return digits()
    }
}
