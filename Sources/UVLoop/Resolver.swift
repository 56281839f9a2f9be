// Resolver: from names to addresses, with the system's own resolver on a thread of the pool.

internal import CUV
internal import Glibc

/// Looks up the addresses of a host.
public enum Resolver {
    /// Calls `done` on the loop with the host's addresses, in the order of preference of the system, or with the error.
    ///
    /// Never calls it before it has returned, also when `host` is an address already.
    public static func resolve(
        _ host: String,
        port: Int,
        on loop: EventLoop,
        done: @escaping (Result<[SocketAddress], UVError>) -> Void
    ) {
        guard (0...0xffff).contains(port) else { return loop.nextTurn { done(.failure(.invalidArgument)) } }
        if let address = literal(host, port) { return loop.nextTurn { done(.success([address])) } }
        LookUp(on: loop, port: port, done).start(host)
    }

    /// The addresses of a host, while the calling task is suspended.
    public static func resolve(_ host: String, port: Int, on loop: EventLoop) async throws(UVError) -> [SocketAddress] {
        let result: Result<[SocketAddress], UVError> = await withUnsafeContinuation { continuation in
            resolve(host, port: port, on: loop) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private static func literal(_ host: String, _ port: Int) -> SocketAddress? {
        do { return try SocketAddress(host: host, port: port) } catch { return nil }  // Then it is a name.
    }
}

private final class LookUp: Request {
    private let raw: UnsafeMutablePointer<uv_getaddrinfo_t>
    private let port: Int
    private let done: (Result<[SocketAddress], UVError>) -> Void

    init(on loop: EventLoop, port: Int, _ done: @escaping (Result<[SocketAddress], UVError>) -> Void) {
        raw = .allocate(capacity: 1)
        self.port = port
        self.done = done
        super.init(on: loop)
    }

    deinit {
        raw.deallocate()
    }

    func start(_ host: String) {
        raw.pointee.data = Unmanaged.passRetained(self).toOpaque()
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)  // Otherwise each address comes once per kind of socket.
        hints.ai_flags = AI_ADDRCONFIG
        let status = uv_getaddrinfo(
            loop.uv,
            raw,
            { raw, status, list in
                Unmanaged<LookUp>.fromOpaque(raw!.pointee.data).takeRetainedValue().finish(status, list)
            },
            host,
            nil,
            &hints
        )
        guard status != 0 else { return }
        Unmanaged<LookUp>.fromOpaque(raw.pointee.data).release()
        loop.nextTurn { [self] in finish(status, nil) }
    }

    override func cancel() {
        uv_cancel(UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_req_t.self))
    }

    private func finish(_ status: Int32, _ list: UnsafeMutablePointer<addrinfo>?) {
        defer { uv_freeaddrinfo(list) }
        forget()
        guard status == 0 else { return done(.failure(UVError(code: status))) }
        let addresses = sequence(first: list) { $0?.pointee.ai_next }.compactMap { $0 }.compactMap { entry in
            entry.pointee.ai_addr.flatMap { SocketAddress($0, length: Int(entry.pointee.ai_addrlen)) }
        }
        done(.success(addresses.map { $0.with(port: port) }))
    }
}
