// EngineClient: one session as its client sees it, whatever carries its packets. What may happen when is decided by
// ClientMachine; the packets are in EngineClient+Packets.swift, the change of transport in EngineClient+Upgrade.swift, the
// end in EngineClient+Closing.swift.
//
// It is its own deadline, and one attempt: a session that is over does not open again. Reconnecting is for the storey
// above.

internal import UVHTTP
public import UVLoop
internal import Wire

/// One session with an Engine.IO server.
///
/// Bound to its loop, and like every deadline not Sendable. While it is opening or open it lives without being held.
public final class EngineClient: Deadline {
    /// The loop that it belongs to.
    public let loop: EventLoop
    let options: EngineClientOptions
    let wrap: ((TCPStream) -> any ByteStream)?
    /// Kept until the last call.
    var handler: EngineClientHandler?
    var machine: ClientMachine
    private var address: EngineAddress
    private var cookies = CookieJar()
    private var hasBegun = false
    /// What is tried when the transport in use does not open.
    private var untried: [TransportName]
    /// The WebSocket in use, nil while polling.
    var socket: ClientWebSocket?
    /// The polling in use, nil on a WebSocket.
    var polling: ClientPolling?
    /// The WebSocket that is to take over.
    var probe: ClientWebSocket?
    /// What waits: for the open packet, a request, or the end of an upgrade.
    var pending = PendingPackets()
    /// What the server has told; nil before the session is open.
    public internal(set) var handshake: EngineHandshake?
    /// Whether a WebSocket carries, or has carried, this session.
    public internal(set) var webSocketWorked = false

    /// A session that has not begun to open.
    ///
    /// The scheme of the URL is http, https, ws or wss; its path is not looked at, its query goes into each request.
    /// `wrap` may put something between the sockets and HTTP: encryption. It is given connected streams.
    public init(
        on loop: EventLoop,
        url: String,
        options: EngineClientOptions = EngineClientOptions(),
        wrap: ((TCPStream) -> any ByteStream)? = nil,
        handler: EngineClientHandler
    ) throws(EngineClientError) {
        let knowsBetter = options.rememberUpgrade && options.priorWebSocketSuccess
        let prefersSocket = knowsBetter && options.transports.contains(.websocket)
        guard let first = prefersSocket ? .websocket : options.transports.first else { throw .noTransport }
        self.loop = loop
        self.options = options
        self.wrap = wrap
        self.handler = handler
        untried = options.tryAllTransports ? options.transports.filter { $0 != first } : []
        address = try EngineAddress(url, options)
        machine = ClientMachine(transport: first, connectTimeout: options.connectTimeout, now: loop.now)
        super.init()
    }

    // MARK: - What it knows

    /// The id of the session; nil before it is open.
    public var id: String? { handshake?.sid }

    /// The transport in use.
    public var transport: TransportName { machine.transport }

    /// Whether messages go both ways.
    public var isOpen: Bool { machine.isOpen }

    /// The largest message that the server takes; 0 when that is not known.
    public var maxPayload: Int { handshake?.maxPayload ?? 0 }

    /// The transports that the server would let this session change to.
    public var upgrades: [TransportName] { handshake?.upgrades ?? [] }

    /// Bytes that were sent here but did not leave the process yet, or were not acknowledged by an answer to a POST.
    public var bufferedBytes: Int {
        pending.byteCount &+ (polling?.postedBytes ?? 0) &+ (socket?.bufferedBytes ?? 0)
    }

    // MARK: - Opening

    /// Begins to open; does nothing when it has begun.
    public func open() {
        guard !hasBegun, machine.phase == .opening else { return }
        hasBegun = true
        machine = ClientMachine(transport: transport, connectTimeout: options.connectTimeout, now: loop.now)
        reschedule()
        openTransport()
    }

    private func openTransport() {
        switch transport {
        case .polling:
            polling = ClientPolling(self)
            polling?.poll()
        case .websocket:
            socket = ClientWebSocket(self, sid: nil)
            socket?.open()
        }
    }

    /// Whether another transport is tried instead of failing.
    func tryAnotherTransport() -> Bool {
        guard machine.phase == .opening, !untried.isEmpty else { return false }
        dropTransports()
        machine.tryAnother(untried.removeFirst())
        openTransport()
        return true
    }

    /// The open packet came.
    func receiveOpen(_ payload: RawSpan) {
        guard let handshake = EngineHandshake(json: payload) else {
            return fail(.badAnswer("the first packet is no handshake"))
        }
        self.handshake = handshake
        if socket != nil { webSocketWorked = true }
        machine.opened(handshake, now: loop.now)
        reschedule()
        handler?.opened(handshake)
        sendPending()
        beginUpgrade()
    }

    /// Sets the deadline to what the machine waits for.
    func reschedule() {
        guard let deadline = machine.deadline else { return cancel() }
        loop.timeouts.schedule(self, after: deadline > loop.now ? deadline &- loop.now : 0)
    }

    /// A time of the machine has come.
    public override func expired() {
        switch machine.expire(now: loop.now) {
        case .nothing: reschedule()
        case .abandonUpgrade:
            leaveProbe("no answer in time")
            reschedule()
        case .failOpening: finish { $0.failed(.timedOut) }
        case .end(let cause): finish(cause)
        }
    }
}

// MARK: - Requests

extension EngineClient {
    /// The URL of the next request on this transport.
    func url(for transport: TransportName) -> String {
        address.url(for: transport, sid: id)
    }

    /// The header fields of the next request.
    func requestFields() -> [(String, String)] {
        var fields = options.extraHeaders
        // What the program sends itself is its own business.
        let sendsOwn = fields.contains { $0.0.lowercased() == "cookie" }
        if !sendsOwn, let cookie = cookies.field(now: Self.seconds) { fields.append(("Cookie", cookie)) }
        return fields
    }

    /// Keeps the cookies of an answer, by which load balancers know the session's server.
    func takeCookies(_ fields: Fields) {
        for cookie in fields.all("set-cookie") { cookies.take(cookie, now: Self.seconds) }
    }

    private static var seconds: Int { Int(EventLoop.wallClock / 1_000) }
}
