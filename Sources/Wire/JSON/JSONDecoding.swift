// JSONDecoding: Swift values from tokens. The common types are recognised here and made without any of Codable's
// machinery; all others go through the Decoder of JSONDecoder.swift.

/// Why a JSON value does not become the Swift type that was asked for.
public enum JSONDecodingError: Error, Sendable {
    /// The text is no JSON, or nested too deep.
    case syntax(JSONError)
    /// Another kind of value stands there, or a number that the type cannot hold.
    case mismatch(expected: String, path: String)
    /// A member or an element that the type needs is not there.
    case missing(path: String)
    /// The type itself refused the value.
    case refused(any Error)
}

extension JSONView {
    /// Makes the value of a type from the token.
    ///
    /// `[UInt8]` takes an attachment, or an array of numbers; integers take every number that they hold exactly.
    package func decode<T: Decodable>(_ type: T.Type = T.self, at token: Int) throws(JSONDecodingError) -> T {
        do throws(JSONMismatch) {
            if let value = try fast(type, at: token) { return value }
        } catch {
            if case .syntax(let error) = error { throw .syntax(error) }
            throw .mismatch(expected: "\(type)", path: pathText(to: token))
        }
        do {
            let session = JSONDecodingSession(self)
            defer { session.end() }
            return try T(from: JSONTokenDecoder(session: session, token: token, depth: 0))
        } catch {
            throw JSONDecodingError(error)
        }
    }

    /// The value of one of the types that need no Decoder; nil if `type` is none of them.
    ///
    /// Inlined into the containers below: for each of Codable's own types only one comparison is left of it.
    @inline(__always)
    func fast<T>(_ type: T.Type, at token: Int) throws(JSONMismatch) -> T? {
        if type == String.self { return try recast(string(at: token)) }
        if type == Int.self { return try recast(integer(at: token, as: Int.self)) }
        if type == Double.self { return try recast(double(at: token)) }
        if type == Bool.self { return try recast(bool(at: token)) }
        if type == Int64.self { return try recast(integer(at: token, as: Int64.self)) }
        if type == UInt64.self { return try recast(integer(at: token, as: UInt64.self)) }
        if type == UInt.self { return try recast(integer(at: token, as: UInt.self)) }
        if type == Int32.self { return try recast(integer(at: token, as: Int32.self)) }
        if type == UInt32.self { return try recast(integer(at: token, as: UInt32.self)) }
        if type == Int16.self { return try recast(integer(at: token, as: Int16.self)) }
        if type == UInt16.self { return try recast(integer(at: token, as: UInt16.self)) }
        if type == Int8.self { return try recast(integer(at: token, as: Int8.self)) }
        if type == UInt8.self { return try recast(integer(at: token, as: UInt8.self)) }
        if type == Float.self { return try recast(float(at: token)) }
        return try fastComposite(type, at: token)
    }

    private func fastComposite<T>(_ type: T.Type, at token: Int) throws(JSONMismatch) -> T? {
        if type == JSON.self { return try recast(whole(token)) }
        if type == JSONObject.self { return try recast(whole(token).object) }
        if type == [JSON].self { return try recast(whole(token).array) }
        if type == [UInt8].self { return try recast(octets(at: token)) }
        if type == [String].self { return try recast(all(token) { string(at: $0) }) }
        if type == [Int].self { return try recast(all(token) { integer(at: $0) }) }
        if type == [Double].self { return try recast(all(token) { double(at: $0) }) }
        return nil
    }

    /// The same value under the generic name of its own type.
    ///
    /// It costs nothing, where a dynamic cast costs as much as reading the value.
    @inline(__always)
    private func recast<A, T>(_ value: A?) throws(JSONMismatch) -> T? {
        guard let value else { throw .kind }
        return unsafeBitCast(value, to: T.self)
    }

    private func whole(_ token: Int) throws(JSONMismatch) -> JSON {
        do throws(JSONError) { return try value(at: token) } catch { throw .syntax(error) }
    }

    private func all<Element>(_ token: Int, _ read: (Int) -> Element?) -> [Element]? {
        guard kind(at: token) == .array else { return nil }
        var values: [Element] = []
        for element in elements(of: token) {
            guard let value = read(element) else { return nil }
            values.append(value)
        }
        return values
    }

    private func octets(at token: Int) -> [UInt8]? {
        attachment(at: token) ?? all(token) { integer(at: $0, as: UInt8.self) }
    }

    private func float(at token: Int) -> Float? {
        guard let value = double(at: token), Float(value).isFinite else { return nil }
        return Float(value)
    }
}

/// Why a token is nothing for one of the common types; whoever catches it knows the type and the token.
enum JSONMismatch: Error {
    /// Another kind of value, or a number that the type cannot hold.
    case kind
    /// Nested too deep.
    case syntax(JSONError)
}

// MARK: - Errors

extension JSONDecodingError {
    /// Whatever was thrown on the way, in terms of this grammar.
    init(_ error: any Error) {
        switch error {
        case let error as JSONDecodingError: self = error
        case let error as JSONError: self = .syntax(error)
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            self = .mismatch(expected: "\(type)", path: context.codingPath.pathText)
        case DecodingError.keyNotFound(let key, let context):
            self = .missing(path: (context.codingPath + [key]).pathText)
        default: self = .refused(error)
        }
    }
}

extension [any CodingKey] {
    /// The path as it would be written in JavaScript, without the name of the variable: `users[2].name`.
    var pathText: String {
        reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : "." + key.stringValue
            }
        }
    }
}

extension JSONView {
    /// The way from the whole value to the token, found by walking the tape; only errors need it.
    ///
    /// Complexity: O(n) in the tokens.
    func path(to target: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var parent = 0
        while parent != target, let (key, child) = step(from: parent, towards: target) {
            path.append(key)
            parent = child
        }
        return path
    }

    func pathText(to target: Int) -> String { path(to: target).pathText }

    private func step(from parent: Int, towards target: Int) -> (JSONKey, Int)? {
        let isArray = kind(at: parent) == .array
        for (index, element) in elements(of: parent).enumerated() {
            let child = isArray ? element : element &+ 1
            if next(after: child) > target {
                return (isArray ? JSONKey(index: index) : JSONKey(name: text(of: element)), child)
            }
        }
        return nil
    }
}

/// A name or an index on the way to a value.
struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = "\(index)"
        intValue = index
    }

    init?(stringValue: String) { self.init(name: stringValue) }

    init?(intValue: Int) { self.init(index: intValue) }
}
