// SessionID: the secret that a client shows with each request of its session.
// Our own are 15 random bytes, kept as such: half the memory of their text, and a dictionary key without a string.

internal import Wire

/// The id of a session.
enum SessionID: Hashable {
    /// 15 random bytes, the sixteenth being 0; as text, 20 characters of base64url.
    case random(UInt64, UInt64)
    /// What `EngineOptions.generateID` made, unless it looks like one of ours.
    case custom(String)

    /// A new secret, from the system's secure source.
    static func make() -> SessionID {
        var source = SystemRandomNumberGenerator()
        // The upper byte of the second word, which is the sixteenth, is cut off: 20 characters carry 15 bytes.
        return .random(source.next(), source.next() & 0x00FF_FFFF_FFFF_FFFF)
    }

    /// How many loops an id can name: two characters of it.
    static let loops = 4_096

    /// A new secret whose first two characters are the number of a loop; the other 108 bits are as random as ever.
    static func make(loop: Int) -> SessionID {
        guard case .random(let low, let high) = make() else { return make() }
        let number = UInt64(truncatingIfNeeded: loop) & 0xFFF
        // The characters are the first byte and the upper half of the second.
        return .random(low & ~0xF0FF | number >> 4 | (number & 0xF) << 12, high)
    }

    /// The number of the loop that `make(loop:)` was given; any number if it was not called.
    var loop: Int? {
        guard case .random(let low, _) = self else { return nil }
        return Int(truncatingIfNeeded: (low & 0xFF) << 4 | low >> 12 & 0xF)
    }

    /// The id that a text stands for.
    init(_ text: String) {
        self = SessionID.random(text) ?? .custom(text)
    }

    private static func random(_ text: String) -> SessionID? {
        guard text.utf8.count == 20 else { return nil }
        var text = text
        return text.withUTF8 { text in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2) { words in
                words.initialize(repeating: 0)
                let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(words)[..<15])
                guard Base64.decode(UnsafeRawBufferPointer(text).bytes, .url, to: bytes) else { return nil }
                return .random(UInt64(littleEndian: words[0]), UInt64(littleEndian: words[1]))
            }
        }
    }

    /// The id as clients know it.
    var text: String {
        switch self {
        case .random(let low, let high):
            let bytes: InlineArray<2, UInt64> = [low.littleEndian, high.littleEndian]
            return Base64.encode(bytes.span.bytes.extracting(..<15), .url)
        case .custom(let text):
            return text
        }
    }
}
