// HTTPClient: requests to HTTP/1.1 servers. It keeps a few connections per origin for the requests to come; one connection
// carries one request at a time, nothing is pipelined. Redirects are answers like any other: whoever follows one should
// know it.

public import UVLoop
internal import Wire

/// A client for HTTP/1.1.
///
/// Bound to its loop. While it has connections it lives without being held; kept ones close after `idleTimeout`, or at
/// once with `close()`.
public final class HTTPClient {
    /// The method of a request.
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// The connections and the waiting requests of one origin.
    private struct Origin {
        var idle: [HTTPClientConnection] = []
        var live: [ObjectIdentifier: HTTPClientConnection] = [:]
        var waiting: [HTTPClientCall] = []
    }

    /// The loop that it belongs to.
    public let loop: EventLoop
    /// Its limits and deadlines.
    public let options: HTTPClientOptions
    let wrap: ((TCPStream) -> any ByteStream)?
    private var origins: [String: Origin] = [:]
    private var isClosed = false
    private lazy var zlib = SharedZlib()

    /// A client without connections.
    ///
    /// `wrap` may put something between the sockets and HTTP: encryption. It is given connected streams.
    public init(
        on loop: EventLoop,
        options: HTTPClientOptions = HTTPClientOptions(),
        wrap: ((TCPStream) -> any ByteStream)? = nil
    ) {
        self.loop = loop
        self.options = options
        self.wrap = wrap
    }

    // MARK: - Requests

    /// Sends a request, and calls `done` once, after this call, with the answer or with why there is none.
    ///
    /// Whatever its status, an answer is an answer. `timeout` and `maxBodyBytes` take the place of the client's own.
    @discardableResult
    public func request(
        _ method: Method,
        _ url: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        timeout: UInt64? = nil,
        maxBodyBytes: Int? = nil,
        done: @escaping (Result<HTTPClientAnswer, HTTPClientError>) -> Void
    ) -> HTTPClientCall? {
        do throws(HTTPClientError) {
            guard !isClosed else { throw .cancelled }
            let (address, verb) = (try Self.address(url), HTTPMethod(method.rawValue) ?? .get)
            let call = HTTPClientCall(
                self,
                address,
                verb,
                try Self.encode(verb, address, headers, body),
                maxBodyBytes: maxBodyBytes ?? options.maxBodyBytes,
                done: done
            )
            call.limit(to: timeout ?? options.timeout, on: loop)
            dispatch(call)
            return call
        } catch {
            loop.nextTurn { done(.failure(error)) }
            return nil
        }
    }

    private static func address(_ url: String) throws(HTTPClientError) -> WebURL {
        let address: WebURL
        do throws(WebURLError) { address = try WebURL(url) } catch { throw .badURL("\(error)") }
        guard address.scheme == .http || address.scheme == .https else { throw .badURL("\(WebURLError.badScheme)") }
        return address
    }

    private static func encode(
        _ method: HTTPMethod,
        _ url: WebURL,
        _ headers: [(String, String)],
        _ body: [UInt8]
    ) throws(HTTPClientError) -> [UInt8] {
        do throws(HTTPError) {
            var head = try HeadEncoder(method: method, target: url.target)
            try head.field("Host", url.authority)
            var namesCoding = false
            for (name, value) in headers {
                switch name.lowercased() {
                case "host", "content-length", "transfer-encoding", "connection": throw .unsafeField
                case "accept-encoding": namesCoding = true
                default: break
                }
                try head.field(name, value)
            }
            if !namesCoding { head.field(constant: "Accept-Encoding", "gzip, deflate") }
            let mayHaveBody = method == .post || method == .put || method == .patch
            if mayHaveBody || !body.isEmpty { head.field("Content-Length", body.count) }
            return head.finish() + body
        } catch {
            throw .unsafeField
        }
    }

    // MARK: - Connections

    private static func key(_ url: WebURL) -> String {
        url.unixPath ?? "\(url.scheme.rawValue)://\(url.authority)"
    }

    /// Finds a connection for a request, or lets it wait.
    private func dispatch(_ call: HTTPClientCall) {
        let key = Self.key(call.url)
        var origin = origins[key] ?? Origin()
        defer { origins[key] = origin }
        if !call.isSecondTry, let connection = origin.idle.popLast() {
            connection.carry(call)
        } else if origin.live.count < max(1, options.maxConnectionsPerOrigin) {
            let connection = HTTPClientConnection(self, key)
            origin.live[ObjectIdentifier(connection)] = connection
            connection.dial(for: call)
        } else if origin.waiting.count < options.maxWaitingRequests {
            origin.waiting.append(call)
        } else {
            loop.nextTurn { call.abandon(.tooManyRequests) }
        }
    }

    /// A request was given up: nobody waits for what its connection brings.
    func withdraw(_ call: HTTPClientCall) {
        if let connection = call.connection { return connection.close() }
        origins[Self.key(call.url)]?.waiting.removeAll { $0 === call }
    }

    /// A connection has done its work and may be used again.
    func release(_ connection: HTTPClientConnection) {
        if let call = nextWaiting(connection.origin) { return connection.carry(call) }
        guard options.idleTimeout > 0, !isClosed else { return connection.close() }
        origins[connection.origin]?.idle.append(connection)
        connection.rest(for: options.idleTimeout)
    }

    /// A connection is gone.
    func remove(_ connection: HTTPClientConnection) {
        let key = connection.origin
        guard var origin = origins[key] else { return }
        origin.live[ObjectIdentifier(connection)] = nil
        origin.idle.removeAll { $0 === connection }
        origins[key] = origin.live.isEmpty && origin.waiting.isEmpty ? nil : origin
        if let call = nextWaiting(key) { dispatch(call) }
    }

    private func nextWaiting(_ key: String) -> HTTPClientCall? {
        guard origins[key]?.waiting.isEmpty == false else { return nil }
        return origins[key]?.waiting.removeFirst()
    }

    /// A kept connection had ended before it could answer: a new one is asked, once.
    func repeatCall(_ call: HTTPClientCall) {
        call.isSecondTry = true
        call.connection = nil
        dispatch(call)
    }

    /// A body without its content coding.
    func decode(_ body: [UInt8], _ coding: String?, limit: Int) throws(HTTPClientError) -> [UInt8] {
        guard let coding, !body.isEmpty, coding.lowercased() != "identity" else { return body }
        guard ["gzip", "x-gzip", "deflate"].contains(coding.lowercased()) else { throw .badCoding }
        do throws(InflateError) {
            return try zlib.inflate(body, limit: limit)
        } catch {
            throw error == .tooLarge ? .bodyTooLarge : .badCoding
        }
    }

    // MARK: - The end

    /// Gives every request up and closes every connection; the client takes no further request.
    public func close() {
        isClosed = true
        for origin in origins.values {
            for call in origin.waiting { call.cancel() }
            for connection in origin.live.values { connection.cancel() }
        }
    }
}

@available(*, unavailable)
extension HTTPClient: Sendable {}
