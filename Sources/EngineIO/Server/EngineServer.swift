// EngineServer: the sessions of one path on an HTTP server. Requests come in here, are checked (EngineServer+Requests),
// and go to their session or begin a new one (EngineServer+Handshake). Files that a program wants below the same path
// are in EngineServer+Files.

public import UVHTTP
public import UVLoop
internal import Wire

/// An Engine.IO server, protocol 4.
///
/// Bound to the loop of its HTTP server.
public final class EngineServer {
    /// The HTTP server that carries an Engine.IO server.
    public typealias Host = HTTPServer

    /// What a server has seen since it was made.
    public struct Counters: Equatable, Sendable {
        /// Sessions that began.
        public var opened = 0
        /// Sessions that ended.
        public var closed = 0
        /// Requests that were refused with one of the six errors.
        public var refused = 0
        /// Sessions that changed from polling to WebSocket.
        public var upgrades = 0
        /// Messages from clients.
        public var received = 0
        /// Messages to clients.
        public var sent = 0
    }

    /// The loop that everything here belongs to.
    public let loop: EventLoop
    /// What the program has chosen.
    public let options: EngineOptions
    /// What has been seen so far.
    @exclusivity(unchecked) public internal(set) var counters = Counters()
    /// Called when a request is refused before it reaches a session.
    public var onConnectionError: ((ConnectionError) -> Void)?

    let timing: SessionTiming
    private let connect: (Session) -> SessionHandler
    private var sessions: [SessionID: Session] = [:]
    private(set) var isClosed = false
    var files: [String: ServedFile] = [:]

    /// Serves the sessions below `options.path` of `app`; `connect` is asked who listens to each.
    public init(
        on app: Host,
        options: EngineOptions = EngineOptions(),
        connect: @escaping (Session) -> SessionHandler
    ) {
        loop = app.loop
        self.options = options
        timing = options.timing
        self.connect = connect
        if case .any? = options.cors?.origin, options.cors?.credentials == true {
            loop.log(.warning, "CORS: browsers refuse credentials together with any origin; name the origins")
        }
        app.mount(options.pathPrefix) { [self] exchange in serve(exchange) }
    }

    /// The number of sessions.
    public var clientsCount: Int { sessions.count }

    /// Ends all sessions; new ones are refused from now on.
    public func close() {
        isClosed = true
        for session in Array(sessions.values) { session.endWithServer() }
    }

    // MARK: - Sessions

    /// The session with this id.
    func session(_ key: SessionID) -> Session? {
        sessions[key]
    }

    /// A session begins.
    func insert(_ session: Session) {
        sessions[session.key] = session
        counters.opened &+= 1
    }

    /// Has a session begin with its open packet.
    func open(_ session: Session) {
        insert(session)
        session.open(connect)
    }

    /// A session has ended.
    func remove(_ session: Session) {
        guard sessions.removeValue(forKey: session.key) != nil else { return }
        counters.closed &+= 1
    }

    /// What the open packet tells a client.
    func handshake(of session: Session) -> Handshake {
        let mayUpgrade =
            session.transport == .polling && options.allowUpgrades && options.transports.contains(.websocket)
        return Handshake(
            sid: session.id,
            upgrades: mayUpgrade ? [.websocket] : [],
            timing: timing,
            maxPayload: options.maxHttpBufferSize
        )
    }
}

@available(*, unavailable)
extension EngineServer: Sendable {}

/// A request that was refused before it reached a session.
public struct ConnectionError {
    /// What is wrong.
    public let fault: EngineFault
    /// What the client was told.
    public let message: String
    /// What the rule was that it broke, where the fault leaves that open, such as "TRANSPORT_MISMATCH".
    public let context: String?
    /// The request.
    public let request: HandshakeRequest
}
