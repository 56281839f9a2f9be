// TCPStream: one connected socket, TCP or unix, as libuv serves it: reading, ending, and what both its sides are called.
// Writing is in TCPStream+Writing.swift. This class knows nothing of what the bytes mean.
//
// Life: the handle owns one reference to the stream from the beginning until libuv's close callback, so nobody else
// needs to keep a connection. The stream owns its handler until `closed` was delivered; that cuts the usual circle.

internal import CUV
internal import Glibc

/// A connection over TCP or a unix socket.
///
/// An idle one costs two blocks of malloc, together about 330 bytes.
public final class TCPStream: ByteStream {
    struct State: OptionSet {
        let rawValue: UInt8
        static let closing = State(rawValue: 1)
        static let reading = State(rawValue: 2)
        static let paused = State(rawValue: 4)
        static let shut = State(rawValue: 8)
        static let closed = State(rawValue: 16)
        static let unix = State(rawValue: 32)
    }

    /// The loop that the stream belongs to.
    public let loop: EventLoop
    let handle: UnsafeMutablePointer<uv_stream_t>
    /// Owned, in an Unmanaged slot because a call through a strong `var` costs a retain and a release per read.
    @exclusivity(unchecked) var handler: Unmanaged<StreamHandler>?
    /// What was written while an earlier rest is still on its way; see TCPStream+Writing.swift.
    @exclusivity(unchecked) var pending: UnsafeMutablePointer<WriteBlock>?
    var failure: Int32 = 0
    @exclusivity(unchecked) var state: State

    init(on loop: EventLoop, unix: Bool) {
        self.loop = loop
        if unix {
            let pipe = loop.makeHandle(uv_pipe_t.self)
            uv_pipe_init(loop.uv, pipe, 0)
            handle = pipe.asStream
        } else {
            let tcp = loop.makeHandle(uv_tcp_t.self)
            uv_tcp_init(loop.uv, tcp)  // Without an address family it makes no socket yet and cannot fail.
            handle = tcp.asStream
        }
        state = unix ? .unix : []
        handle.pointee.data = Unmanaged.passRetained(self).toOpaque()
    }

    deinit {
        // Reached only after didClose(), which gave both back.
        assert(handler == nil && pending == nil)
    }

    /// Begins to connect, and tells the handler `connected()` or `closed(error)` on a later turn.
    ///
    /// What is written before that is queued.
    @discardableResult
    public static func connect(on loop: EventLoop, to address: SocketAddress, handler: StreamHandler) -> TCPStream {
        let stream = TCPStream(on: loop, unix: address.isUnix)
        stream.setHandler(handler)
        stream.connect(to: address)
        return stream
    }

    /// Takes over a connected socket, such as one that another loop has accepted.
    public static func adopt(_ descriptor: Int32, unix: Bool = false, on loop: EventLoop) throws(UVError) -> TCPStream {
        let stream = TCPStream(on: loop, unix: unix)
        let status =
            unix ? uv_pipe_open(stream.handle.asPipe, descriptor) : uv_tcp_open(stream.handle.asTCP, descriptor)
        guard status == 0 else {
            stream.close()
            throw UVError(code: status)
        }
        return stream
    }

    /// Sets who is told about bytes and the end; the stream retains it until it is closed.
    ///
    /// May be called inside the old handler's `receive`: the old one lives to the end of the turn. After the stream has
    /// closed it does nothing.
    public func setHandler(_ new: StreamHandler?) {
        guard !state.contains(.closed) else { return }
        let old = handler
        handler = new.map { .passRetained($0) }
        if let old { loop.releaseLater(old.takeRetainedValue()) }
    }

    /// Begins to read; does nothing when it has begun.
    public func start() {
        guard state.isDisjoint(with: [.closing, .reading, .paused]) else { return }
        let status = uv_read_start(handle, provideReadBuffer, didReadBytes)
        if status == 0 { state.insert(.reading) } else { fail(status) }
    }

    /// Stops reading until `resumeReading()`; the peer is held back by its own full buffers.
    public func pauseReading() {
        guard state.isDisjoint(with: [.closing, .paused]) else { return }
        if state.contains(.reading) { uv_read_stop(handle) }
        state.remove(.reading)
        state.insert(.paused)
    }

    /// Reads again.
    public func resumeReading() {
        guard state.contains(.paused) else { return }
        state.remove(.paused)
        start()
    }

    /// Closes at once and throws away what is queued.
    ///
    /// The handler's `closed(nil)` comes once, when the turn ends, never inside this call.
    public func close() {
        guard !state.contains(.closing) else { return }
        state.insert(.closing)
        uv_close(handle.asHandle) { handle in
            Unmanaged<TCPStream>.fromOpaque(handle!.pointee.data).takeRetainedValue().didClose()
        }
    }

    /// Closes with a reset instead of a farewell, for a peer that has misbehaved; nothing waits in TIME_WAIT.
    public func reset() {
        guard !state.contains(.closing), !state.contains(.unix) else { return close() }
        state.insert(.closing)
        let status = uv_tcp_close_reset(handle.asTCP) { handle in
            Unmanaged<TCPStream>.fromOpaque(handle!.pointee.data).takeRetainedValue().didClose()
        }
        guard status != 0 else { return }
        state.remove(.closing)  // Refused after shutdown(): then the ordinary way must do.
        close()
    }

    /// False from the moment when the stream was closed or failed.
    public var isOpen: Bool {
        !state.contains(.closing)
    }

    /// Plain sockets carry plain bytes.
    public var isSecure: Bool {
        false
    }

    /// The other side's address; asks the kernel each time, so that a resting connection does not hold it.
    public var remoteAddress: SocketAddress? {
        address(tcp: uv_tcp_getpeername, pipe: uv_pipe_getpeername)
    }

    /// This side's address; asks the kernel each time.
    public var localAddress: SocketAddress? {
        address(tcp: uv_tcp_getsockname, pipe: uv_pipe_getsockname)
    }

    /// The socket's descriptor, for handing the connection over; nil when the stream is closed.
    public var descriptor: Int32? {
        var descriptor: Int32 = -1
        guard isOpen, uv_fileno(handle.asHandle, &descriptor) == 0 else { return nil }
        return descriptor
    }

    private func address(
        tcp: (UnsafePointer<uv_tcp_t>?, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<Int32>?) -> Int32,
        pipe: (UnsafePointer<uv_pipe_t>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int>?) -> Int32
    ) -> SocketAddress? {
        guard isOpen else { return nil }
        return state.contains(.unix)
            ? SocketAddress(pipe: handle.asPipe, ask: pipe) : SocketAddress(tcp: handle.asTCP, ask: tcp)
    }

    func connect(to address: SocketAddress) {
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        let status =
            if case .unix(let path) = address.kind {
                connectUnix(request, path)
            } else {
                address.withSystemAddress { uv_tcp_connect(request, handle.asTCP, $0, didConnect) }
                    ?? UVError.invalidArgument.code
            }
        guard status != 0 else { return }
        request.deallocate()
        fail(status)
    }

    /// uv_pipe_connect reports every failure through its callback, and cuts a path that is too long: hence the check.
    private func connectUnix(_ request: UnsafeMutablePointer<uv_connect_t>, _ path: String) -> Int32 {
        guard path.utf8.count <= SocketAddress.maxUnixPath else { return UVError.nameTooLong.code }
        uv_pipe_connect(request, handle.asPipe, path, didConnect)
        return 0
    }

    fileprivate func connected(_ status: Int32) {
        guard isOpen else { return }
        guard status == 0 else { return fail(status) }
        if !state.contains(.unix) { uv_tcp_nodelay(handle.asTCP, 1) }
        handler?._withUnsafeGuaranteedRef { $0.connected() }
    }

    fileprivate func received(_ count: Int, _ base: UnsafeMutablePointer<CChar>?) {
        if count > 0, let base {
            guard let handler else { return }
            let buffer = UnsafeMutableRawBufferPointer(start: base, count: count)
            var bytes = buffer.mutableBytes
            handler._withUnsafeGuaranteedRef { $0.receive(&bytes) }
        } else if count == Int(UV_EOF.rawValue) {
            state.remove(.reading)
            handler?._withUnsafeGuaranteedRef { $0.receiveEnd() }
        } else if count < 0 {
            fail(Int32(truncatingIfNeeded: count))
        }
    }

    /// Ends the stream with an error, which the handler hears when the turn ends; the first one counts.
    func fail(_ status: Int32) {
        guard isOpen else { return }
        failure = status
        close()
    }

    private func didClose() {
        state.insert(.closed)
        if let pending { free(pending) }
        pending = nil
        loop.freeHandle(handle)
        guard let last = handler?.takeRetainedValue() else { return }
        handler = nil
        last.closed(failure == 0 ? nil : UVError(code: failure))
    }
}

@available(*, unavailable)
extension TCPStream: Sendable {}

extension UnsafeMutablePointer {
    var asStream: UnsafeMutablePointer<uv_stream_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_stream_t.self)
    }

    var asTCP: UnsafeMutablePointer<uv_tcp_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_tcp_t.self)
    }

    var asPipe: UnsafeMutablePointer<uv_pipe_t> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: uv_pipe_t.self)
    }
}

// The callbacks of libuv: no retain, no allocation. The handle's own reference keeps the stream alive meanwhile.

private let provideReadBuffer: uv_alloc_cb = { handle, _, buffer in
    EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef {
        buffer!.pointee.base = $0.readBuffer
        buffer!.pointee.len = EventLoop.readBufferSize
    }
}

private let didReadBytes: uv_read_cb = { handle, count, buffer in
    Unmanaged<TCPStream>.fromOpaque(handle!.pointee.data)._withUnsafeGuaranteedRef {
        $0.received(count, buffer!.pointee.base)
    }
}

private let didConnect: uv_connect_cb = { request, status in
    let stream = Unmanaged<TCPStream>.fromOpaque(request!.pointee.handle.pointee.data)
    request!.deallocate()
    stream._withUnsafeGuaranteedRef { $0.connected(status) }
}
