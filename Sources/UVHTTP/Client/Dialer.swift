// Dialer: from a URL to a connected stream. A name may have several addresses, of which the first may be dead (localhost
// is ::1 for the resolver and 127.0.0.1 for many servers): they are tried in turn. How long that may take is for the
// caller to say, by `cancel()`.

internal import UVLoop
internal import Wire

/// Why there is no connection.
enum DialError: Error, Equatable {
    /// The name has no address, or none of its addresses takes the connection; the last one's error.
    case unreachable(UVError)
    /// The URL asks for encryption, and nobody gave the means.
    case noEncryption
}

/// One attempt to connect; holds itself until it is over.
final class Dialer: StreamHandler {
    typealias Wrap = (TCPStream) -> any ByteStream

    private let loop: EventLoop
    private let wrap: Wrap?
    private var done: ((Result<any ByteStream, DialError>) -> Void)?
    private var addresses: ArraySlice<SocketAddress> = []
    private var stream: TCPStream?

    /// Calls `done` once, unless it is cancelled before, and never inside this call.
    ///
    /// The stream is connected, unread, and has still this object as its handler. `wrap` is put around every stream.
    init(
        on loop: EventLoop,
        to url: WebURL,
        wrap: Wrap?,
        done: @escaping (Result<any ByteStream, DialError>) -> Void
    ) {
        self.loop = loop
        self.wrap = wrap
        self.done = done
        super.init()
        if url.isSecure, wrap == nil {
            loop.nextTurn { [self] in finish(.failure(.noEncryption)) }
        } else if let path = url.unixPath {
            loop.nextTurn { [self] in tryAll([SocketAddress(unix: path)]) }
        } else {
            Resolver.resolve(url.host, port: url.port, on: loop) { [self] in resolved($0) }
        }
    }

    /// Gives up; `done` is not called any more.
    func cancel() {
        done = nil
        stream?.close()
        stream = nil
    }

    private func resolved(_ result: Result<[SocketAddress], UVError>) {
        switch result {
        case .success(let found): tryAll(found)
        case .failure(let error): finish(.failure(.unreachable(error)))
        }
    }

    private func tryAll(_ found: [SocketAddress]) {
        guard done != nil else { return }
        addresses = found[...]
        tryNext(after: .unknownHost)
    }

    private func tryNext(after error: UVError) {
        guard done != nil else { return }
        guard let address = addresses.popFirst() else { return finish(.failure(.unreachable(error))) }
        stream = TCPStream.connect(on: loop, to: address, handler: self)
    }

    override func connected() {
        guard let stream else { return }
        self.stream = nil
        finish(.success(wrap?(stream) ?? stream))
    }

    override func closed(_ error: UVError?) {
        guard stream != nil else { return }
        stream = nil
        tryNext(after: error ?? .connectionReset)
    }

    private func finish(_ result: Result<any ByteStream, DialError>) {
        let done = done
        self.done = nil
        done?(result)
    }
}
