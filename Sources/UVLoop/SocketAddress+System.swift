// SocketAddress+System: between the value and the system's sockaddr structs.

internal import CUV
internal import Glibc

extension SocketAddress {
    /// The longest path of a unix socket: what fits in the system's struct beside its final zero.
    static let maxUnixPath = MemoryLayout<sockaddr_un>.size - MemoryLayout<sa_family_t>.size - 1

    /// The address family as the system numbers it.
    var family: Int32 {
        switch kind {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Asks libuv for one of a socket's two addresses.
    init?(
        tcp: UnsafePointer<uv_tcp_t>,
        ask: (UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?) -> Int32
    ) {
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        let found: SocketAddress? = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                ask(tcp, address, &length) == 0 ? SocketAddress(address, length: Int(length)) : nil
            }
        }
        guard let found else { return nil }
        self = found
    }

    /// Asks libuv for one of a unix socket's two paths; a client's own is usually empty.
    init?(
        pipe: UnsafePointer<uv_pipe_t>,
        ask: (UnsafePointer<uv_pipe_t>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?) -> Int32
    ) {
        let path: String? = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Self.maxUnixPath + 1) { buffer in
            var length = buffer.count
            guard ask(pipe, buffer.baseAddress, &length) == 0 else { return nil }
            let bytes = UnsafeRawBufferPointer(buffer).prefix(length)
            return String(decoding: bytes, as: UTF8.self)
        }
        guard let path else { return nil }
        self.init(unix: path)
    }

    /// Reads an address written in digits; names are for `Resolver`.
    ///
    /// Throws `UVError.invalidArgument` for anything else, and for a port that does not fit.
    public init(host: String, port: Int) throws(UVError) {
        guard let port = UInt16(exactly: port) else { throw .invalidArgument }
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if uv_ip4_addr(host, Int32(port), &four) == 0 {
            self.init(.ipv4(UInt32(bigEndian: four.sin_addr.s_addr), port: port))
        } else if uv_ip6_addr(host, Int32(port), &six) == 0 {
            self.init(six)
        } else {
            throw .invalidArgument
        }
    }

    /// Reads what the kernel or the resolver has written; nil for families other than IPv4, IPv6 and unix.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            guard length >= MemoryLayout<sockaddr_in>.size else { return nil }
            let four = raw.loadUnaligned(as: sockaddr_in.self)
            self.init(.ipv4(UInt32(bigEndian: four.sin_addr.s_addr), port: UInt16(bigEndian: four.sin_port)))
        case AF_INET6:
            guard length >= MemoryLayout<sockaddr_in6>.size else { return nil }
            self.init(raw.loadUnaligned(as: sockaddr_in6.self))
        default:
            return nil
        }
    }

    private init(_ six: sockaddr_in6) {
        let words = withUnsafeBytes(of: six.sin6_addr) {
            (
                UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        self.init(.ipv6(words.0, words.1, scope: six.sin6_scope_id, port: UInt16(bigEndian: six.sin6_port)))
    }

    /// Calls `body` with the address as the system writes it; nil for a unix path, which libuv takes as a string.
    func withSystemAddress<R>(_ body: (UnsafePointer<sockaddr>) -> R) -> R? {
        switch kind {
        case .ipv4(let bits, let port):
            var four = sockaddr_in()
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            four.sin_addr.s_addr = bits.bigEndian
            return withUnsafePointer(to: four) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
            }
        case .ipv6(let high, let low, let scope, let port):
            var six = sockaddr_in6()
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            six.sin6_scope_id = scope
            withUnsafeMutableBytes(of: &six.sin6_addr) {
                $0.storeBytes(of: high.bigEndian, as: UInt64.self)
                $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return withUnsafePointer(to: six) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
            }
        case .unix:
            return nil
        }
    }

    /// The IPv6 digits as the system prints them.
    var systemName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
            text.initialize(repeating: 0)
            _ = withSystemAddress { uv_ip_name($0, text.baseAddress, text.count) }
            return text.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}
