// WebURL: where a client connects to. Not a general URL parser: the four schemes that this package speaks, an authority
// without a user, and a target that goes into the request line as it stands.
//
//     http://host:port/path?query     ws, https, wss the same     ws+unix://%2Frun%2Fchat.sock/path

/// Why a text is no URL for a client.
package enum WebURLError: Error, Equatable, Sendable {
    /// It does not begin with http, https, ws or wss (or one of them with "+unix") and "://".
    case badScheme
    /// The host is missing or is none.
    case badHost
    /// The port is no number from 1 to 65535.
    case badPort
    /// It has a blank, a control byte, or one that is not ASCII; percent-encode those.
    case badCharacter
    /// It names a user, which would be sent nowhere.
    case hasUser
}

/// An absolute URL of a web server.
package struct WebURL: Equatable, Sendable {
    /// The protocols that are spoken.
    package enum Scheme: String, Sendable {
        case http, https, ws, wss

        /// The port when none is given.
        var defaultPort: Int { isSecure ? 443 : 80 }

        /// Whether the bytes have to travel encrypted.
        var isSecure: Bool { self == .https || self == .wss }
    }

    /// The protocol.
    package let scheme: Scheme
    /// A name, or an address in digits without brackets; empty for a unix socket.
    package let host: String
    /// The port; 0 for a unix socket.
    package let port: Int
    /// The path of a unix socket.
    package let unixPath: String?
    /// The path, encoded; at least "/".
    package let path: String
    /// What follows the first question mark, encoded.
    package let query: String?

    /// Whether the bytes have to travel encrypted.
    package var isSecure: Bool { scheme.isSecure }

    /// What belongs into a Host field.
    package var authority: String {
        guard unixPath == nil else { return "localhost" }
        let name = host.utf8.contains(ASCII.colon) ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// What belongs into the request line.
    package var target: String {
        query.map { "\(path)?\($0)" } ?? path
    }

    /// Reads a URL; a fragment is dropped, because servers never see it.
    package init(_ text: String) throws(WebURLError) {
        guard text.utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7F }) else { throw .badCharacter }
        var reader = ByteReader(text.utf8)
        let name = reader.take { $0 != ASCII.colon }.map(ASCII.lowercased)
        guard reader.skip("://") else { throw .badScheme }
        let isUnix = name.suffix(5).elementsEqual("+unix".utf8)
        let schemeName = String(decoding: isUnix ? name.dropLast(5) : name[...], as: UTF8.self)
        guard let scheme = Scheme(rawValue: schemeName) else { throw .badScheme }
        self.scheme = scheme
        let authority = reader.take { !Self.endsAuthority($0) }
        guard !authority.contains(UInt8(ascii: "@")) else { throw .hasUser }
        if isUnix {
            guard let path = PercentCoding.decode(String(decoding: authority, as: UTF8.self)), path.hasPrefix("/"),
                !path.utf8.contains(0)
            else { throw .badHost }
            (host, port, unixPath) = ("", 0, path)
        } else {
            (host, port) = try Self.hostAndPort(authority, scheme)
            unixPath = nil
        }
        let path = reader.take { $0 != ASCII.questionMark && $0 != UInt8(ascii: "#") }
        self.path = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
        let hasQuery = reader.skip(ASCII.questionMark)
        let query = reader.take { $0 != UInt8(ascii: "#") }
        self.query = hasQuery && !query.isEmpty ? String(decoding: query, as: UTF8.self) : nil
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == ASCII.slash || byte == ASCII.questionMark || byte == UInt8(ascii: "#")
    }

    private static func hostAndPort(
        _ authority: ArraySlice<UInt8>,
        _ scheme: Scheme
    ) throws(WebURLError) -> (String, Int) {
        var host = authority
        var port: ArraySlice<UInt8>?
        if authority.first == ASCII.leftBracket {
            guard let end = authority.firstIndex(of: ASCII.rightBracket) else { throw .badHost }
            host = authority[authority.startIndex + 1..<end]
            guard host.contains(ASCII.colon), host.allSatisfy(isAddressByte) else { throw .badHost }
            let rest = authority[(end + 1)...]
            guard rest.isEmpty || rest.first == ASCII.colon else { throw .badHost }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = authority.firstIndex(of: ASCII.colon) {
            host = authority[..<colon]
            port = authority[(colon + 1)...]
        }
        guard !host.isEmpty, authority.first == ASCII.leftBracket || host.allSatisfy(isNameByte) else { throw .badHost }
        guard let port, !port.isEmpty else { return (String(decoding: host, as: UTF8.self), scheme.defaultPort) }
        guard let number = decimal(port), (1...65_535).contains(number) else { throw .badPort }
        return (String(decoding: host, as: UTF8.self), number)
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ASCII.hexDigit(byte) != nil || byte == ASCII.colon || byte == ASCII.dot
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.digit(byte) != nil || byte == ASCII.dash || byte == ASCII.dot
            || byte == UInt8(ascii: "_")
    }
}
