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
        /// Handshakes that were refused because their address has `maxConnectionsPerAddress` sessions.
        public var tooManyConnections = 0
        /// Handshakes that were refused because their address exceeds `maxHandshakesPerSecond`.
        public var tooManyHandshakes = 0
        /// Handshakes that were refused because there are `maxSessions` sessions.
        public var tooManySessions = 0
        /// Sessions that ended because more than `maxBufferedBytes` were waiting.
        public var backlogExceeded = 0
        /// Sessions that ended because more than `softBufferedBytes` were waiting for `softLimitTime`.
        public var backlogTooLong = 0
        /// Sessions that ended because of `maxPacketsPerSecond` or `maxBytesPerSecond`.
        public var rateExceeded = 0
        /// Messages and bodies from clients that were larger than `maxHttpBufferSize`.
        public var tooBig = 0
        /// Volatile messages that were dropped because their client was not ready.
        public var volatileDropped = 0
        /// Sessions that changed from polling to WebSocket.
        public var upgrades = 0
        /// Requests for sessions of other loops that went there, with their connections.
        public var handedOver = 0
        /// Requests of other loops that came here.
        public var takenOver = 0
        /// Requests that were refused because `EngineHub.maxWaiting` others wait for the loop of their session.
        public var handOversRefused = 0
        /// Requests for sessions of other loops that could not go there, as those over encrypted connections.
        public var handOversImpossible = 0
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
    let rates: RateLimits
    /// The lower of both limits: what a session looks at when it sends.
    let softBufferedBytes: Int
    let initialPacket: Outgoing?
    let pathPrefix: String
    /// This server's place among those of other loops.
    let membership: EngineMembership?
    /// The HTTP server, which owns this one.
    weak var host: HTTPServer?
    var addresses: AddressBook
    /// What the program has each request go through before it is looked at.
    let steps = Router()
    var hasSteps = false
    private let connect: (Session) -> SessionHandler
    @exclusivity(unchecked) private var sessions: [SessionID: Session] = [:]
    private(set) var isClosed = false
    @exclusivity(unchecked) var files: [String: ServedFile] = [:]

    /// Serves the sessions below `options.path` of `app`; `connect` is asked who listens to each.
    public init(
        on app: Host,
        options: EngineOptions = EngineOptions(),
        connect: @escaping (Session) -> SessionHandler
    ) {
        loop = app.loop
        self.options = options
        timing = options.timing
        rates = RateLimits(options)
        softBufferedBytes = min(options.softBufferedBytes, options.maxBufferedBytes)
        initialPacket = options.initialPacket?.outgoing
        pathPrefix = options.pathPrefix
        addresses = AddressBook(options)
        self.connect = connect
        host = app
        membership = options.hub.map { EngineMembership($0, idsAreMade: options.makesIDs) }
        if case .any? = options.cors?.origin, options.cors?.credentials == true {
            loop.log(.warning, "CORS: browsers refuse credentials together with any origin; name the origins")
        }
        membership?.enter(self)
        app.mount(pathPrefix) { [self] exchange in
            if !passOn(exchange) { serve(exchange) }
        }
    }

    deinit {
        membership?.leave()
    }

    /// The loop's time, which each message needs: without the retain that a call through the property costs.
    @inline(__always)
    var now: UInt64 { Unmanaged.passUnretained(loop)._withUnsafeGuaranteedRef { $0.now } }

    /// What the sender of a message that is too large is told, and the program too.
    var tooBig: String { "message too big (more than \(options.maxHttpBufferSize) bytes)" }

    /// The number of sessions.
    public var clientsCount: Int { sessions.count }

    /// Ends all sessions; new ones are refused from now on.
    public func close() {
        isClosed = true
        membership?.leave()
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
        membership?.note(session.key)
        addresses.begin(session.request.address)
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
        membership?.forget(session.key)
        addresses.end(session.request.address, now: loop.now)
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
    /// What is wrong; its raw value is the code.
    public let fault: EngineFault
    /// The words that go with it.
    public let message: String
    /// What is known beside that, under the names that the JavaScript server uses.
    ///
    /// With `EngineFault.badRequest` there is always a "name": INVALID_ORIGIN, TRANSPORT_MISMATCH,
    /// TRANSPORT_HANDSHAKE_ERROR, ID_GENERATION_ERROR or MIDDLEWARE_FAILURE. With `EngineFault.forbidden` there is the
    /// "message" that the client was told.
    public let context: [String: String]
    /// The request.
    public let request: HandshakeRequest
}
