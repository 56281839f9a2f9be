// JSONDecoder: the Decoder of the standard library over a JSONView, for types that are neither of the common ones nor
// arrays of them. Its parts are small enough to live in an existential without a box.

/// What all parts of one decoding share, and what makes it harmless to keep one of them.
///
/// A type's `init(from:)` may store its decoder. The view behind it is gone when the call is over, so the session lets
/// go of it; whoever comes later gets an error instead of freed memory.
final class JSONDecodingSession {
    @exclusivity(unchecked) private var current: JSONView?

    init(_ view: JSONView) { current = view }

    func end() { current = nil }

    func view() throws -> JSONView {
        guard let current else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "the decoder is used too late"))
        }
        return current
    }
}

@available(*, unavailable) extension JSONDecodingSession: Sendable {}

/// The decoder of one token; also its container when it holds a single value.
struct JSONTokenDecoder: Decoder, SingleValueDecodingContainer {
    let session: JSONDecodingSession
    private let index: Int32
    private let level: Int32

    init(session: JSONDecodingSession, token: Int, depth: Int) {
        self.session = session
        index = Int32(truncatingIfNeeded: token)
        level = Int32(truncatingIfNeeded: depth)
    }

    var token: Int { Int(index) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The way to the token; empty once the decoding is over.
    var codingPath: [any CodingKey] { (try? session.view().path(to: token)) ?? [] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard try session.view().kind(at: token) == .object else { throw mismatch([String: JSON].self) }
        return KeyedDecodingContainer(try JSONMembers<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard try session.view().kind(at: token) == .array else { throw mismatch([JSON].self) }
        return JSONSequence(self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { (try? session.view().kind(at: token)) == .null }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decode(type, at: token) }

    func decode(_ type: String.Type) throws -> String { try decode(type, at: token) }

    /// Decodes this token, or one inside of it.
    @inline(__always)
    func decode<T: Decodable>(_ type: T.Type, at token: Int) throws -> T {
        let view = try session.view()
        do throws(JSONMismatch) {
            if let value = try view.fast(type, at: token) { return value }
        } catch {
            if case .syntax(let error) = error { throw error }
            throw mismatch(type, at: token)
        }
        return try T(from: child(token))
    }

    /// The decoder of a token inside of this one; the depth is bounded because each level is a few frames of stack.
    func child(_ token: Int) throws -> JSONTokenDecoder {
        guard level < JSONLimits.valueDepth else {
            throw JSONError.tooDeep(at: try session.view().rawRange(of: token).lowerBound)
        }
        return JSONTokenDecoder(session: session, token: token, depth: Int(level) + 1)
    }

    func mismatch(_ type: Any.Type, at token: Int? = nil) -> DecodingError {
        let path = (try? session.view().path(to: token ?? self.token)) ?? []
        return .typeMismatch(type, .init(codingPath: path, debugDescription: "the JSON value is nothing for \(type)"))
    }
}

// MARK: - Objects

/// The members of an object, by name.
private struct JSONMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// From how many members on an index is made.
    ///
    /// Without one a dictionary of n names would take n² comparisons.
    private static var indexThreshold: Int { 16 }

    private let decoder: JSONTokenDecoder
    private let index: [String: Int]

    init(_ decoder: JSONTokenDecoder) throws {
        self.decoder = decoder
        let view = try decoder.session.view()
        var index: [String: Int] = [:]
        if view.next(after: decoder.token) &- decoder.token > 2 * Self.indexThreshold {
            for key in view.elements(of: decoder.token) { index[view.text(of: key)] = key &+ 1 }
        }
        self.index = index
    }

    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        guard index.isEmpty else { return index.keys.compactMap(Key.init(stringValue:)) }
        guard let view = try? decoder.session.view() else { return [] }
        return Set(view.elements(of: decoder.token).map(view.text(of:))).compactMap(Key.init(stringValue:))
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool {
        try decoder.session.view().kind(at: token(of: key)) == .null
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try decoder.decode(type, at: token(of: key))
    }

    // The most common types once more, without generics: half of the time went into their run-time metadata.

    func decode(_ type: String.Type, forKey key: Key) throws -> String {
        try decoder.decode(type, at: token(of: key))
    }

    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try decoder.decode(type, at: token(of: key)) }

    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try decoder.decode(type, at: token(of: key)) }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try decoder.decode(type, at: token(of: key)) }

    /// One search instead of the three of the protocol's own way.
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let token = find(key), try decoder.session.view().kind(at: token) != .null else { return nil }
        return try decoder.decode(type, at: token)
    }

    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
        guard let token = find(key), try decoder.session.view().kind(at: token) != .null else { return nil }
        return try decoder.decode(type, at: token)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder.child(token(of: key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder.child(token(of: key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try superDecoder(named: JSONKey(name: "super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder(named: key) }

    private func superDecoder(named key: any CodingKey) throws -> any Decoder {
        guard let token = find(key) else { throw missing(key) }
        return try decoder.child(token)
    }

    private func token(of key: Key) throws -> Int {
        guard let token = find(key) else { throw missing(key) }
        return token
    }

    private func find(_ key: any CodingKey) -> Int? {
        guard let view = try? decoder.session.view() else { return nil }
        return index.isEmpty ? view.member(key.stringValue, of: decoder.token) : index[key.stringValue]
    }

    private func missing(_ key: any CodingKey) -> DecodingError {
        .keyNotFound(key, .init(codingPath: codingPath, debugDescription: "there is no member \(key.stringValue)"))
    }
}

// MARK: - Arrays

/// The elements of an array, one after the other.
private struct JSONSequence: UnkeyedDecodingContainer {
    private let decoder: JSONTokenDecoder
    private var next: Int32
    private var position: Int32 = 0

    init(_ decoder: JSONTokenDecoder) {
        self.decoder = decoder
        next = Int32(truncatingIfNeeded: decoder.token &+ 1)
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var currentIndex: Int { Int(position) }
    /// Unknown: the tape does not count, and counting would be as long as reading.
    var count: Int? { nil }

    var isAtEnd: Bool {
        guard let view = try? decoder.session.view() else { return true }
        return Int(next) >= view.next(after: decoder.token)
    }

    mutating func decodeNil() throws -> Bool {
        guard try decoder.session.view().kind(at: current(JSON?.self)) == .null else { return false }
        try advance()
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try decoder.decode(type, at: current(type))
        try advance()
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let container = try decoder.child(current([String: JSON].self)).container(keyedBy: type)
        try advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try decoder.child(current([JSON].self)).unkeyedContainer()
        try advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let child = try decoder.child(current(JSON.self))
        try advance()
        return child
    }

    private func current(_ type: Any.Type) throws -> Int {
        guard !isAtEnd else {
            let path = codingPath + [JSONKey(index: currentIndex)]
            throw DecodingError.valueNotFound(type, .init(codingPath: path, debugDescription: "the array ends here"))
        }
        return Int(next)
    }

    private mutating func advance() throws {
        next = Int32(truncatingIfNeeded: try decoder.session.view().next(after: Int(next)))
        position &+= 1
    }
}
