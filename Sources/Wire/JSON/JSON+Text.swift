// JSON+Text: whole values from text and back, for those who do not keep a tape of their own.

extension JSON {
    /// The value that the text stands for.
    public init(parsing text: RawSpan) throws(JSONError) {
        var tape = JSONTape()
        self = try text.withUnsafeBytes { (bytes) throws(JSONError) in
            try tape.parse(bytes)
            return try JSONView(of: tape, over: bytes).value(at: 0)
        }
    }

    /// The value that the text stands for.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The value that the text stands for.
    public init(parsing text: [UInt8]) throws(JSONError) {
        try self.init(parsing: text.span.bytes)
    }

    /// The value as text, without blanks; attachments as arrays of numbers.
    public var text: String { String(decoding: utf8Text, as: UTF8.self) }

    /// The value as text in UTF-8, without blanks; attachments as arrays of numbers.
    public var utf8Text: [UInt8] {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }
}

extension JSON: CustomStringConvertible {
    /// The value as text.
    public var description: String { text }
}
