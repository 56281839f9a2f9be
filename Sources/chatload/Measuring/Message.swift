// Message: the text of the events that a scenario sends, made ready once so that sending puts pieces together.

import Wire

/// A value that stands in an event, with a place in it for a text of ours.
///
/// It is given as JSON in which `%s` stands for the text and `%n` for the number of the connection: `{"text":"%s"}`.
struct MessageForm: Equatable {
    /// The text alone.
    static let plain = MessageForm(unchecked: "\"%s\"")

    private let source: String

    private init(unchecked source: String) {
        self.source = source
    }

    /// A form that is this value, without a place for a text.
    static func literal(_ value: JSON) -> MessageForm {
        MessageForm(unchecked: value.text)
    }

    /// A form; nil if it is not JSON, or if it has to hold a text and has no place for one.
    init?(_ source: String, needsText: Bool) {
        let filled = source.replacing("%s", with: "x").replacing("%n", with: "1")
        guard (try? JSON(parsing: filled)) != nil else { return nil }
        guard !needsText || source.contains("%s") else { return nil }
        self.source = source
    }

    /// The form's text before and behind the place of ours; without a place everything is before it.
    func pieces(connection: Int = 0) -> (before: String, after: String) {
        let named = source.replacing("%n", with: String(connection))
        guard let place = named.firstRange(of: "%s") else { return (named, "") }
        return (String(named[..<place.lowerBound]), String(named[place.upperBound...]))
    }
}

/// An event that is ready but for its text.
struct EventText: Equatable {
    /// `["name",...` up to the text.
    let before: [UInt8]
    /// From the text to the closing bracket.
    let after: [UInt8]

    /// The event of this name: arguments that are JSON already, then the form.
    init(_ name: String, arguments: [JSON] = [], form: MessageForm = .plain, connection: Int = 0) {
        let pieces = form.pieces(connection: connection)
        var writer = JSONWriter()
        writer.raw("[")
        writer.string(name)
        for argument in arguments {
            writer.raw(",")
            writer.write(argument)
        }
        writer.raw(",")
        before = writer.bytes + Array(pieces.before.utf8)
        after = Array(pieces.after.utf8) + [UInt8(ascii: "]")]
    }
}
