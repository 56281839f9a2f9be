// HeadEncoder: the bytes of a head that is sent. The one place that keeps line ends and NULs out of fields, so a
// value taken from a request can never add a field to an answer.

/// Writes the head of an answer or a request.
package struct HeadEncoder {
    /// The head so far.
    package private(set) var bytes: [UInt8] = []

    /// Begins an answer.
    package init(status: Status) {
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        appendDecimal(status.code)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: status.reason.utf8)
        endLine()
    }

    /// Begins a request; the target must not have blanks or control bytes.
    package init(method: HTTPMethod, target: String) throws(HTTPError) {
        guard !target.isEmpty, target.utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7F }) else { throw .badTarget }
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: method.name.utf8)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: target.utf8)
        bytes.append(contentsOf: " HTTP/1.1".utf8)
        endLine()
    }

    /// Adds a field; throws `.unsafeField` when the name is no token or the value has a line end or a NUL.
    package mutating func field(_ name: String, _ value: String) throws(HTTPError) {
        guard HeadEncoder.isSafe(name: name, value: value) else { throw .unsafeField }
        appendField(name, value)
    }

    /// Adds a field with a name written in the source and a number.
    package mutating func field(_ name: StaticString, _ value: Int) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(ASCII.colon)
        bytes.append(ASCII.space)
        appendDecimal(value)
        endLine()
    }

    /// Adds a field both parts of which are written in the source.
    package mutating func field(constant name: StaticString, _ value: StaticString) {
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(ASCII.colon)
        bytes.append(ASCII.space)
        value.withUTF8Buffer { bytes.append(contentsOf: $0) }
        endLine()
    }

    /// Adds the empty line and gives the head away.
    package consuming func finish() -> [UInt8] {
        endLine()
        return bytes
    }

    /// Whether a field can be sent as it is.
    package static func isSafe(name: String, value: String) -> Bool {
        // Over the bytes in place: through the view of a string it costs five times as much, and every field of every
        // answer comes through here.
        var (name, value) = (name, value)
        return name.withUTF8 { isToken($0) } && value.withUTF8 { isFieldValue($0) }
    }

    // Loops and not `allSatisfy`, whose predicate is not inlined: 5 instead of 30 instructions a byte.

    private static func isToken(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in name where !ASCII.isToken(byte) { return false }
        return !name.isEmpty
    }

    private static func isFieldValue(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        for byte in value where !ASCII.isFieldValue(byte) { return false }
        return true
    }

    private mutating func appendField(_ name: String, _ value: String) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(ASCII.colon)
        bytes.append(ASCII.space)
        bytes.append(contentsOf: value.utf8)
        endLine()
    }

    private mutating func appendDecimal(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    private mutating func endLine() {
        bytes.append(ASCII.carriageReturn)
        bytes.append(ASCII.lineFeed)
    }
}
