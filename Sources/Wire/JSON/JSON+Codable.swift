// JSON+Codable: JSON values inside Codable types, with this package's coders (which never come here) and with any other.

extension JSON: Codable {
    /// The value that any decoder holds, found by asking for one kind after the other.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? JSONTokenDecoder {
            self = try decoder.session.view().value(at: decoder.token)
        } else {
            let container = try decoder.singleValueContainer()
            self = try JSON.scalar(in: container) ?? JSON.composite(in: container)
        }
    }

    private static func scalar(in container: any SingleValueDecodingContainer) throws -> JSON? {
        if container.decodeNil() { return .null }
        if let value = container.attempt(Bool.self) { return .bool(value) }
        if let value = container.attempt(Int64.self) { return .int(value) }
        if let value = container.attempt(Double.self) { return .double(value) }
        return container.attempt(String.self).map(JSON.string)
    }

    private static func composite(in container: any SingleValueDecodingContainer) throws -> JSON {
        if let value = container.attempt([JSON].self) { return .array(value) }
        return .object(try container.decode(JSONObject.self))
    }

    /// Hands the value to any encoder; a number that Swift does not hold goes as the nearest `Double`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .number: try container.encode(double ?? .nan)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        case .binary(let value): try container.encode(value)
        }
    }
}

extension JSONObject: Codable {
    /// The members that any decoder holds; their order is lost unless the decoder is this package's.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self.init(try container.decode([String: JSON].self).map { ($0.key, $0.value) })
    }

    /// Hands the members to any encoder, in order.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: JSONKey.self)
        for (name, value) in self { try members.encode(value, forKey: JSONKey(name: name)) }
    }
}

extension SingleValueDecodingContainer {
    /// The value if it is one of this type; that it is not is no fault, but the way to find out.
    fileprivate func attempt<T: Decodable>(_ type: T.Type) -> T? { try? decode(type) }
}

extension JSON {
    /// A Swift value from text.
    public static func decode<T: Decodable>(
        _ type: T.Type = T.self,
        from text: RawSpan
    ) throws(JSONDecodingError) -> T {
        var tape = JSONTape()
        return try text.withUnsafeBytes { (bytes) throws(JSONDecodingError) in
            do throws(JSONError) { try tape.parse(bytes) } catch { throw .syntax(error) }
            return try JSONView(of: tape, over: bytes).decode(type, at: 0)
        }
    }

    /// A Swift value as text in UTF-8; `[UInt8]` as an array of numbers.
    public static func utf8Text(of value: some Encodable) throws(JSONEncodingError) -> [UInt8] {
        var writer = JSONWriter()
        try writer.encode(value)
        return writer.bytes
    }

    /// The JSON value of a Swift value; `[UInt8]` stays bytes.
    public init(encoding value: some Encodable) throws(JSONEncodingError) {
        var writer = JSONWriter(binary: .placeholders)
        try writer.encode(value)
        do {
            self = try writer.withView { (view) throws(JSONDecodingError) in try view.decode(JSON.self, at: 0) }
        } catch {
            throw .refused(error)
        }
    }

    /// The Swift value of this JSON value.
    public func decode<T: Decodable>(as type: T.Type = T.self) throws(JSONDecodingError) -> T {
        var writer = JSONWriter(binary: .placeholders)
        writer.write(self)
        return try writer.withView { (view) throws(JSONDecodingError) in try view.decode(type, at: 0) }
    }
}

extension JSONWriter {
    /// Reads again what was written, attachments included.
    fileprivate func withView<R>(
        _ body: (JSONView) throws(JSONDecodingError) -> R
    ) throws(JSONDecodingError) -> R {
        var tape = JSONTape()
        let (text, attachments) = (bytes.span.bytes, attachments.span)
        return try text.withUnsafeBytes { (bytes) throws(JSONDecodingError) in
            do throws(JSONError) { try tape.parse(bytes) } catch { throw .syntax(error) }
            tape.mark(placeholders)
            return try attachments.withUnsafeBufferPointer { (attached) throws(JSONDecodingError) in
                try body(JSONView(of: tape, over: bytes, attachments: attached))
            }
        }
    }
}
