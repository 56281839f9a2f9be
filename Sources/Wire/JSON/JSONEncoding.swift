// JSONEncoding: Swift values to text. The common types are written at once; all others go through the Encoder of
// JSONEncoder.swift, which writes while the type speaks and keeps nothing.

/// Why a Swift value has no JSON text.
public enum JSONEncodingError: Error, Sendable {
    /// The type wrote into a container after it had gone on with another one; text cannot be written backwards.
    case outOfOrder
    /// The type is nested deeper than `JSONLimits.valueDepth`.
    case tooDeep
    /// The type itself refused.
    case refused(any Error)

    /// Whatever was thrown on the way, in terms of this grammar.
    init(_ error: any Error) {
        self = error as? JSONEncodingError ?? .refused(error)
    }
}

extension JSONWriter {
    /// Appends a value; `[UInt8]` is bytes.
    ///
    /// What was appended of a value that fails half-way stays: the caller drops the whole text.
    package mutating func encode<T: Encodable>(_ value: T) throws(JSONEncodingError) {
        guard !fast(value) else { return }
        let session = JSONEncodingSession(&self)
        defer { session.end(&self) }
        do {
            try session.encode(value, at: session.place(depth: 0))
        } catch {
            throw JSONEncodingError(error)
        }
    }

    /// Appends a value of one of the types that need no Encoder; false if it is none of them.
    mutating func fast<T>(_ value: T) -> Bool {
        if T.self == String.self {
            string(unsafeBitCast(value, to: String.self))
        } else if T.self == Int.self {
            int(unsafeBitCast(value, to: Int.self))
        } else if T.self == Bool.self {
            bool(unsafeBitCast(value, to: Bool.self))
        } else if T.self == Double.self {
            double(unsafeBitCast(value, to: Double.self))
        } else if T.self == JSON.self {
            write(unsafeBitCast(value, to: JSON.self))
        } else if T.self == [UInt8].self {
            binary(unsafeBitCast(value, to: [UInt8].self))
        } else if T.self == [JSON].self {
            write(unsafeBitCast(value, to: [JSON].self))
        } else if T.self == JSONObject.self {
            write(unsafeBitCast(value, to: JSONObject.self))
        } else {
            return fastNumber(value)
        }
        return true
    }

    private mutating func fastNumber<T>(_ value: T) -> Bool {
        if T.self == Int64.self {
            int(unsafeBitCast(value, to: Int64.self))
        } else if T.self == UInt64.self {
            int(unsafeBitCast(value, to: UInt64.self))
        } else if T.self == UInt.self {
            int(unsafeBitCast(value, to: UInt.self))
        } else if T.self == Int32.self {
            int(unsafeBitCast(value, to: Int32.self))
        } else if T.self == UInt32.self {
            int(unsafeBitCast(value, to: UInt32.self))
        } else if T.self == Int16.self {
            int(unsafeBitCast(value, to: Int16.self))
        } else if T.self == UInt16.self {
            int(unsafeBitCast(value, to: UInt16.self))
        } else if T.self == Int8.self {
            int(unsafeBitCast(value, to: Int8.self))
        } else if T.self == UInt8.self {
            int(unsafeBitCast(value, to: UInt8.self))
        } else if T.self == Float.self {
            float(unsafeBitCast(value, to: Float.self))
        } else {
            return false
        }
        return true
    }
}
