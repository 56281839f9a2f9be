// HTTPServer: listeners and the connections that came from them. It hands each request to a mounted service or to the
// fallback (the router's place); it knows nothing of routes.

public import UVLoop
internal import Wire

/// An HTTP/1.1 server on one loop.
public final class HTTPServer: ConnectionHost {
    /// What the server has seen since it was made.
    public struct Counters: Equatable, Sendable {
        /// Connections that were served, WebSockets included.
        public var connections = 0
        /// Connections that were closed at once because there were too many.
        public var turnedAway = 0
        /// Requests with a sound head.
        public var requests = 0
        /// Requests that were refused because of their bytes.
        public var badRequests = 0
        /// Connections that became a WebSocket.
        public var webSockets = 0
        /// Connections that went on to another loop, with the request that belongs there.
        public var handedOver = 0
        /// Connections that came from another loop; they are not counted as `connections` again.
        public var takenOver = 0
    }

    /// What it has seen so far.
    @exclusivity(unchecked) public internal(set) var counters = Counters()

    /// Answers what no mounted service takes; 404 until a router takes its place.
    package var fallback: (Exchange) -> Void = HTTPServer.notFound

    /// The server's own routes and middleware; they take the place of the 404 when first asked for.
    public var router: Router {
        if let routes { return routes }
        let router = Router()
        fallback = { router.serve($0) }
        routes = router
        return router
    }

    /// What `sendFile` keeps in memory.
    let files = FileCache()

    private let wrap: ((TCPStream) -> any ByteStream)?
    private var listeners: [TCPListener] = []
    @exclusivity(unchecked) private var mounts: [(prefix: String, service: (Exchange) -> Void)] = []
    @exclusivity(unchecked) private var roster = Roster()
    private var routes: Router?
    private var closing: Closing?
    @exclusivity(unchecked) var date = DateField()

    /// A server that does not listen yet.
    ///
    /// `wrap` may put something between the sockets and HTTP: encryption.
    public init(
        on loop: EventLoop,
        options: HTTPOptions = HTTPOptions(),
        wrap: ((TCPStream) -> any ByteStream)? = nil
    ) {
        self.wrap = wrap
        super.init(on: loop, options: options)
    }

    /// How many connections live now.
    public var liveConnections: Int { roster.count }

    // MARK: - Listening

    /// Listens on every address of the machine, both families where it has both; port 0 lets the system choose.
    ///
    /// The servers of a `LoopGroup` that listen on the same port share it; the same holds for the other ways to listen.
    public func listen(port: Int) throws(UVError) {
        do throws(UVError) {
            try listen(host: "::", port: port)
        } catch {
            // A kernel without IPv6 refuses the address, not the port. A port in use is refused by both.
            try listen(host: "0.0.0.0", port: port)
        }
    }

    /// Listens on one address in digits, or on "localhost"; may be called several times.
    ///
    /// "localhost" is the machine's own address in both families, because a browser may try either first. A server that
    /// listens lives until it is closed, whoever holds it.
    public func listen(host: String, port: Int, reusePort: Bool = false) throws(UVError) {
        guard host == "localhost" else { return try listen(address: host, port, reusePort) }
        try listen(address: "127.0.0.1", port, reusePort)
        do throws(UVError) {
            try listen(address: "::1", listeners.last?.port ?? port, reusePort)
        } catch {
            if error == .addressInUse, port != 0 { throw error }
            // A kernel without IPv6: then nobody can ask for it either.
            loop.log(.debug, "localhost is served over IPv4 only: \(error)")
        }
    }

    private func listen(address host: String, _ port: Int, _ reusePort: Bool) throws(UVError) {
        let listener = try TCPListener(on: loop, host: host, port: port, reusePort: reusePort) { [self] stream in
            arrived(stream)
        }
        listeners.append(listener)
    }

    /// Listens on a unix socket.
    public func listen(unix path: String) throws(UVError) {
        let listener = try TCPListener(on: loop, unix: path) { [self] stream in arrived(stream) }
        listeners.append(listener)
    }

    /// The port of the first TCP listener.
    public var port: Int? {
        listeners.lazy.map(\.port).first { $0 > 0 }
    }

    private func arrived(_ stream: TCPStream) {
        accept(wrap?(stream) ?? stream)
    }

    /// Serves a stream that is connected already.
    public func accept(_ stream: any ByteStream) {
        guard admit(stream) != nil else { return }
        counters.connections &+= 1
        stream.start()
    }

    /// Goes on with a request of another loop, and its connection.
    package func takeOver(_ request: HandedRequest) {
        do throws(UVError) {
            let stream = try request.socket.adopt(on: loop)
            guard let connection = admit(stream) else { return }
            counters.takenOver &+= 1
            connection.take(request)
            stream.start()
        } catch {
            loop.log(.warning, "a connection of another loop was lost: \(error)")
        }
    }

    private func admit(_ stream: any ByteStream) -> HTTPConnection? {
        guard closing == nil, roster.count < options.maxConnections else {
            counters.turnedAway &+= 1
            stream.close()
            return nil
        }
        let connection = HTTPConnection(stream, of: self)
        roster.insert(connection)
        stream.setHandler(connection)
        connection.arm()
        return connection
    }

    // MARK: - Requests

    /// Gives every request whose raw path begins with `prefix` to `service`, before the router.
    ///
    /// Whatever the method, and requests for a WebSocket too. Among several that match the first one mounted wins.
    package func mount(_ prefix: String, _ service: @escaping (Exchange) -> Void) {
        mounts.append((prefix, service))
    }

    private static func notFound(_ exchange: Exchange) {
        exchange.status = 404
        exchange.send("Not Found")
    }

    func dispatch(_ exchange: Exchange) {
        for mount in mounts where exchange.head.pathHasPrefix(mount.prefix) {
            return mount.service(exchange)
        }
        fallback(exchange)
    }

    // MARK: - Connections

    /// A connection is gone.
    override func leave(_ connection: ServedConnection) {
        roster.remove(connection)
        if roster.count == 0, closing != nil { finishClosing() }
    }

    /// A connection goes on as something else.
    func replace(_ old: ServedConnection, by new: ServedConnection) {
        counters.webSockets &+= 1
        roster.remove(old)
        roster.insert(new)
    }

    // MARK: - The end

    /// Stops accepting, lets what runs finish, and then closes; calls `done` when no connection is left.
    ///
    /// Idle connections are closed at once, answers under way are completed with "Connection: close", WebSockets are
    /// told that the server goes away. What is not finished after `milliseconds` is cut off. A second call only adds
    /// its `done`.
    public func close(within milliseconds: UInt64 = 10_000, _ done: @escaping () -> Void = {}) {
        if let closing { return closing.await(done) }
        for listener in listeners { listener.close() }
        listeners = []
        let closing = Closing(on: loop) { [self] in cutOffAll() }
        self.closing = closing
        closing.await(done)
        for connection in roster.snapshot() { connection.drain() }
        if roster.count == 0 { finishClosing() } else { closing.start(milliseconds) }
    }

    /// The last connection is gone: let the services go too, for most of them hold the server.
    private func finishClosing() {
        mounts = []
        routes = nil
        fallback = Self.notFound
        closing?.finish()
    }

    private func cutOffAll() {
        for connection in roster.snapshot() { connection.cutOff() }
    }
}

/// The end of a server: who waits for it, and how long.
private final class Closing {
    private var waiters: [() -> Void] = []
    private var timer: Timer?
    private let loop: EventLoop
    private var isFinished = false

    init(on loop: EventLoop, _ late: @escaping () -> Void) {
        self.loop = loop
        timer = Timer(on: loop, late)
    }

    func start(_ milliseconds: UInt64) {
        timer?.start(after: milliseconds)
    }

    func await(_ done: @escaping () -> Void) {
        if isFinished { loop.nextTurn(done) } else { waiters.append(done) }
    }

    func finish() {
        guard !isFinished else { return }
        isFinished = true
        timer = nil
        for done in waiters { loop.nextTurn(done) }
        waiters = []
    }
}
