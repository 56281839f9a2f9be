// JSONError: what can be wrong with JSON text, and the limits that keep reading it bounded.
// What can be wrong with a Swift type that meets well-formed JSON stands in JSONDecoding.swift and JSONEncoding.swift.

/// The bounds within which JSON text is read.
package struct JSONLimits: Equatable, Sendable {
    /// How deep arrays and objects may be nested in a text, and in every value that is made from it.
    ///
    /// Reading is iterative and would survive any depth; turning the text into nested Swift values is not, so that
    /// conversions keep to `valueDepth` even where a text may be deeper.
    package var maxDepth = JSONLimits.valueDepth
    /// How many values and keys one text may hold: 16 bytes of tape each.
    package var maxTokens = 4_194_304

    /// The deepest nesting of a value that is converted; a frame of the conversion takes a few hundred bytes of stack.
    package static let valueDepth = 512

    /// The limits for text from a stranger that is wanted as one value.
    package init() {}
}

/// What makes a text no JSON (RFC 8259), with the offset of the byte that shows it.
public enum JSONError: Error, Equatable, Sendable {
    /// The text ended inside a value, or held none.
    case unexpectedEnd
    /// A byte that cannot stand here.
    case unexpectedByte(at: Int)
    /// Something other than blanks follows the value.
    case trailingBytes(at: Int)
    /// A control character stands in a string without an escape.
    case controlCharacter(at: Int)
    /// A backslash is not followed by one of the escapes of the grammar.
    case invalidEscape(at: Int)
    /// The bytes are not UTF-8.
    case invalidUTF8(at: Int)
    /// A number does not follow the grammar: a leading zero, a bare sign, no digit after the point or the exponent.
    case invalidNumber(at: Int)
    /// Nested beyond `JSONLimits.maxDepth`.
    case tooDeep(at: Int)
    /// More values than `JSONLimits.maxTokens`, or more bytes than an offset of 32 bits can name.
    case tooLarge
}
