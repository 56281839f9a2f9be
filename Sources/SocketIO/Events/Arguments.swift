// Arguments: all the arguments of a packet as one parameter of a handler, whatever their number and types. They stay the
// text that came until somebody looks at them: most handlers that take them pass them on or answer with them.

public import Wire

/// All the arguments of a packet that are left, of any number and type.
///
/// As the type of a handler's parameter: `socket.on("log") { (what: Arguments) in ... }`.
public struct Arguments: Decodable, Sendable {
    private enum Content {
        case values([JSON])
        /// The elements of an array as they came, without brackets; they have been parsed before, and hold no
        /// attachments.
        case text([UInt8])
    }

    private var content: Content

    /// The arguments as values; attachments are `JSON.binary`.
    ///
    /// Made from text at every look, so keep what you look at twice. Complexity: O(n).
    public var values: [JSON] {
        get {
            switch content {
            case .values(let values): values
            case .text(let text): Self.parse(text)
            }
        }
        set { content = .values(newValue) }
    }

    /// Wraps values.
    public init(_ values: [JSON]) {
        content = .values(values)
    }

    /// Decodes an array; handlers get their arguments without coming through here.
    public init(from decoder: any Decoder) throws {
        content = .values(try decoder.singleValueContainer().decode([JSON].self))
    }

    /// Keeps arguments as the text that they are; whoever calls has parsed it.
    ///
    /// `memory` is the text of other arguments, which are not needed any more.
    init(text: UnsafeRawBufferPointer, reusing memory: consuming [UInt8]) {
        memory.append(contentsOf: text)
        content = .text(memory)
    }

    /// Gives the memory of the text away, emptied, if there is not more of it than `limit`; the arguments are no more.
    mutating func takeMemory(upTo limit: Int) -> [UInt8] {
        guard case .text(var text) = content, text.capacity <= limit else { return [] }
        content = .values([])
        text.removeAll(keepingCapacity: true)
        return text
    }

    /// The text to be spliced into an answer; nil if there are only values.
    var text: [UInt8]? {
        if case .text(let text) = content { text } else { nil }
    }

    private static func parse(_ text: [UInt8]) -> [JSON] {
        do {
            return try JSON(parsing: [ASCII.leftBracket] + text + [ASCII.rightBracket]).array ?? []
        } catch {
            return []  // Cannot be: the text was parsed when it came, and nobody could change it since.
        }
    }
}

extension Arguments: Equatable {
    /// Compares values, not spelling.
    public static func == (left: Arguments, right: Arguments) -> Bool {
        left.values == right.values
    }
}
