// MessagePackError: what can be wrong with MessagePack, and the limits that keep reading it bounded.

/// The bounds within which MessagePack is read.
public struct MessagePackLimits: Equatable, Sendable {
    /// How deep arrays and maps may be nested; a value is built, and later freed, by recursion.
    public var maxDepth = 512
    /// How many values and names there may be; one byte can be a value, which then takes some thirty.
    public var maxValues = 1_048_576

    /// The limits for bytes from a stranger.
    public init() {}
}

/// What makes bytes no MessagePack, or none that a `JSON` holds, with the offset of the byte that shows it.
public enum MessagePackError: Error, Equatable, Sendable {
    /// The bytes end inside a value, or announce more than there is.
    case unexpectedEnd
    /// Something follows the value.
    case trailingBytes(at: Int)
    /// The byte C1, which begins nothing.
    case reservedByte(at: Int)
    /// A string is not UTF-8.
    case invalidUTF8(at: Int)
    /// The name in a map is neither a string nor an integer.
    case invalidKey(at: Int)
    /// An extension other than notepack's undefined and its dates, or the standard's times.
    case unknownExtension(Int8, at: Int)
    /// Nested beyond `MessagePackLimits.maxDepth`.
    case tooDeep(at: Int)
    /// More values than `MessagePackLimits.maxValues`.
    case tooManyValues
}
