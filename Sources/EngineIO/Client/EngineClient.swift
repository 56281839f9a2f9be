// EngineClient: one session as its client sees it, whatever carries its packets. Packets of both transports come together
// here, and whatever is sent goes out from here by the transport in use. What may happen when is decided by ClientMachine.
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
    let address: EngineAddress
    let options: EngineClientOptions
    let wrap: ((TCPStream) -> any ByteStream)?
    /// Kept until the last call.
    private var handler: EngineClientHandler?
    var machine: ClientMachine
    private var hasBegun = false
    /// The WebSocket in use, nil while polling.
    private var socket: ClientWebSocket?
    /// What waits: for the open packet, a request, or the end of an upgrade.
    private var pending = PendingPackets()
    /// What the server has told; nil before the session is open.
    public private(set) var handshake: EngineHandshake?

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
        guard let first = options.transports.first else { throw .noTransport }
        self.loop = loop
        self.options = options
        self.wrap = wrap
        self.handler = handler
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

    /// Bytes that were sent here but did not leave the process yet.
    public var bufferedBytes: Int {
        pending.byteCount &+ (socket?.bufferedBytes ?? 0)
    }

    // MARK: - Opening

    /// Begins to open; does nothing when it has begun.
    public func open() {
        guard !hasBegun, machine.phase == .opening else { return }
        hasBegun = true
        machine = ClientMachine(transport: transport, connectTimeout: options.connectTimeout, now: loop.now)
        reschedule()
        socket = ClientWebSocket(self, sid: nil)
        socket?.open()
    }

    private func receiveOpen(_ payload: RawSpan) {
        guard let handshake = EngineHandshake(json: payload) else {
            return fail(.badAnswer("the first packet is no handshake"))
        }
        self.handshake = handshake
        machine.opened(handshake, now: loop.now)
        reschedule()
        handler?.opened(handshake)
        sendPending()
    }

    /// Sets the deadline to what the machine waits for.
    func reschedule() {
        guard let deadline = machine.deadline else { return cancel() }
        loop.timeouts.schedule(self, after: deadline > loop.now ? deadline &- loop.now : 0)
    }

    /// A time of the machine has come.
    public override func expired() {
        switch machine.expire(now: loop.now) {
        case .nothing, .abandonUpgrade: reschedule()
        case .failOpening: finish { $0.failed(.timedOut) }
        case .end(let cause): finish(cause)
        }
    }
}

// MARK: - In

extension EngineClient {
    /// A text packet came on the transport in use.
    func receive(text packet: RawSpan) {
        switch packet.byteCount > 0 ? packet.byte(at: 0) : 0 {
        case PacketType.message.digit: deliver { $0.receive(text: packet.extracting(1...)) }
        case PayloadReader.binaryMark: receive(base64: packet.extracting(1...))
        default: receiveControl(packet)
        }
    }

    /// A binary message came on the transport in use.
    func receive(binary message: RawSpan) {
        deliver { $0.receive(binary: message) }
    }

    private func receive(base64 text: RawSpan) {
        guard let message = Base64.decode(text) else { return fail(PacketError.invalidBase64) }
        deliver { $0.receive(binary: message.span.bytes) }
    }

    private func deliver(_ call: (EngineClientHandler) -> Void) {
        if machine.phase == .opening { return fail(.badAnswer("a message before the handshake")) }
        guard machine.isOpen, let handler else { return }
        machine.live(now: loop.now)
        call(handler)
    }

    private func receiveControl(_ packet: RawSpan) {
        do throws(PacketError) {
            let type = try PacketType(text: packet)
            switch machine.receive(type, now: loop.now) {
            case .ignore: break
            case .open: receiveOpen(packet.extracting(1...))
            case .answerPing:
                reschedule()
                send(control: .pong)
                handler?.heartbeat()
            case .end(let cause): handshake == nil ? finish { $0.failed(.endedEarly) } : finish(cause)
            }
        } catch {
            fail(error)
        }
    }

    /// The server sent something that is no packet.
    private func fail(_ error: PacketError) {
        if machine.phase == .opening { return fail(.badAnswer(error.description)) }
        end(CloseCause(.parseError, error.description))
    }
}

// MARK: - Out

extension EngineClient {
    /// Sends a text message, which must be UTF-8.
    @discardableResult
    public func send(text: RawSpan) -> EngineSendResult {
        send(Outgoing(text: text))
    }

    /// Sends a text message.
    @discardableResult
    public func send(_ text: String) -> EngineSendResult {
        send(Outgoing(text))
    }

    /// Sends a binary message.
    @discardableResult
    public func send(binary: RawSpan) -> EngineSendResult {
        send(Outgoing(binary: binary))
    }

    /// Sends a message that was encoded before.
    @discardableResult
    package func send(_ packet: borrowing Outgoing) -> EngineSendResult {
        if let refusal = refusal(of: packet) { return .refused(refusal) }
        guard let socket, !machine.holdsPackets else {
            pending.append(packet)
            return .queued
        }
        socket.send(packet)
        return .accepted
    }

    private func refusal(of packet: borrowing Outgoing) -> EngineSendRefusal? {
        guard machine.phase == .opening || machine.phase == .open else { return .closed }
        let size = packet.withPacket { $0.byteCount }
        if maxPayload > 0, size > maxPayload { return .tooLarge(limit: maxPayload) }
        let (waiting, limit) = (bufferedBytes, options.maxBufferedBytes)
        return waiting > 0 && waiting &+ size > limit ? .bufferFull(limit: limit) : nil
    }

    private func send(control packet: borrowing Outgoing) {
        socket?.send(packet)
    }

    /// Sends what had to wait.
    private func sendPending() {
        guard let socket, !machine.holdsPackets else { return }
        pending.forEach { socket.send(polled: $0) }
        pending = PendingPackets()
    }

    /// Everything has left the process.
    func drained() {
        if machine.isOpen { handler?.drained() }
    }
}

// MARK: - The end

extension EngineClient {
    /// Closes the session after what was sent; an opening is given up.
    ///
    /// The handler's `closed` comes when the server has heard of it, at most `closeTimeout` later.
    public func close() {
        switch machine.close(timeout: options.closeTimeout, now: loop.now) {
        case .nothing: break
        case .now: finishLater(CloseCause(.forcedClose))
        case .afterSending:
            reschedule()
            socket?.close()
        }
    }

    /// The opening has failed.
    func fail(_ error: EngineClientError) {
        guard machine.end(CloseCause(.transportError)) == .failed else { return }
        finish { $0.failed(error) }
    }

    /// Something outside has ended the session; does nothing when it is over already.
    func end(_ cause: CloseCause) {
        switch machine.end(cause) {
        case .nothing: break
        case .failed: finish { $0.failed(.endedEarly) }
        case .closed(let cause): finish(cause)
        }
    }

    private func finish(_ cause: CloseCause) {
        finish { $0.closed(cause.reason, cause.description) }
    }

    private func finishLater(_ cause: CloseCause) {
        disconnect()
        loop.closeLater { [self] in finish(cause) }
    }

    /// The last call.
    private func finish(_ tell: (EngineClientHandler) -> Void) {
        disconnect()
        guard let handler else { return }
        self.handler = nil
        tell(handler)
    }

    private func disconnect() {
        cancel()
        pending = PendingPackets()
        let socket = socket
        self.socket = nil
        socket?.abandon()
    }
}
