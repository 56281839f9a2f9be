// JSONEncoder: the Encoder of the standard library straight into a JSONWriter. Each container knows the depth at which it
// stands; whoever writes at a depth first closes everything deeper. So no container needs to be told that it is complete.

/// A place in the text that takes one value.
struct JSONPlace {
    /// How many containers are open around it.
    let depth: Int
    /// The offset in the text; since text only grows, no two places share one.
    let start: Int
}

/// What all parts of one encoding share: the writer, and the containers that are open.
final class JSONEncodingSession {
    /// An open array or object.
    private struct Open {
        let start: Int
        let isObject: Bool
        var isEmpty = true
    }

    @exclusivity(unchecked) private var writer: JSONWriter
    @exclusivity(unchecked) private var open: [Open] = []
    /// Where a value is due; if nothing is there when the text goes on, the type said nothing at all.
    @exclusivity(unchecked) private var due = -1
    /// What went wrong where Codable's protocols do not allow to throw.
    @exclusivity(unchecked) private var failure: JSONEncodingError?

    /// Takes the text out of `writer`, so that appending to it here never copies it.
    init(_ writer: inout JSONWriter) {
        self.writer = JSONWriter(binary: writer.binary)
        swap(&self.writer, &writer)
    }

    /// Gives the text back.
    func end(_ writer: inout JSONWriter) { swap(&self.writer, &writer) }

    /// The place where the text stands now, with `depth` containers around it.
    func place(depth: Int) -> JSONPlace {
        due = writer.bytes.count
        return JSONPlace(depth: depth, start: due)
    }

    /// Writes a whole value at the place.
    func encode<T: Encodable>(_ value: T, at place: JSONPlace) throws {
        if let failure { throw failure }
        guard writer.bytes.count == place.start else { throw JSONEncodingError.outOfOrder }
        guard !writer.fast(value) else { return }
        guard place.depth < JSONLimits.valueDepth else { throw JSONEncodingError.tooDeep }
        try value.encode(to: JSONPlaceEncoder(session: self, place: place))
        if let failure { throw failure }
        close(to: place.depth)
    }

    /// Writes null at the place.
    func encodeNull(at place: JSONPlace) throws {
        guard writer.bytes.count == place.start else { throw JSONEncodingError.outOfOrder }
        writer.null()
    }

    /// Opens a container at the place, or finds it open already: a type may ask twice for its container.
    func begin(_ place: JSONPlace, isObject: Bool) {
        if isOpen(place), open[place.depth].isObject == isObject { return }
        guard writer.bytes.count == place.start else { return fail(.outOfOrder) }
        guard place.depth < JSONLimits.valueDepth else { return fail(.tooDeep) }
        writer.raw(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
        open.append(Open(start: place.start, isObject: isObject))
    }

    /// The place of the next element of the container at `place`: after the comma, and the name if it is an object.
    func next(in place: JSONPlace, name: String?) throws -> JSONPlace {
        if let failure { throw failure }
        guard isOpen(place) else { throw JSONEncodingError.outOfOrder }
        close(to: place.depth + 1)
        if !open[place.depth].isEmpty { writer.raw(",") }
        open[place.depth].isEmpty = false
        if let name {
            writer.string(name)
            writer.raw(":")
        }
        return self.place(depth: place.depth + 1)
    }

    /// The same where Codable's protocols do not allow to throw.
    func nextOrFail(in place: JSONPlace, name: String?) -> JSONPlace {
        do {
            return try next(in: place, name: name)
        } catch {
            fail(JSONEncodingError(error))
            return place
        }
    }

    private func isOpen(_ place: JSONPlace) -> Bool {
        open.count > place.depth && open[place.depth].start == place.start
    }

    private func close(to depth: Int) {
        if writer.bytes.count == due { writer.raw("{}") }
        while open.count > depth {
            writer.raw(open.removeLast().isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
    }

    private func fail(_ error: JSONEncodingError) {
        if failure == nil { failure = error }
    }
}

@available(*, unavailable) extension JSONEncodingSession: Sendable {}

// MARK: - The faces of Codable

/// The encoder of one place; also its container when it holds a single value.
///
/// It does not keep the way to its place: `codingPath` is empty.
struct JSONPlaceEncoder: Encoder, SingleValueEncodingContainer {
    let session: JSONEncodingSession
    let place: JSONPlace

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        session.begin(place, isObject: true)
        return KeyedEncodingContainer(JSONMemberWriter<Key>(session: session, place: place))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        session.begin(place, isObject: false)
        return JSONElementWriter(session: session, place: place)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() throws { try session.encodeNull(at: place) }

    func encode<T: Encodable>(_ value: T) throws { try session.encode(value, at: place) }
}

/// Writes the members of an object.
private struct JSONMemberWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let session: JSONEncodingSession
    let place: JSONPlace

    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        try session.encodeNull(at: session.next(in: place, name: key.stringValue))
    }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try session.encode(value, at: session.next(in: place, name: key.stringValue))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(named: key.stringValue).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder(named: key.stringValue).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder(named: "super") }

    func superEncoder(forKey key: Key) -> any Encoder { encoder(named: key.stringValue) }

    private func encoder(named name: String) -> JSONPlaceEncoder {
        JSONPlaceEncoder(session: session, place: session.nextOrFail(in: place, name: name))
    }
}

/// Writes the elements of an array.
private struct JSONElementWriter: UnkeyedEncodingContainer {
    let session: JSONEncodingSession
    private let start: Int
    private let depth: Int32
    private var written: Int32 = 0

    init(session: JSONEncodingSession, place: JSONPlace) {
        self.session = session
        start = place.start
        depth = Int32(truncatingIfNeeded: place.depth)
    }

    var codingPath: [any CodingKey] { [] }
    var count: Int { Int(written) }
    private var place: JSONPlace { JSONPlace(depth: Int(depth), start: start) }

    mutating func encodeNil() throws { try session.encodeNull(at: next()) }

    mutating func encode<T: Encodable>(_ value: T) throws { try session.encode(value, at: next()) }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        encoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { encoder() }

    private mutating func next() throws -> JSONPlace {
        let next = try session.next(in: place, name: nil)
        written &+= 1
        return next
    }

    private mutating func encoder() -> JSONPlaceEncoder {
        written &+= 1
        return JSONPlaceEncoder(session: session, place: session.nextOrFail(in: place, name: nil))
    }
}
