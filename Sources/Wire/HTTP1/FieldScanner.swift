// FieldScanner: the block of field lines of a head or a trailer, up to and including the empty line. It makes no
// copies: it notes where names and values lie, counted from the first byte of the head. Who keeps the bytes is the
// caller's affair.
//
//     field-line = field-name ":" OWS field-value OWS CRLF     (RFC 9112 5)
//
// Everything that two parsers might read differently is refused: a bare LF or CR, a blank before the colon, a folded
// line, control bytes.

/// Scans field lines, in as many pieces as they come.
struct FieldScanner {
    /// What the next byte may be.
    private enum State {
        /// The first byte of a line: a name, or the CR of the empty line.
        case lineStart
        /// Inside a name, waiting for the colon.
        case name
        /// After the colon, before the value.
        case leadingBlanks
        /// Inside a value, waiting for CR.
        case value
        /// After CR, waiting for LF.
        case lineEnd
        /// After the CR of the empty line, waiting for its LF.
        case blockEnd
    }

    /// The fields so far.
    private(set) var entries: [Fields.Entry] = []
    private var state = State.lineStart
    private var current = Fields.Entry()
    private let maxFields: Int

    init(maxFields: Int) {
        self.maxFields = maxFields
    }

    /// Scans `bytes` from `index` up to `end`, and returns true when the empty line has been consumed.
    ///
    /// `base` is what has to be added to an index of `bytes` to count from the first byte of the head.
    mutating func scan(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) -> Bool {
        while index < end {
            switch state {
            case .lineStart:
                try startLine(bytes.byte(at: index), at: base &+ index)
                index &+= 1
            case .name:
                try scanName(bytes, &index, to: end, base: base)
            case .leadingBlanks:
                scanLeadingBlanks(bytes, &index, to: end, base: base)
            case .value:
                try scanValue(bytes, &index, to: end, base: base)
            case .lineEnd:
                try expectLineFeed(bytes.byte(at: index))
                index &+= 1
                entries.append(current)
                state = .lineStart
            case .blockEnd:
                try expectLineFeed(bytes.byte(at: index))
                index &+= 1
                return true
            }
        }
        return false
    }

    /// Gives the fields away and starts over.
    mutating func takeEntries() -> [Fields.Entry] {
        let taken = entries
        self = FieldScanner(maxFields: maxFields)
        return taken
    }

    private mutating func startLine(_ byte: UInt8, at position: Int) throws(HTTPError) {
        if byte == ASCII.carriageReturn {
            state = .blockEnd
            return
        }
        // A blank here would be a folded line, which RFC 9112 5.2 lets a server refuse.
        guard ASCII.isToken(byte) else { throw .badField }
        guard entries.count < maxFields else { throw .tooManyFields }
        // One allocation for the usual request, instead of four on the way to sixteen.
        if entries.isEmpty { entries.reserveCapacity(16) }
        current.nameStart = UInt32(truncatingIfNeeded: position)
        state = .name
    }

    private mutating func scanName(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) {
        while index < end {
            let byte = bytes.byte(at: index)
            if ASCII.isToken(byte) {
                index &+= 1
                continue
            }
            guard byte == ASCII.colon else { throw .badField }
            current.nameEnd = UInt32(truncatingIfNeeded: base &+ index)
            index &+= 1
            state = .leadingBlanks
            return
        }
    }

    private mutating func scanLeadingBlanks(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) {
        while index < end, ASCII.isBlank(bytes.byte(at: index)) { index &+= 1 }
        guard index < end else { return }
        current.valueStart = UInt32(truncatingIfNeeded: base &+ index)
        current.valueEnd = current.valueStart
        state = .value
    }

    private mutating func scanValue(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) {
        skipPlain(bytes, &index, to: end, base: base)
        while index < end {
            let byte = bytes.byte(at: index)
            index &+= 1
            if byte > ASCII.space && byte != 0x7F {
                // The end follows the last byte that is no blank, so blanks at the end are trimmed for nothing.
                current.valueEnd = UInt32(truncatingIfNeeded: base &+ index)
            } else if byte == ASCII.carriageReturn {
                state = .lineEnd
                return
            } else if !ASCII.isBlank(byte) {
                throw .badField
            }
        }
    }

    /// Passes over a value in steps of eight bytes, up to the first step that has to be looked at byte by byte.
    private mutating func skipPlain(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) {
        while end &- index >= 8 {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard !FieldScanner.hasControl(word) else { return }
            var last = index &+ 8
            while last > index, bytes.byte(at: last &- 1) == ASCII.space { last &-= 1 }
            if last > index { current.valueEnd = UInt32(truncatingIfNeeded: base &+ last) }
            index &+= 8
        }
    }

    /// Whether one of the eight bytes is below 0x20 or is 0x7F; a tab counts, it is rare.
    private static func hasControl(_ word: UInt64) -> Bool {
        let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        // A byte minus 0x20 borrows into its top bit when it is smaller; bytes that had the bit before are no ASCII.
        let isLow = (word &- ones &* 0x20) & ~word & tops
        let deletes = word ^ (ones &* 0x7F)
        let isDelete = (deletes &- ones) & ~deletes & tops
        return isLow | isDelete != 0
    }

    private func expectLineFeed(_ byte: UInt8) throws(HTTPError) {
        guard byte == ASCII.lineFeed else { throw .badField }
    }
}
