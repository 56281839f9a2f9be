// SocketAddress: where a socket is, as a value. Reading and writing the system's sockaddr structs happens in
// SocketAddress+System.swift; names are turned into addresses by Resolver.

/// An IPv4 or IPv6 address with its port, or the path of a unix socket.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable {
        /// The four bytes of the address as one number, the first byte highest.
        case ipv4(UInt32, port: UInt16)
        /// The sixteen bytes as two numbers, the first byte highest, and the interface of a link-local address.
        case ipv6(UInt64, UInt64, scope: UInt32, port: UInt16)
        case unix(String)
    }

    let kind: Kind

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// The address of a unix socket.
    public init(unix path: String) {
        kind = .unix(path)
    }

    /// True for the path of a unix socket.
    public var isUnix: Bool {
        if case .unix = kind { true } else { false }
    }

    /// The port; 0 for a unix socket.
    public var port: Int {
        switch kind {
        case .ipv4(_, let port), .ipv6(_, _, _, let port): Int(port)
        case .unix: 0
        }
    }

    /// The address in digits, such as "192.0.2.1" or "2001:db8::1", or the path of a unix socket.
    ///
    /// An IPv4 address that came in through an IPv6 socket ("::ffff:192.0.2.1") is shown as the IPv4 address it is.
    public var host: String {
        switch kind {
        case .ipv4(let bits, _): Self.dotted(bits)
        case .ipv6(0, let low, _, _) where low >> 32 == 0xffff: Self.dotted(UInt32(truncatingIfNeeded: low))
        case .ipv6: systemName
        case .unix(let path): path
        }
    }

    /// Host and port, such as "192.0.2.1:80" or "[2001:db8::1]:80", or "unix:" and the path.
    public var description: String {
        switch kind {
        case .unix(let path): return "unix:\(path)"
        case .ipv4, .ipv6:
            let host = host
            return host.utf8.contains(0x3a) ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// The same host with another port; a unix path stays as it is.
    func with(port: Int) -> SocketAddress {
        let port = UInt16(truncatingIfNeeded: port)
        return switch kind {
        case .ipv4(let bits, _): SocketAddress(.ipv4(bits, port: port))
        case .ipv6(let high, let low, let scope, _): SocketAddress(.ipv6(high, low, scope: scope, port: port))
        case .unix: self
        }
    }

    private static func dotted(_ bits: UInt32) -> String {
        "\(bits >> 24).\(bits >> 16 & 0xff).\(bits >> 8 & 0xff).\(bits & 0xff)"
    }
}
