// JSONTape: JSON text as a flat row of tokens over the bytes it was read from. The row is reused from text to text, so
// that reading allocates nothing once it has grown. What the tokens mean is JSONView's business.
//
//     ["echo",{"n":1}]        index  kind     range    next
//                               0    array    0..<16   5
//                               1    string   1..<7    2
//                               2    object   8..<15   5      `next` is the sibling: all that is inside is passed over
//                               3    string   9..<12   4      a key, followed by its value
//                               4    integer  13..<14  5

/// What a token stands for.
@usableFromInline
package enum JSONKind: UInt8, Sendable {
    case null, `false`, `true`
    /// A number without fraction and exponent.
    case integer
    case number
    case string
    case array
    case object
    /// An object that was found to be the placeholder of an attachment.
    case binary
}

/// One value or key: where it stands in the text, and where its next sibling stands on the tape.
@usableFromInline
struct JSONToken {
    @usableFromInline var start: UInt32
    @usableFromInline var end: UInt32
    /// While a container is open: the index of the container around it.
    @usableFromInline var next: UInt32
    /// The number of the attachment, if `kind` is `binary`.
    @usableFromInline var attachment: UInt16 = 0
    @usableFromInline var kind: JSONKind
    /// Whether a string holds escapes.
    @usableFromInline var isEscaped = false

    @inlinable
    init(start: UInt32, end: UInt32, next: UInt32, kind: JSONKind) {
        (self.start, self.end, self.next, self.kind) = (start, end, next, kind)
    }
}

/// A reusable row of tokens.
@usableFromInline
package struct JSONTape: ~Copyable {
    /// What a tape keeps between two texts; a longer one is given back, so that one large text is not paid for ever.
    private static let keptTokens = 4096
    private static let noContainer = UInt32.max

    @usableFromInline private(set) var tokens: UnsafeMutablePointer<JSONToken>
    @usableFromInline package private(set) var count = 0
    private var capacity: Int
    private let limits: JSONLimits

    /// An empty tape.
    package init(limits: JSONLimits = JSONLimits()) {
        self.limits = limits
        capacity = max(1, min(16, limits.maxTokens))
        tokens = .allocate(capacity: capacity)
    }

    deinit { tokens.deallocate() }

    /// Reads all of `bytes` from `start` as one JSON text; offsets count from the beginning of `bytes`.
    ///
    /// Complexity: O(n), without recursion. The tape is empty after an error.
    package mutating func parse(_ bytes: RawSpan, from start: Int = 0) throws(JSONError) {
        try bytes.withUnsafeBytes { (buffer) throws(JSONError) in try parse(buffer, from: start) }
    }

    /// Reads bytes that the caller keeps in place for as long as it looks at the tape through a view.
    package mutating func parse(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) throws(JSONError) {
        reset()
        guard let base = bytes.baseAddress, start < bytes.count else { throw .unexpectedEnd }
        guard bytes.count < Int(UInt32.max) else { throw .tooLarge }
        let text = base.assumingMemoryBound(to: UInt8.self)
        var scanner = JSONScanner(bytes: text, count: bytes.count, cursor: max(start, 0))
        do {
            try read(&scanner)
        } catch {
            count = 0
            throw error
        }
    }

    /// Empties the tape.
    package mutating func clear() { count = 0 }

    private mutating func reset() {
        count = 0
        guard capacity > Self.keptTokens else { return }
        tokens.deallocate()
        capacity = Self.keptTokens
        tokens = .allocate(capacity: capacity)
    }
}

// MARK: - The grammar

extension JSONTape {
    /// What may stand next.
    private enum Expected { case value, valueOrEnd, key, keyOrEnd, separator }

    /// The loop over the text; the containers that are open are chained through their `next`.
    private mutating func read(_ scanner: inout JSONScanner) throws(JSONError) {
        var expected = Expected.value
        var container = Self.noContainer
        var depth = 0
        while let byte = scanner.skipBlanks() {
            switch expected {
            case .separator where container == Self.noContainer:
                throw .trailingBytes(at: scanner.cursor)
            case .separator:
                expected = try separate(byte, &scanner, &container, &depth)
            case .keyOrEnd where byte == UInt8(ascii: "}"), .valueOrEnd where byte == UInt8(ascii: "]"):
                close(&scanner, &container, &depth)
                expected = .separator
            case .key, .keyOrEnd:
                try key(byte, &scanner)
                expected = .value
            case .value, .valueOrEnd:
                expected = try value(byte, &scanner, &container, &depth)
            }
        }
        guard expected == .separator, container == Self.noContainer else { throw .unexpectedEnd }
    }

    /// After a value inside a container: a comma, or the container's end.
    @inline(__always)
    private mutating func separate(
        _ byte: UInt8,
        _ scanner: inout JSONScanner,
        _ container: inout UInt32,
        _ depth: inout Int
    ) throws(JSONError) -> Expected {
        let isObject = tokens[Int(container)].kind == .object
        if byte == UInt8(ascii: ",") {
            scanner.cursor &+= 1
            return isObject ? .key : .value
        }
        guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
            throw .unexpectedByte(at: scanner.cursor)
        }
        close(&scanner, &container, &depth)
        return .separator
    }

    /// A member's name and its colon.
    @inline(__always)
    private mutating func key(_ byte: UInt8, _ scanner: inout JSONScanner) throws(JSONError) {
        guard byte == JSONScanner.quote else { throw .unexpectedByte(at: scanner.cursor) }
        try string(&scanner)
        guard let colon = scanner.skipBlanks() else { throw .unexpectedEnd }
        guard colon == UInt8(ascii: ":") else { throw .unexpectedByte(at: scanner.cursor) }
        scanner.cursor &+= 1
    }

    @inline(__always)
    private mutating func value(
        _ byte: UInt8,
        _ scanner: inout JSONScanner,
        _ container: inout UInt32,
        _ depth: inout Int
    ) throws(JSONError) -> Expected {
        switch byte {
        case JSONScanner.quote: try string(&scanner)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            guard depth < limits.maxDepth else { throw .tooDeep(at: scanner.cursor) }
            depth &+= 1
            let isObject = byte == UInt8(ascii: "{")
            let start = scanner.cursor
            scanner.cursor &+= 1
            let index = try append(isObject ? .object : .array, from: start, to: start)
            tokens[index].next = container
            container = UInt32(truncatingIfNeeded: index)
            return isObject ? .keyOrEnd : .valueOrEnd
        default: try scalar(byte, &scanner)
        }
        return .separator
    }

    private mutating func scalar(_ byte: UInt8, _ scanner: inout JSONScanner) throws(JSONError) {
        let start = scanner.cursor
        let kind: JSONKind
        switch byte {
        case UInt8(ascii: "-"), 0x30...0x39: kind = try scanner.number() ? .integer : .number
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            kind = .true
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            kind = .false
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            kind = .null
        default: throw .unexpectedByte(at: start)
        }
        try append(kind, from: start, to: scanner.cursor)
    }

    @inline(__always)
    private mutating func string(_ scanner: inout JSONScanner) throws(JSONError) {
        let start = scanner.cursor
        let isEscaped = try scanner.string()
        let index = try append(.string, from: start, to: scanner.cursor)
        tokens[index].isEscaped = isEscaped
    }

    @inline(__always)
    private mutating func close(_ scanner: inout JSONScanner, _ container: inout UInt32, _ depth: inout Int) {
        let index = Int(container)
        scanner.cursor &+= 1
        depth &-= 1
        container = tokens[index].next
        tokens[index].next = UInt32(truncatingIfNeeded: count)
        tokens[index].end = UInt32(truncatingIfNeeded: scanner.cursor)
    }
}

// MARK: - The row

extension JSONTape {
    @inline(__always) @discardableResult
    private mutating func append(_ kind: JSONKind, from start: Int, to end: Int) throws(JSONError) -> Int {
        if count == capacity { try grow() }
        let index = count
        count &+= 1
        // Offsets fit: `parse` refuses texts that 32 bits cannot address, and tokens are no more than bytes.
        let token = JSONToken(
            start: UInt32(truncatingIfNeeded: start),
            end: UInt32(truncatingIfNeeded: end),
            next: UInt32(truncatingIfNeeded: count),
            kind: kind
        )
        (tokens + index).initialize(to: token)
        return index
    }

    private mutating func grow() throws(JSONError) {
        guard count < limits.maxTokens else { throw .tooLarge }
        let larger = UnsafeMutablePointer<JSONToken>.allocate(capacity: min(capacity * 2, limits.maxTokens))
        larger.moveInitialize(from: tokens, count: count)
        tokens.deallocate()
        tokens = larger
        capacity = min(capacity * 2, limits.maxTokens)
    }
}
