// TCPListener: binds, listens and hands over connected streams, over TCP and unix sockets.
// When the process runs out of descriptors libuv gives up one that it keeps in reserve, accepts and closes what waits,
// and goes on: clients see a closed connection at once instead of one that hangs, and poll does not spin.

internal import CUV
internal import Glibc

/// A listening socket; it lives until `close()`, whoever holds it.
public final class TCPListener {
    /// Connections that may wait for `accept`; the kernel cuts it to net.core.somaxconn.
    public static let defaultBacklog: Int32 = 1024

    /// The loop that the listener belongs to.
    public let loop: EventLoop
    private let handle: UnsafeMutablePointer<uv_stream_t>
    private let isUnix: Bool
    private let onConnection: (TCPStream) -> Void
    /// The path that other loops of the group find this listener's socket by.
    private var sharedPath: String?

    /// False from the moment of `close()`.
    public private(set) var isOpen = true

    /// Listens on an address written in digits, such as "127.0.0.1", "0.0.0.0" or "::" (both families).
    ///
    /// Port 0 has the kernel choose; see `port`. Loops of a `LoopGroup` that listen on the same share the port, and the
    /// kernel spreads the connections; `reusePort` does the same without a group.
    @discardableResult
    public convenience init(
        on loop: EventLoop,
        host: String,
        port: Int,
        backlog: Int32 = TCPListener.defaultBacklog,
        reusePort: Bool = false,
        onConnection: @escaping (TCPStream) -> Void
    ) throws(UVError) {
        let shared = reusePort ? nil : loop.sharedPort(host, port)
        let address = try SocketAddress(host: host, port: shared?.known ?? port)
        if let shared, shared.known == nil, port != 0 { try address.checkIsFree() }
        let handle = try Self.bind(address, reusePort || shared != nil, on: loop)
        self.init(on: loop, handle.asStream, isUnix: false, onConnection)
        try listen(backlog)
        shared?.note(self.port)
    }

    /// Listens on a unix socket; the file must not exist yet and is removed by `close()`.
    ///
    /// Loops of a `LoopGroup` that listen on the same path share one socket, which whoever has time accepts from; the
    /// first one removes the file.
    @discardableResult
    public convenience init(
        on loop: EventLoop,
        unix path: String,
        backlog: Int32 = TCPListener.defaultBacklog,
        onConnection: @escaping (TCPStream) -> Void
    ) throws(UVError) {
        guard path.utf8.count <= SocketAddress.maxUnixPath else { throw .nameTooLong }
        let shared = try loop.group?.unixSocket(at: path)
        let handle = loop.makeHandle(uv_pipe_t.self)
        uv_pipe_init(loop.uv, handle, 0)
        let status = shared.map { uv_pipe_open(handle, $0) } ?? uv_pipe_bind(handle, path)
        if let shared, status != 0 { Glibc.close(shared) }
        try loop.check(status, orClose: handle)
        self.init(on: loop, handle.asStream, isUnix: true, onConnection)
        try listen(backlog)
        if shared == nil { share(path) }
    }

    private init(
        on loop: EventLoop,
        _ handle: UnsafeMutablePointer<uv_stream_t>,
        isUnix: Bool,
        _ onConnection: @escaping (TCPStream) -> Void
    ) {
        self.loop = loop
        self.handle = handle
        self.isUnix = isUnix
        self.onConnection = onConnection
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    /// The bound port, also when 0 was asked for; 0 for unix sockets and after `close()`.
    public var port: Int {
        localAddress?.port ?? 0
    }

    /// The bound address; nil after `close()`.
    public var localAddress: SocketAddress? {
        guard isOpen else { return nil }
        return isUnix
            ? SocketAddress(pipe: handle.asPipe, ask: uv_pipe_getsockname)
            : SocketAddress(tcp: handle.asTCP, ask: uv_tcp_getsockname)
    }

    /// Stops listening at once; connections that were accepted live on.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        if let sharedPath { loop.group?.forgetUnixSocket(at: sharedPath) }
        uv_close(handle.asHandle) { handle in
            let listener = Unmanaged<TCPListener>.fromOpaque(handle!.pointee.data).takeRetainedValue()
            listener.loop.freeHandle(handle!)
        }
    }

    private static func bind(
        _ address: SocketAddress,
        _ reusePort: Bool,
        on loop: EventLoop
    ) throws(UVError) -> UnsafeMutablePointer<uv_tcp_t> {
        let handle = loop.makeHandle(uv_tcp_t.self)
        let status = uv_tcp_init_ex(loop.uv, handle, UInt32(address.family))
        guard status == 0 else {
            loop.freeHandle(handle)
            throw UVError(code: status)
        }
        if reusePort { try loop.check(sharePort(of: handle.asHandle), orClose: handle) }
        let bound = address.withSystemAddress { uv_tcp_bind(handle, $0, 0) }
        try loop.check(bound ?? UVError.invalidArgument.code, orClose: handle)
        // Linux hands the option down to accepted sockets: one call here instead of one per connection.
        try loop.check(uv_tcp_nodelay(handle, 1), orClose: handle)
        return handle
    }

    private func share(_ path: String) {
        var descriptor: Int32 = -1
        guard let group = loop.group, uv_fileno(handle.asHandle, &descriptor) == 0 else { return }
        sharedPath = path
        group.note(unixSocket: descriptor, at: path)
    }

    private static func sharePort(of handle: UnsafeMutablePointer<uv_handle_t>) -> Int32 {
        var descriptor: Int32 = -1
        let status = uv_fileno(handle, &descriptor)
        guard status == 0 else { return status }
        var on: Int32 = 1
        let result = setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<Int32>.size))
        return result == 0 ? 0 : -errno
    }

    private func listen(_ backlog: Int32) throws(UVError) {
        let status = uv_listen(handle, backlog) { handle, status in
            Unmanaged<TCPListener>.fromOpaque(handle!.pointee.data)._withUnsafeGuaranteedRef { $0.accept(status) }
        }
        guard status != 0 else { return }
        close()
        throw UVError(code: status)
    }

    private func accept(_ status: Int32) {
        guard status == 0 else { return loop.log(.warning, "accept: \(UVError(code: status))") }
        let stream = TCPStream(on: loop, unix: isUnix)
        let accepted = uv_accept(handle, stream.handle)
        guard accepted == 0 else { return stream.fail(accepted) }
        onConnection(stream)
    }
}

@available(*, unavailable)
extension TCPListener: Sendable {}

extension EventLoop {
    /// Closes and frees a handle that has no object yet when its preparation failed.
    func check<T>(_ status: Int32, orClose handle: UnsafeMutablePointer<T>) throws(UVError) {
        guard status != 0 else { return }
        uv_close(handle.asHandle) { handle in
            EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.freeHandle(handle!) }
        }
        throw UVError(code: status)
    }
}
