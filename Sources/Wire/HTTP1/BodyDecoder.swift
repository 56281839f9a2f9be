// BodyDecoder: the bytes of a body, without what frames them. Data is handed out as ranges of the bytes given, so
// nothing is copied; trailer fields are checked and dropped.
//
//     chunk        = 1*HEXDIG [ ";" chunk-ext ] CRLF chunk-data CRLF     (RFC 9112 7.1)
//     chunked-body = *chunk "0" [ ";" chunk-ext ] CRLF trailer-section CRLF

/// A piece of a body.
package enum BodyEvent: Equatable, Sendable {
    /// Data, as a range of the bytes given to `next`.
    case data(Range<Int>)
    /// The body is complete.
    case end
}

/// Decodes one body.
package struct BodyDecoder {
    /// What the next byte belongs to.
    private enum State {
        /// Data of a body or a chunk; the number of bytes that are missing.
        case data(Int)
        /// The size of a chunk, its digits so far and how many there are.
        case size(Int, digits: Int)
        /// After ";", up to CR.
        case chunkExtension(size: Int)
        /// After the CR of the size line, waiting for LF.
        case sizeEnd(Int)
        /// After the data of a chunk, waiting for CR.
        case dataEnd
        /// After that CR, waiting for LF.
        case dataLineEnd
        /// The trailer fields, up to and including the empty line.
        case trailer
        /// Everything up to the end of the connection.
        case untilClose
        /// The body is complete; `.end` has not been reported.
        case complete
        /// `.end` has been reported.
        case finished
    }

    /// The longest chunk extensions and trailer of one body, each.
    static let maxTrailerBytes = 8_192
    /// The largest number of trailer fields.
    static let maxTrailerFields = 64
    /// The largest number of digits of a chunk size; the fifteenth reaches the petabytes.
    static let maxSizeDigits = 15

    private var state: State
    private let isChunked: Bool
    private let maxBytes: Int
    private var received = 0
    private var extensionBytes = 0
    private var trailerBytes = 0
    private var trailer = FieldScanner(maxFields: maxTrailerFields)

    /// A decoder for a body with this framing; more than `maxBytes` of data throws `.bodyTooLarge`.
    package init(framing: BodyFraming, maxBytes: Int = .max) {
        self.maxBytes = maxBytes
        isChunked = framing == .chunked
        switch framing {
        case .none: state = .complete
        case .length(let length): state = .data(length)
        case .chunked: state = .size(0, digits: 0)
        case .untilClose: state = .untilClose
        }
    }

    /// Whether `.end` has been reported.
    package var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Consumes bytes from `offset` on; nil when more bytes are needed, or after `.end`.
    package mutating func next(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> BodyEvent? {
        while true {
            switch state {
            case .complete:
                state = .finished
                return .end
            case .finished:
                return nil
            case .data(let missing) where missing > maxBytes &- received:
                // Known before the first byte, so that nobody has to send them all to hear it.
                throw .bodyTooLarge
            case .data(0):
                state = isChunked ? .dataEnd : .complete
            case .data(let missing):
                return takeData(bytes, &offset, missing)
            case .untilClose:
                guard bytes.byteCount &- offset <= maxBytes &- received else { throw .bodyTooLarge }
                return takeData(bytes, &offset, .max)
            case .trailer:
                guard try scanTrailer(bytes, &offset) else { return nil }
                state = .complete
            default:
                guard offset < bytes.byteCount else { return nil }
                try scanFraming(bytes.byte(at: offset))
                offset &+= 1
            }
        }
    }

    /// Tells that the connection has ended; throws when the body is not complete.
    package mutating func finish() throws(HTTPError) {
        switch state {
        case .untilClose, .complete, .finished: state = .finished
        default: throw .aborted
        }
    }

    private mutating func takeData(_ bytes: RawSpan, _ offset: inout Int, _ missing: Int) -> BodyEvent? {
        let count = Swift.min(missing, bytes.byteCount &- offset)
        guard count > 0 else { return nil }
        let range = offset..<offset &+ count
        offset = range.upperBound
        received &+= count
        if case .data = state { state = .data(missing &- count) }
        return .data(range)
    }

    private mutating func scanFraming(_ byte: UInt8) throws(HTTPError) {
        switch state {
        case .size(let size, let digits):
            try scanSize(byte, size, digits)
        case .chunkExtension(let size):
            try scanExtension(byte, size)
        case .sizeEnd(let size):
            guard byte == ASCII.lineFeed else { throw .badChunk }
            state = size == 0 ? .trailer : .data(size)
        case .dataEnd:
            guard byte == ASCII.carriageReturn else { throw .badChunk }
            state = .dataLineEnd
        default:
            guard byte == ASCII.lineFeed else { throw .badChunk }
            state = .size(0, digits: 0)
        }
    }

    /// A blank after the size is refused, although some senders pad with it: it is where parsers begin to differ.
    private mutating func scanSize(_ byte: UInt8, _ size: Int, _ digits: Int) throws(HTTPError) {
        if let digit = ASCII.hexDigit(byte) {
            guard digits < BodyDecoder.maxSizeDigits else { throw .badChunk }
            state = .size(size &<< 4 | Int(digit), digits: digits &+ 1)
            return
        }
        guard digits > 0 else { throw .badChunk }
        switch byte {
        case ASCII.carriageReturn: state = .sizeEnd(size)
        case ASCII.semicolon: state = .chunkExtension(size: size)
        default: throw .badChunk
        }
    }

    private mutating func scanExtension(_ byte: UInt8, _ size: Int) throws(HTTPError) {
        if byte == ASCII.carriageReturn {
            state = .sizeEnd(size)
            return
        }
        guard ASCII.isFieldValue(byte) else { throw .badChunk }
        extensionBytes &+= 1
        guard extensionBytes <= BodyDecoder.maxTrailerBytes else { throw .trailerTooLarge }
    }

    private mutating func scanTrailer(_ bytes: RawSpan, _ offset: inout Int) throws(HTTPError) -> Bool {
        let start = offset
        let end = Swift.min(bytes.byteCount, start &+ (BodyDecoder.maxTrailerBytes &- trailerBytes))
        let isComplete = try trailer.scan(bytes, &offset, to: end, base: trailerBytes &- start)
        trailerBytes &+= offset &- start
        guard isComplete || trailerBytes < BodyDecoder.maxTrailerBytes else { throw .trailerTooLarge }
        return isComplete
    }
}
