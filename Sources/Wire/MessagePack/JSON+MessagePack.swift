// JSON+MessagePack: values to MessagePack and back, for those who want the whole at once.

extension JSON {
    /// Reads a value that is all of `bytes`.
    ///
    /// Bytes become `.binary`, integers beyond `Int64` become `.number`, undefined becomes null, and times become
    /// milliseconds since 1970. Complexity: O(n).
    public init(messagePack bytes: RawSpan, limits: MessagePackLimits = MessagePackLimits()) throws(MessagePackError) {
        self = try bytes.withUnsafeBytes { (buffer) throws(MessagePackError) in
            try MessagePackReader.read(buffer, limits: limits)
        }
    }

    /// Reads a value that is all of `bytes`.
    public init(messagePack bytes: [UInt8], limits: MessagePackLimits = MessagePackLimits()) throws(MessagePackError) {
        self = try JSON(messagePack: bytes.span.bytes, limits: limits)
    }

    /// The value as MessagePack, in the shortest form.
    public var messagePack: [UInt8] {
        var writer = MessagePackWriter()
        writer.write(self)
        return writer.bytes
    }
}
