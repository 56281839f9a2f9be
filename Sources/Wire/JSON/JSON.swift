// JSON: one JSON value as Swift holds it. It is for the places that want any value at all; a handler that knows
// its types decodes them straight from the bytes (JSONView) and never meets this type.

/// A JSON value, and the one value that JSON has not but Socket.IO has: bytes.
public enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    /// A number that neither `Int64` nor `Double` holds as it was written; its text, a valid JSON number.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)
    case binary([UInt8])
}

// MARK: - Looking inside

extension JSON {
    /// Whether this is null.
    public var isNull: Bool { self == .null }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The number as an integer, if it is one that `Int` holds exactly; `2.0` is one.
    public var int: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .double(let value): JSONNumber.integer(exactly: value)
        case .number(let digits): Int(digits)
        default: nil
        }
    }

    /// The number, rounded to the nearest `Double` where it must be.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .number(let digits): Double(digits)
        default: nil
        }
    }

    /// The text, if this is a string.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, if this is an object.
    public var object: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The bytes, if this is an attachment.
    public var binary: [UInt8]? {
        if case .binary(let value) = self { value } else { nil }
    }

    /// The member with this name; nil if there is none or this is no object.
    public subscript(key: String) -> JSON? {
        object?[key]
    }

    /// The element at this place; nil if there is none or this is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

// MARK: - Literals

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Null, written `nil`.
    public init(nilLiteral: ()) { self = .null }

    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An integer.
    public init(integerLiteral value: Int64) { self = .int(value) }

    /// A number with a fraction or an exponent.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// An object; of a repeated name the last value counts, as in text.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}
