// Fields: the header fields of one message. The bytes of the head are kept once, as they came, and a field is four
// offsets into them: a request whose fields nobody asks for costs no string at all.

/// The header fields of a message, in their order.
///
/// Names are compared without regard to the case of ASCII letters. Every lookup is O(number of fields).
public struct Fields: Sendable, RandomAccessCollection {
    /// Where one field lies in the bytes of the head.
    struct Entry: Sendable {
        var nameStart: UInt32 = 0
        var nameEnd: UInt32 = 0
        var valueStart: UInt32 = 0
        var valueEnd: UInt32 = 0

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// The bytes of the head, including its start line.
    private(set) var bytes: [UInt8]
    private(set) var entries: [Entry]

    /// No fields.
    public init() {
        bytes = []
        entries = []
    }

    /// These fields, in this order.
    public init(_ fields: [(String, String)]) {
        self.init()
        for (name, value) in fields { append(name, value) }
    }

    init(bytes: [UInt8], entries: [Entry]) {
        self.bytes = bytes
        self.entries = entries
    }

    /// The position of the first field.
    public var startIndex: Int { 0 }

    /// The number of fields.
    public var endIndex: Int { entries.count }

    /// The name, as it was sent, and the value of a field.
    public subscript(position: Int) -> (name: String, value: String) {
        let entry = entries[position]
        return (text(entry.name), text(entry.value))
    }

    /// The value of the first field of this name.
    public subscript(name: String) -> String? { first(name) }

    /// The value of the first field of this name.
    public func first(_ name: String) -> String? {
        entries.first { isNamed($0, name) }.map { text($0.value) }
    }

    /// The values of all fields of this name, in their order.
    public func all(_ name: String) -> [String] {
        var values: [String] = []
        for entry in entries where isNamed(entry, name) { values.append(text(entry.value)) }
        return values
    }

    /// Whether a field of this name exists.
    public func contains(_ name: String) -> Bool {
        entries.contains { isNamed($0, name) }
    }

    /// Whether one of the comma-separated lists of this name has the token, whatever its case.
    public func has(_ token: String, in name: String) -> Bool {
        entries.contains { entry in
            isNamed(entry, name)
                && Fields.elements(of: bytes[entry.value]).contains { ASCII.equalIgnoringCase($0, token.utf8) }
        }
    }

    /// Appends a field; the name may be there already.
    ///
    /// Nothing is checked here: what goes out is checked by `HeadEncoder`.
    public mutating func append(_ name: String, _ value: String) {
        var entry = Entry()
        entry.nameStart = UInt32(truncatingIfNeeded: bytes.count)
        bytes.append(contentsOf: name.utf8)
        entry.nameEnd = UInt32(truncatingIfNeeded: bytes.count)
        entry.valueStart = entry.nameEnd
        bytes.append(contentsOf: value.utf8)
        entry.valueEnd = UInt32(truncatingIfNeeded: bytes.count)
        entries.append(entry)
    }

    // MARK: Bytes

    /// The bytes of a value of the first field of this name, without making a string.
    package func firstBytes(_ name: String) -> ArraySlice<UInt8>? {
        entries.first { isNamed($0, name) }.map { bytes[$0.value] }
    }

    /// Appends each field to `text` as "name:value" and a line feed, without making a string.
    package func appendLines(to text: inout [UInt8]) {
        for entry in entries {
            text.append(contentsOf: bytes[entry.name])
            text.append(ASCII.colon)
            text.append(contentsOf: bytes[entry.value])
            text.append(ASCII.lineFeed)
        }
    }

    /// The elements of a comma-separated list, without the blanks around them; empty ones are left out.
    static func elements(of list: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        // Nearly every list has one element; splitting costs ten times what looking for a comma does.
        guard list.contains(ASCII.comma) else {
            let element = trimmed(list)
            return element.isEmpty ? [] : [element]
        }
        return list.split(separator: ASCII.comma).map(trimmed).filter { !$0.isEmpty }
    }

    /// The slice without the blanks and tabs at both ends.
    static func trimmed(_ slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let head = slice.drop(while: ASCII.isBlank)
        guard let last = head.lastIndex(where: { !ASCII.isBlank($0) }) else { return head }
        return head[...last]
    }

    func isNamed(_ entry: Entry, _ name: String) -> Bool {
        // The length is compared first: it differs for nearly every field that is not the one looked for.
        guard Int(entry.nameEnd &- entry.nameStart) == name.utf8.count else { return false }
        var name = name
        return name.withUTF8 { wanted in
            bytes.withUnsafeBufferPointer { all in
                ASCII.equalIgnoringCase(UnsafeBufferPointer(rebasing: all[entry.name]), wanted)
            }
        }
    }

    /// The text of a part of the head; bytes that are no UTF-8 become U+FFFD.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
