// JSONView: the tokens of a tape together with the bytes they were read from: finding one's way, comparing, and getting
// at the raw text. Nothing is copied or made until it is asked for. Making Swift values stands in JSONView+Values.swift.
// What every packet is asked is inlinable: a call from another module costs more than the answer.

/// A text that was read, looked at where it lies.
///
/// A view borrows the tape, the bytes and the attachments without keeping them alive: it is valid only during the call
/// that was handed it, and must not be stored. Tokens are named by their index on the tape; 0 is the whole value.
@usableFromInline
package struct JSONView {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline let tokens: UnsafePointer<JSONToken>
    /// How many tokens there are.
    @usableFromInline package let count: Int
    /// The attachments that placeholders stand for.
    @usableFromInline let attachments: UnsafeBufferPointer<[UInt8]>

    /// A view of `tape`, which was parsed from `bytes`; the caller keeps all three in place while the view is used.
    @inlinable
    package init(
        of tape: borrowing JSONTape,
        over bytes: UnsafeRawBufferPointer,
        attachments: UnsafeBufferPointer<[UInt8]> = UnsafeBufferPointer(start: nil, count: 0)
    ) {
        self.bytes = bytes
        self.tokens = UnsafePointer(tape.tokens)
        self.count = tape.count
        self.attachments = attachments
    }

    /// What the token stands for; null, here and everywhere, if the tape has no such token.
    @inlinable @inline(__always)
    package func kind(at token: Int) -> JSONKind { self[token].kind }

    /// Where the token's text stands in the bytes, quotes and brackets included.
    @inlinable @inline(__always)
    package func rawRange(of token: Int) -> Range<Int> {
        let found = self[token]
        return Range(uncheckedBounds: (Int(found.start), Int(found.end)))
    }

    /// The text of the elements `first` and those after it in their array, without the brackets: ready to be spliced.
    ///
    /// Empty if `first` is the end of the array that is the token 0.
    @inlinable
    package func rawRange(from first: Int) -> Range<Int> {
        guard count > 0 else { return 0..<0 }
        let end = Int(self[0].end) &- 1
        guard first < count else { return end..<end }
        return Range(uncheckedBounds: (Int(self[first].start), max(end, Int(self[first].start))))
    }

    /// The text of the elements `first` and those after it in their array, without the brackets; it must not be kept.
    @inlinable
    package func rawText(from first: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[rawRange(from: first)])
    }

    /// Calls `body` with the text of the elements `first` and those after it in their array, without the brackets.
    package func withRawBytes<R>(from first: Int, _ body: (RawSpan) -> R) -> R {
        body(UnsafeRawBufferPointer(rebasing: bytes[rawRange(from: first)]).bytes)
    }

    /// Whether there is something for placeholders to stand for.
    @inlinable @inline(__always)
    package var hasAttachments: Bool { !attachments.isEmpty }

    /// The attachments that placeholders stand for, copied out of the view.
    package var attachedBytes: [[UInt8]] { Array(attachments) }

    /// Calls `body` with the token's text as it stands in the bytes.
    package func withRawBytes<R>(of token: Int, _ body: (RawSpan) -> R) -> R {
        body(raw(token).bytes)
    }

    /// The token after this one and all that is inside of it.
    @inlinable @inline(__always)
    package func next(after token: Int) -> Int { Int(self[token].next) }

    @inlinable @inline(__always)
    subscript(token: Int) -> JSONToken {
        guard token >= 0, token < count else {
            return JSONToken(start: 0, end: 0, next: UInt32(truncatingIfNeeded: count), kind: .null)
        }
        return tokens[token]
    }

    @inlinable
    func raw(_ token: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[rawRange(of: token)])
    }
}

// MARK: - Children

/// The elements of an array, or the names of an object, as tokens.
package struct JSONElements: Sequence, IteratorProtocol {
    private let view: JSONView
    private let end: Int
    private let isObject: Bool
    private var token: Int

    fileprivate init(_ view: JSONView, from first: Int, to end: Int, isObject: Bool) {
        self.view = view
        self.end = end
        self.isObject = isObject
        token = first
    }

    /// The next child; of an object, its next name, whose value is the token after it.
    @inline(__always)
    package mutating func next() -> Int? {
        guard token < end else { return nil }
        defer { token = view.next(after: isObject ? token &+ 1 : token) }
        return token
    }
}

extension JSONView {
    /// The elements of an array, or the names of an object; nothing for every other kind.
    package func elements(of token: Int) -> JSONElements {
        let found = self[token]
        let isObject = found.kind == .object
        let end = isObject || found.kind == .array ? Int(found.next) : token
        return JSONElements(self, from: token &+ 1, to: end, isObject: isObject)
    }

    /// The siblings from the token `first` on, up to the token `end`.
    package func elements(of first: Int, until end: Int) -> JSONElements {
        JSONElements(self, from: first, to: end, isObject: false)
    }

    /// The value of a name in an object, the last one if there are several; nil if there is none.
    ///
    /// Complexity: O(n) in the object's members.
    package func member(_ name: String, of token: Int) -> Int? {
        guard kind(at: token) == .object else { return nil }
        var name = name
        return name.withUTF8 { utf8 in
            var found: Int?
            for key in elements(of: token) where stringEquals(key, UnsafeRawBufferPointer(utf8)) { found = key &+ 1 }
            return found
        }
    }
}

// MARK: - Strings where they lie

extension JSONView {
    /// Calls `body` with the string's bytes: those of the text if it holds no escape, or else a copy without escapes.
    ///
    /// Nothing is allocated in the first case. A token that is no string shows its raw text.
    @inlinable
    package func withStringBytes<R>(at token: Int, _ body: (RawSpan) -> R) -> R {
        let found = self[token]
        guard found.kind == .string else { return body(raw(token).bytes) }
        guard found.isEscaped else { return body(plain(token).bytes) }
        return body(unescaped(token).span.bytes)
    }

    @usableFromInline
    func unescaped(_ token: Int) -> [UInt8] { Array(text(of: token).utf8) }

    /// Whether the token is a string equal to `text`, byte by byte; makes no `String`.
    package func string(at token: Int, equals text: String) -> Bool {
        guard kind(at: token) == .string else { return false }
        var text = text
        return text.withUTF8 { utf8 in stringEquals(token, UnsafeRawBufferPointer(utf8)) }
    }

    /// Whether the token is a string equal to `text`, byte by byte; makes no `String`.
    package func string(at token: Int, equals text: StaticString) -> Bool {
        guard kind(at: token) == .string else { return false }
        return stringEquals(token, UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private func stringEquals(_ token: Int, _ text: UnsafeRawBufferPointer) -> Bool {
        if self[token].isEscaped { return self.text(of: token).utf8.elementsEqual(text) }
        let range = rawRange(of: token)
        guard range.count &- 2 == text.count, let base = text.baseAddress, let own = bytes.baseAddress else {
            return range.count == 2 && text.isEmpty
        }
        return JSONScanner.areEqual(own + range.lowerBound + 1, base, count: text.count)
    }

    /// The inside of a string without escapes.
    @inlinable
    func plain(_ token: Int) -> UnsafeRawBufferPointer {
        let quoted = rawRange(of: token)
        guard quoted.count >= 2 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: bytes[quoted.lowerBound &+ 1..<quoted.upperBound &- 1])
    }
}
