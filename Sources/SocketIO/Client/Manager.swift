// Manager: one connection to a server, kept up over losses, and the sockets that share it, one for each namespace. This
// file holds its life; when it tries again is in Manager+Reconnecting.swift, what it tells in Manager+Events.swift.

public import EngineIO
public import UVLoop
internal import Wire

/// One connection to a Socket.IO server, and the sockets on it.
///
/// Bound to its loop. It lives as long as somebody holds it or one of its sockets, and while one of these is active;
/// `close()` ends it for good.
public final class Manager {
    enum State { case idle, opening, open, ended }

    /// The loop on which everything happens.
    public let loop: EventLoop

    /// The server, as it was given.
    public let url: String

    /// What the program has chosen.
    public let options: ManagerOptions

    let wrap: ((TCPStream) -> any ByteStream)?
    let names = EventNames()
    let spares = HandlerSpares()
    let scratch: PacketScratch
    var handlers = ManagerHandlers()
    private(set) var state = State.idle
    /// The attempt that is under way, or the connection that is open.
    private var connection: ManagerConnection?
    /// The sockets that are connected or want to be.
    private var active: [ClientSocket] = []
    private var known: [String: KnownSocket] = [:]
    /// A WebSocket has worked before: with `rememberUpgrade` the next connection begins with one.
    var hasSeenWebSocket = false

    // Trying again: see Manager+Reconnecting.swift.
    var backoff: Backoff
    var isReconnecting = false
    var mayReconnect = true
    var timer: Timer?

    /// A manager of a connection to the server at this URL, such as "http://localhost:3000"; its first socket opens it.
    ///
    /// `wrap` may encrypt each TCP connection. A URL that is none shows as an error of the first attempt.
    public init(
        on loop: EventLoop,
        url: String,
        options: ManagerOptions = ManagerOptions(),
        wrap: ((TCPStream) -> any ByteStream)? = nil
    ) {
        self.loop = loop
        self.url = url
        self.options = options
        self.wrap = wrap
        backoff = Backoff(options)
        var limits = PacketLimits()
        limits.maxAttachments = options.maxAttachments
        limits.maxAttachmentBytes = options.maxAttachmentBytes
        scratch = PacketScratch(limits: limits)
    }

    /// True while there is a connection, or an attempt is under way or will be.
    var isTrying: Bool { state == .opening || state == .open || isReconnecting }

    /// True while there is a connection.
    public var isOpen: Bool { state == .open }

    /// The connection below; nil while there is none.
    public var engine: EngineClient? { isOpen ? connection?.engine : nil }

    /// The socket of a namespace, made if there is none yet; it connects at once unless `autoConnect` is false.
    ///
    /// A slash is put before a name that has none. `auth` is what the socket shows to the server. Auth and options are
    /// those of the first call for that name.
    public func socket(
        _ namespace: String = "/",
        auth: ClientAuth = .none,
        options socketOptions: ClientSocketOptions = ClientSocketOptions()
    ) -> ClientSocket {
        let name = namespace.hasPrefix("/") ? namespace : "/" + namespace
        let socket = known[name]?.socket ?? ClientSocket(self, name, auth, socketOptions)
        known[name] = KnownSocket(socket: socket)
        if options.autoConnect, !socket.isActive { socket.connect() }
        return socket
    }

    // MARK: Life

    /// Opens the connection if it is closed and nobody is about to.
    ///
    /// Sockets do this by themselves.
    public func open() {
        guard state == .idle, !isReconnecting else { return }
        mayReconnect = true
        attempt()
    }

    /// Disconnects every socket and closes the connection, for good.
    ///
    /// The sockets tell of their end; then all handlers go, so that what they hold can go too.
    public func close() {
        guard state != .ended else { return }
        for socket in active { socket.disconnect() }
        drop(.forcedClose)
        state = .ended
        for (_, entry) in known { entry.socket?.forgetHandlers() }
        known = [:]
        let told = handlers
        handlers = ManagerHandlers()
        loop.closeLater { withExtendedLifetime(told) {} }
    }

    /// Makes one attempt to connect.
    func attempt() {
        state = .opening
        let connection = ManagerConnection(self)
        self.connection = connection
        var engineOptions = options.engine
        if hasSeenWebSocket { engineOptions.priorWebSocketSuccess = true }
        do {
            try connection.open(engineOptions)
        } catch {
            // What is wrong with the URL or the options will not get better, but nobody listens before the next turn.
            loop.nextTurn { [self] in
                mayReconnect = false
                connection.failed(error)
            }
        }
    }

    /// The connection is made.
    func opened() {
        guard state == .opening else { return }
        state = .open
        let attempt = isReconnecting ? backoff.attempts : nil
        isReconnecting = false
        backoff.reset()
        tell(.open)
        for socket in active where isOpen { socket.join() }
        if let attempt, isOpen { tell(.reconnect, attempt) }
    }

    /// The attempt has failed.
    func failed(_ error: ClientConnectError) {
        connection = nil
        guard state != .ended else { return }
        state = .idle
        tell(.error, error)
        for socket in active where !socket.isConnected { socket.failed(error) }
        guard state == .idle else { return }
        if isReconnecting {
            isReconnecting = false
            reconnect()
            tell(.reconnectError, error)
        } else if options.reconnection, backoff.attempts == 0 {
            reconnect()
        }
    }

    /// The connection has ended.
    func closed(_ reason: ClientDisconnectReason, _ description: String?) {
        connection = nil
        guard state != .ended, state != .idle else { return }
        state = .idle
        backoff.reset()
        tell(.close, reason, description)
        for socket in active { socket.closed(reason, description) }
        guard state == .idle, options.reconnection else { return }
        reconnect()
    }

    /// The server does not keep to the protocol: goes on without this connection.
    func breakOff(_ description: String, on broken: ManagerConnection? = nil) {
        guard let ended = connection, broken == nil || broken === ended else { return }
        connection = nil
        ended.abandon()
        closed(.parseError, description)
    }

    /// Closes the connection on this side's behalf, and does not try again.
    private func drop(_ reason: ClientDisconnectReason) {
        mayReconnect = false
        isReconnecting = false
        timer = nil
        guard let dropped = connection else { return }
        connection = nil
        dropped.abandon()
        closed(reason, nil)
    }

    // MARK: Sockets

    /// A socket wants to be connected.
    func activate(_ socket: ClientSocket) {
        guard state != .ended else { return }
        if !active.contains(where: { $0 === socket }) { active.append(socket) }
        if isOpen { socket.join() } else { open() }
    }

    /// A socket does not want to be connected any more; the connection goes with the last.
    func deactivate(_ socket: ClientSocket) {
        active.removeAll { $0 === socket }
        if active.isEmpty { drop(.forcedClose) }
    }

    /// Takes a packet of the server.
    func receive(_ packet: borrowing PacketView, on source: ManagerConnection) {
        guard source === connection else { return }
        for socket in active where packet.isFor(socket.namespace) { return socket.receive(packet) }
    }

    // MARK: Sending

    /// The bytes that are on their way to the server and not with the system yet.
    var bufferedBytes: Int { connection?.engine?.bufferedBytes ?? 0 }

    /// Sends a packet, all of it or nothing.
    func send(_ packet: borrowing EncodedPacket) -> EncodedPacket.Outcome {
        guard isOpen, let engine = connection?.engine else { return .failed(.notSent) }
        return packet.send(on: engine, maxBufferedBytes: options.maxBufferedBytes)
    }
}

@available(*, unavailable)
extension Manager: Sendable {}

/// A socket that may be used again, and is not kept for that.
private struct KnownSocket {
    weak var socket: ClientSocket?
}
