// LoopGroup, listening: how the loops of a group come to listen at one place. For TCP each has a socket of its own on the
// same port (SO_REUSEPORT), and the kernel deals out the connections. For a unix socket, which the kernel does not deal
// out, all loops accept from one socket, and a loop that is busy accepts less.

internal import CUV
internal import Glibc

/// What a listener has to know about the listeners of the other loops.
struct SharedPort {
    let group: LoopGroup
    /// What was asked for.
    let key: String
    /// The port that a loop before this one got for the same.
    let known: Int?

    /// Tells the loops that come after this one.
    func note(_ port: Int) {
        group.state.withLock { $0.ports[key] = port }
    }
}

extension EventLoop {
    /// How this loop and the others of its group share a port; nil when it is alone.
    ///
    /// For port 0 the first loop gets one from the kernel and the others take the same: for its first, second, third
    /// such listener the port of their first, second and third.
    func sharedPort(_ host: String, _ port: Int) -> SharedPort? {
        guard let group, group.count > 1 else { return nil }
        var key = "\(host):\(port)"
        if port == 0 {
            let place = anyPortListeners[host, default: 0]
            anyPortListeners[host] = place + 1
            key += "#\(place)"
        }
        return SharedPort(group: group, key: key, known: group.state.withLock { $0.ports[key] })
    }
}

extension LoopGroup {
    /// A descriptor of its own for the listening socket that another loop has at this path, if one has.
    func unixSocket(at path: String) throws(UVError) -> Int32? {
        // Under the lock, so that the listener does not close it in between.
        let copy = state.withLock { state in state.unixSockets[path].map { fcntl($0, F_DUPFD_CLOEXEC, 0) } }
        guard let copy else { return nil }
        guard copy >= 0 else { throw UVError(code: -errno) }
        return copy
    }

    func note(unixSocket descriptor: Int32, at path: String) {
        state.withLock { $0.unixSockets[path] = descriptor }
    }

    func forgetUnixSocket(at path: String) {
        state.withLock { $0.unixSockets[path] = nil }
    }
}

extension SocketAddress {
    /// Throws what the kernel says against listening here alone.
    ///
    /// Two programs of one user that both share the port would not notice each other: each would get some of the
    /// connections. So the first loop of a group asks for the port as if it were not going to share it.
    func checkIsFree() throws(UVError) {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw UVError(code: -errno) }
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        let result = withSystemAddress { Glibc.bind(descriptor, $0, socklen_t(size)) }
        guard result == 0 else { throw UVError(code: result == nil ? UVError.invalidArgument.code : -errno) }
    }
}
