// ResponseParser: the client's side, bytes in, heads of answers out. As strict as the request parser, for a client
// that misreads where an answer ends will take its body for the next one.
//
//     status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF     (RFC 9112 4)

/// The head of an answer.
package struct ResponseHead: Sendable {
    /// The three-digit code.
    package let status: Int
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package let minorVersion: Int
    /// The header fields.
    package let fields: Fields
    /// Whether the server wants to use the connection again.
    package let keepAlive: Bool
    /// The protocol that is changed to, in lower case, when Connection says "upgrade".
    package let upgrade: String?
    /// How long the body is, unless the request or the status forbids one.
    private let declared: BodyFraming

    init(_ line: StatusLineScanner, _ fields: Fields) throws(HTTPError) {
        let connection = try ConnectionFields(fields)
        status = line.status
        minorVersion = line.minorVersion
        self.fields = fields
        keepAlive = connection.keepsAlive(minorVersion: line.minorVersion)
        upgrade = connection.hasUpgrade ? connection.upgrade : nil
        declared = try connection.responseFraming(minorVersion: line.minorVersion)
    }

    /// How long the body is when the answer is to a request with this method (RFC 9112 6.3).
    package func framing(for method: HTTPMethod) -> BodyFraming {
        method == .head || Status(status).forbidsBody ? .none : declared
    }
}

/// Parses the heads of the answers of one connection.
package struct ResponseParser {
    private var scanner: HeadScanner<StatusLineScanner>

    /// A parser that refuses heads beyond these limits.
    package init(maxHeadBytes: Int, maxFields: Int) {
        scanner = HeadScanner(maxHeadBytes: maxHeadBytes, maxFields: maxFields)
    }

    /// Consumes bytes from `offset` on; returns a head when one is complete, nil when more bytes are needed.
    package mutating func next(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> ResponseHead? {
        guard let (line, fields) = try scanner.next(bytes, at: &offset) else { return nil }
        return try ResponseHead(line, fields)
    }
}

/// Scans a status line, in as many pieces as it comes.
struct StatusLineScanner: StartLineScanner {
    /// What the next byte may be.
    private enum State {
        /// Inside the version; the number of its bytes that have matched.
        case version(Int)
        /// Inside the code; the number of its digits so far.
        case code(Int)
        /// Inside the phrase, waiting for CR.
        case reason
        /// After CR, waiting for LF.
        case lineEnd
    }

    private(set) var status = 0
    private(set) var minorVersion = 1
    private var state = State.version(0)

    private static let version: StaticString = "HTTP/1."

    init() {}

    mutating func scan(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) -> Bool {
        while index < end {
            let byte = bytes.byte(at: index)
            index &+= 1
            switch state {
            case .version(let matched): try scanVersion(byte, matched)
            case .code(let digits): try scanCode(byte, digits)
            case .reason:
                if byte == ASCII.carriageReturn {
                    state = .lineEnd
                } else if !ASCII.isFieldValue(byte) {
                    throw .badStartLine
                }
            case .lineEnd:
                guard byte == ASCII.lineFeed else { throw .badStartLine }
                return true
            }
        }
        return false
    }

    private mutating func scanVersion(_ byte: UInt8, _ matched: Int) throws(HTTPError) {
        let expected = StatusLineScanner.version
        if matched < expected.utf8CodeUnitCount {
            guard byte == expected.utf8Start[matched] else { throw .badVersion }
        } else if matched == expected.utf8CodeUnitCount {
            guard let digit = ASCII.digit(byte), digit <= 1 else { throw .badVersion }
            minorVersion = Int(digit)
        } else {
            guard byte == ASCII.space else { throw .badVersion }
            state = .code(0)
            return
        }
        state = .version(matched &+ 1)
    }

    private mutating func scanCode(_ byte: UInt8, _ digits: Int) throws(HTTPError) {
        if digits < 3 {
            guard let digit = ASCII.digit(byte), digits > 0 || digit > 0 else { throw .badStartLine }
            status = status &* 10 &+ Int(digit)
            state = .code(digits &+ 1)
        } else if byte == ASCII.carriageReturn {
            // Some servers leave out the blank together with the phrase.
            state = .lineEnd
        } else {
            guard byte == ASCII.space else { throw .badStartLine }
            state = .reason
        }
    }
}
