// RequestHead: a parsed request head, and what it says about its body and its connection. The rules about the body
// are those of RFC 9112 6.3 with every "may be repaired" turned into "is refused": two parsers that repair differently
// are how requests are smuggled.

/// How long the body of a message is.
package enum BodyFraming: Equatable, Hashable, Sendable {
    /// There is none.
    case none
    /// So many bytes.
    case length(Int)
    /// Chunks, the last of which says that it is.
    case chunked
    /// Everything until the end of the connection: answers only, never requests.
    case untilClose
}

/// The head of a request.
package struct RequestHead: Sendable {
    /// The method.
    package let method: HTTPMethod
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package let minorVersion: Int
    /// The header fields.
    package let fields: Fields
    /// How long the body is.
    package let framing: BodyFraming
    /// Whether the client wants to use the connection again.
    package let keepAlive: Bool
    /// Whether the client waits for "100 Continue" before it sends the body.
    package let expectsContinue: Bool
    /// The protocol to change to, in lower case, when Connection says "upgrade".
    package let upgrade: String?
    private let targetRange: Range<Int>
    private let pathRange: Range<Int>
    private let queryRange: Range<Int>?

    /// The request target as it was sent.
    package var target: String { fields.text(targetRange) }

    /// The path of the target before "?", not decoded.
    ///
    /// "/" when an absolute target has none; the whole target for "*" and for CONNECT.
    package var path: String { pathRange.isEmpty ? "/" : fields.text(pathRange) }

    /// What follows "?", not decoded.
    package var query: String? { queryRange.map(fields.text) }

    /// What follows "?", not decoded and without making a string; empty also where there is no "?".
    package var queryBytes: ArraySlice<UInt8> { fields.bytes[queryRange ?? 0..<0] }

    /// Whether the raw path begins with these bytes; makes no string.
    package func pathHasPrefix(_ prefix: String) -> Bool {
        guard !pathRange.isEmpty else { return "/".hasPrefix(prefix) }
        var prefix = prefix
        return prefix.withUTF8 { wanted in
            fields.bytes[pathRange].withUnsafeBytes { path in
                guard let own = path.baseAddress, let other = wanted.baseAddress else { return wanted.isEmpty }
                return path.count >= wanted.count && JSONScanner.areEqual(own, other, count: wanted.count)
            }
        }
    }

    /// Whether the raw path is this; makes no string.
    package func pathIs(_ path: String) -> Bool {
        max(1, pathRange.count) == path.utf8.count && pathHasPrefix(path)
    }

    init(_ line: RequestLineScanner, _ fields: Fields) throws(HTTPError) {
        guard let method = HTTPMethod(fields.bytes[line.method]) else { throw .badMethod }
        let target = try TargetParts(fields.bytes, line.target, method)
        let connection = try ConnectionFields(fields)
        guard connection.hasHost || line.minorVersion == 0 else { throw .missingHost }
        self.method = method
        self.fields = fields
        minorVersion = line.minorVersion
        targetRange = line.target
        pathRange = target.path
        queryRange = target.query
        framing = try connection.requestFraming(minorVersion: line.minorVersion)
        keepAlive = connection.keepsAlive(minorVersion: line.minorVersion)
        expectsContinue = connection.expectsContinue && line.minorVersion > 0 && framing != .none
        upgrade = connection.hasUpgrade ? connection.upgrade : nil
    }
}

/// The two parts of a request target that matter here.
private struct TargetParts {
    var path: Range<Int>
    var query: Range<Int>?

    init(_ bytes: [UInt8], _ range: Range<Int>, _ method: HTTPMethod) throws(HTTPError) {
        let target = bytes[range]
        path = range
        guard let first = target.first, !TargetParts.has(UInt8(ascii: "#"), target) else { throw .badTarget }
        if method == .connect {
            guard first != ASCII.slash, target.contains(ASCII.colon) else { throw .badTarget }
            return
        }
        if first == UInt8(ascii: "*") {
            guard method == .options, target.count == 1 else { throw .badTarget }
            return
        }
        if first != ASCII.slash {
            path = try TargetParts.afterAuthority(target)..<range.upperBound
        }
        let mark = path.lowerBound &+ TargetParts.place(of: ASCII.questionMark, bytes[path])
        if mark < range.upperBound {
            query = mark &+ 1..<range.upperBound
            path = path.lowerBound..<mark
        }
    }

    private static func has(_ byte: UInt8, _ bytes: ArraySlice<UInt8>) -> Bool {
        place(of: byte, bytes) < bytes.count
    }

    /// How far from its beginning the slice has this byte; its count if it does not.
    private static func place(of byte: UInt8, _ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { $0.place(of: byte) }
    }

    /// Where the path begins in "http://authority/path": RFC 9112 3.2.2 wants a server to take that form too.
    private static func afterAuthority(_ target: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        let scheme = target.prefix { ASCII.isLetter($0) }
        let isHTTP = ASCII.equalIgnoringCase(scheme, "http".utf8) || ASCII.equalIgnoringCase(scheme, "https".utf8)
        let rest = target[scheme.endIndex...]
        guard isHTTP, rest.starts(with: "://".utf8) else { throw .badTarget }
        let authority = rest.dropFirst(3).prefix { $0 != ASCII.slash && $0 != ASCII.questionMark }
        guard !authority.isEmpty, ConnectionFields.isHost(authority) else { throw .badTarget }
        return authority.endIndex
    }
}
