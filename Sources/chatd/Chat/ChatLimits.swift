// ChatLimits: the bounds of the chat by name, and the checks of what a page may say. docs/chat-events.md is the contract.

/// The bounds of the chat; times are in milliseconds.
enum ChatLimits {
    static let nameLength = 32
    static let textLength = 2_000
    static let keyLength = 64
    static let peopleListed = 200
    static let messagesSent = 50
    static let messagesKept = 1_000
    /// Nobody is thought to be typing for longer than this without news.
    static let typingLasts = 10_000
    /// A person may send this many messages at once, and then one each `messageEvery`.
    static let messagesAtOnce = 20
    static let messageEvery = 250
}

/// A name as the chat keeps it, or nil when it is none.
func keptName(_ raw: String) -> String? {
    let name = trimmed(raw)
    let scalars = name.unicodeScalars
    guard (1...ChatLimits.nameLength).contains(scalars.count), !scalars.contains(where: isControl) else { return nil }
    return name
}

/// A text as the chat keeps it, or nil when it is none.
func keptText(_ raw: String) -> String? {
    let text = trimmed(raw)
    let scalars = text.unicodeScalars
    guard (1...ChatLimits.textLength).contains(scalars.count) else { return nil }
    return scalars.contains { isControl($0) && $0 != "\n" && $0 != "\t" } ? nil : text
}

/// Whether a page may use this key: 1 to 64 ASCII characters.
func isKey(_ key: String) -> Bool {
    (1...ChatLimits.keyLength).contains(key.utf8.count) && key.utf8.allSatisfy { $0 < 0x80 }
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
}

private func trimmed(_ raw: String) -> String {
    let scalars = raw.unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
        let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
}
