// RequestLineScanner: the first line of a request. Like FieldScanner it notes where things lie and copies nothing.
//
//     request-line = method SP request-target SP HTTP-version CRLF     (RFC 9112 3)

/// Scans a request line, in as many pieces as it comes.
struct RequestLineScanner: StartLineScanner {
    /// What the next byte may be.
    private enum State {
        /// Nothing has come yet.
        case start
        /// After the CR of an empty line in front of the request.
        case emptyLineEnd
        /// Inside the method, waiting for the blank.
        case method
        /// Inside the target, waiting for the blank.
        case target
        /// Inside the version; the number of its bytes that have matched.
        case version(Int)
        /// After CR, waiting for LF.
        case lineEnd
    }

    /// Where the method lies, counted from the first byte of the head.
    private(set) var method = 0..<0
    /// Where the target lies.
    private(set) var target = 0..<0
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    private(set) var minorVersion = 1
    private var state = State.start
    private var hasSkippedEmptyLine = false

    private static let version: StaticString = "HTTP/1."

    /// Scans `bytes` from `index` up to `end`, and returns true when the line has been consumed.
    ///
    /// `base` is what has to be added to an index of `bytes` to count from the first byte of the head.
    mutating func scan(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) -> Bool {
        while index < end {
            let byte = bytes.byte(at: index)
            switch state {
            case .start:
                try begin(byte, at: base &+ index)
                if case .method = state { continue }
            case .emptyLineEnd:
                guard byte == ASCII.lineFeed else { throw .badStartLine }
                state = .start
            case .method:
                try scanMethod(byte, at: base &+ index)
            case .target:
                try scanTarget(bytes, &index, to: end, base: base)
                continue
            case .version(let matched):
                try scanVersion(byte, matched)
            case .lineEnd:
                guard byte == ASCII.lineFeed else { throw .badStartLine }
                index &+= 1
                return true
            }
            index &+= 1
        }
        return false
    }

    /// Tolerates one empty line before the request, which old clients send after a body (RFC 9112 2.2).
    private mutating func begin(_ byte: UInt8, at position: Int) throws(HTTPError) {
        if byte == ASCII.carriageReturn, !hasSkippedEmptyLine {
            hasSkippedEmptyLine = true
            state = .emptyLineEnd
        } else {
            method = position..<position
            state = .method
        }
    }

    private mutating func scanMethod(_ byte: UInt8, at position: Int) throws(HTTPError) {
        if byte == ASCII.space {
            guard !method.isEmpty else { throw .badMethod }
            target = position &+ 1..<position &+ 1
            state = .target
            return
        }
        guard (0x41...0x5A).contains(byte) || byte == ASCII.dash, method.count < HTTPMethod.maxNameBytes else {
            throw .badMethod
        }
        method = method.lowerBound..<position &+ 1
    }

    private mutating func scanTarget(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) {
        RequestLineScanner.skipVisible(bytes, &index, to: end)
        while index < end {
            let byte = bytes.byte(at: index)
            if byte > ASCII.space, byte < 0x7F {
                index &+= 1
                continue
            }
            guard byte == ASCII.space else { throw .badTarget }
            target = target.lowerBound..<base &+ index
            index &+= 1
            state = .version(0)
            return
        }
    }

    /// Passes over visible characters in steps of eight bytes, up to the first byte that is none.
    private static func skipVisible(_ bytes: RawSpan, _ index: inout Int, to end: Int) {
        precondition(end <= bytes.byteCount)
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            while end &- index >= 8 {
                let marks = ByteWord(base, at: index).invisible
                guard marks == 0 else { return index &+= ByteWord.place(of: marks) }
                index &+= 8
            }
        }
    }

    private mutating func scanVersion(_ byte: UInt8, _ matched: Int) throws(HTTPError) {
        let expected = RequestLineScanner.version
        if matched < expected.utf8CodeUnitCount {
            guard byte == expected.utf8Start[matched] else { throw .badVersion }
        } else if matched == expected.utf8CodeUnitCount {
            guard let digit = ASCII.digit(byte), digit <= 1 else { throw .badVersion }
            minorVersion = Int(digit)
        } else {
            guard byte == ASCII.carriageReturn else { throw .badVersion }
            state = .lineEnd
            return
        }
        state = .version(matched &+ 1)
    }
}
