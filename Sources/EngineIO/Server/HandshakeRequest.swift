// HandshakeRequest: the request that began a session. It lives as long as the session does, times the number of
// sessions, so it is one block of bytes and not a tree of strings; what is asked for is made when it is asked for.

internal import UVHTTP
internal import UVLoop
public import Wire

/// The request that began a session, or wants to.
public struct HandshakeRequest: Sendable {
    /// "target\naddress\n", then "name:value\n" for each header field; no part can contain a line feed.
    private let bytes: [UInt8]
    /// Whether the connection is encrypted.
    public let isSecure: Bool
    /// When it came, in milliseconds since 1970.
    public let issued: Int64

    /// Keeps the parts.
    package init(target: String, headers: Fields, address: String, isSecure: Bool, issued: Int64) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes.append(contentsOf: target.utf8)
        bytes.append(Self.lineEnd)
        bytes.append(contentsOf: address.utf8)
        bytes.append(Self.lineEnd)
        headers.appendLines(to: &bytes)
        // A copy has no spare room; this one lives as long as the session.
        self.bytes = bytes.withUnsafeBufferPointer { Array($0) }
        self.isSecure = isSecure
        self.issued = issued
    }

    private static let lineEnd = UInt8(ascii: "\n")

    /// The request target as it was sent, with the query.
    public var url: String {
        String(decoding: line(0), as: UTF8.self)
    }

    /// The path of the target, not decoded.
    public var path: String {
        String(decoding: line(0).prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// The names and values of the query, decoded, in their order.
    public var query: [(String, String)] {
        let target = line(0)
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return [] }
        return QueryText.pairs(target[(mark + 1)...])
    }

    /// The address of the client, without the port.
    public var address: String {
        String(decoding: line(1), as: UTF8.self)
    }

    /// The header fields.
    ///
    /// Made anew each time; for one field use `header(_:)`.
    public var headers: Fields {
        var fields = Fields()
        for line in lines.dropFirst(2) {
            guard let (name, value) = Self.field(line) else { continue }
            fields.append(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        return fields
    }

    /// The value of the first header field of this name, whatever the case of its letters.
    public func header(_ name: String) -> String? {
        for line in lines.dropFirst(2) {
            guard let field = Self.field(line), ASCII.equalIgnoringCase(field.name, name.utf8) else { continue }
            return String(decoding: field.value, as: UTF8.self)
        }
        return nil
    }

    /// Whether a page of some origin asked; browsers say so when it is another origin than the server's.
    public var isCrossDomain: Bool {
        header("origin") != nil
    }

    private var lines: [ArraySlice<UInt8>] {
        bytes.split(separator: Self.lineEnd, omittingEmptySubsequences: false).dropLast()
    }

    /// One line, found without splitting the rest: every session asks for its address when it comes and when it goes.
    private func line(_ index: Int) -> ArraySlice<UInt8> {
        var rest = bytes[...]
        for _ in 0..<index { rest = rest.drop { $0 != Self.lineEnd }.dropFirst() }
        return rest.prefix { $0 != Self.lineEnd }
    }

    private static func field(_ line: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        return (line[..<colon], line[(colon + 1)...])
    }
}

extension HandshakeRequest {
    /// The request of an exchange, received now.
    init(_ exchange: Exchange) {
        self.init(
            target: exchange.target,
            headers: exchange.headers,
            address: exchange.remoteAddress?.host ?? "",
            isSecure: exchange.isSecure,
            issued: EventLoop.wallClock
        )
    }
}
