// Session: one client, whatever carries its packets. Packets of both transports come together here, and whatever is sent
// goes out from here by the transport in use. What may happen when is decided by SessionMachine; how a session ends is
// in Session+Closing.swift, how it changes its transport in Session+Upgrade.swift.
//
// It is its own deadline and its WebSocket's handler: there is no timer, and no other object, per session. What only
// polling needs is in PollingTransport, and is given back when a WebSocket takes over.

public import UVHTTP
internal import UVLoop
public import Wire

/// One client of an Engine.IO server.
///
/// Bound to its server's loop, and like every deadline not Sendable.
public final class Session: WebSocketHandler {
    // What a delivery touches comes first and together: to most sessions it comes when they are in no cache any more.
    let server: EngineServer
    /// Owned; the WebSocket in use, nil while polling.
    @exclusivity(unchecked) var socket: Unmanaged<WebSocketConnection>?
    @exclusivity(unchecked) var machine: SessionMachine
    /// Since when more than `softBufferedBytes` have been waiting; 0 when fewer are.
    @exclusivity(unchecked) var backlogSince: UInt64 = 0
    /// Owned; in an Unmanaged slot because a call through a strong `var` costs a retain.
    @exclusivity(unchecked) private var handler: Unmanaged<SessionHandler>?
    /// What the client has sent lately.
    @exclusivity(unchecked) private var meter = RateMeter()
    /// The polling transport, nil from the upgrade on.
    @exclusivity(unchecked) var polling: PollingTransport?
    let key: SessionID
    /// What the client speaks.
    let dialect: Dialect
    /// The request that began the session.
    public let request: HandshakeRequest

    init(
        _ key: SessionID,
        of server: EngineServer,
        request: HandshakeRequest,
        transport: TransportName,
        dialect: Dialect
    ) {
        self.key = key
        self.dialect = dialect
        self.server = server
        self.request = request
        let (timing, now) = (server.timing, server.loop.now)
        machine = SessionMachine(transport: transport, timing: timing, now: now, clientPings: dialect.isVersion3)
        super.init()
        if transport == .polling { polling = PollingTransport(self) }
    }

    deinit {
        handler?.release()
        socket?.release()
    }

    /// The secret that the client shows with each of its requests; not to be told to other clients.
    public var id: String { key.text }

    /// The transport in use.
    public var transport: TransportName { machine.transport }

    /// Whether packets go both ways.
    public var isOpen: Bool { machine.isOpen }

    /// The version of the protocol: 4, or 3 for an old client.
    public var protocolVersion: Int { dialect.version }

    /// Bytes that were sent here but did not leave the process yet.
    public var bufferedBytes: Int {
        if let socket { return socket._withUnsafeGuaranteedRef { $0.bufferedBytes } }
        return polling?.pending.byteCount ?? 0
    }

    /// Whether what is sent now leaves at the end of this turn; what may be lost is not worth sending otherwise.
    package var isWritable: Bool {
        guard machine.isOpen, !machine.holdsPackets else { return false }
        if let socket { return socket._withUnsafeGuaranteedRef { $0.bufferedBytes } == 0 }
        return polling?.hasPoll ?? false
    }

    /// Whether a message that may be lost is worth sending now; counts it as dropped when it is not.
    package func takesVolatile() -> Bool {
        if isWritable { return true }
        server.counters.volatileDropped &+= 1
        return false
    }

    /// Begins: the open packet goes out first, then the program is asked who listens.
    ///
    /// On polling it has an answer for itself: clients and test suites read the first answer as one packet.
    func open(_ connect: (Session) -> SessionHandler) {
        reschedule()
        send(control: Outgoing(.open, server.handshake(of: self).json))
        polling?.flush()
        if let greeting = server.initialPacket { send(control: greeting) }
        handler = .passRetained(connect(self))
    }

    /// Calls the handler without a retain.
    @inline(__always)
    func withHandler(_ body: (SessionHandler) -> Void) {
        handler?._withUnsafeGuaranteedRef(body)
    }

    /// Gives the handler up; it lives to the end of the turn, because it may be what is calling.
    func releaseHandler() {
        guard let handler else { return }
        self.handler = nil
        server.loop.releaseLater(handler.takeRetainedValue())
    }

    /// Sets the deadline to what the machine waits for.
    func reschedule() {
        guard var deadline = machine.deadline else { return cancel() }
        if backlogSince > 0 { deadline = min(deadline, backlogSince &+ server.options.softLimitTime) }
        let now = server.loop.now
        server.loop.timeouts.schedule(self, after: deadline > now ? deadline &- now : 0)
    }

    /// A time of the machine has come.
    public override func expired() {
        guard !endIfBackloggedTooLong() else { return }
        while true {
            switch machine.expire(timing: server.timing, now: server.loop.now) {
            case .nothing: return reschedule()
            case .ping: send(control: .ping)
            case .abandonUpgrade: polling?.closeProbe()
            case .end(let cause): return finish(cause)
            }
        }
    }

    // MARK: - As the handler of its WebSocket

    /// A text packet came on the WebSocket; not for programs.
    public override func receive(text packet: RawSpan) {
        receive(packet: packet)
    }

    /// Binary data came on the WebSocket; not for programs.
    public override func receive(binary data: RawSpan) {
        guard !dialect.isVersion3 else { return receiveVersion3(binary: data) }
        deliver(binary: data)
    }

    /// What had to wait for the client has left; not for programs.
    public override func drained() {
        withHandler { $0.drained() }
    }

    /// The WebSocket is gone; not for programs.
    public override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        socketClosed(code, reason, error)
    }
}

// MARK: - In

extension Session {
    /// A text packet came on the transport in use.
    @inline(__always)
    func receive(packet: RawSpan) {
        if packet.byteCount > 0, packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PacketType.message.digit {
            guard machine.isOpen, isWithinRate(packet.byteCount) else { return }
            server.counters.received &+= 1
            withHandler { $0.receive(text: packet.extracting(1...)) }
        } else {
            receiveControl(packet)
        }
    }

    /// A binary message came on the transport in use.
    @inline(__always)
    func deliver(binary message: RawSpan) {
        guard machine.isOpen, isWithinRate(message.byteCount) else { return }
        server.counters.received &+= 1
        withHandler { $0.receive(binary: message) }
    }

    @inline(__always)
    private func isWithinRate(_ count: Int) -> Bool {
        if meter.take(count, server.rates, now: server.now) { return true }
        endOverRate()
        return false
    }

    /// A binary message as polling would send it, from a client that sends base64 on a WebSocket too; false when it is none.
    private func receiveBase64(_ packet: RawSpan) throws(PacketError) -> Bool {
        guard packet.byteCount > 0, packet.byte(at: 0) == PayloadReader.binaryMark else { return false }
        guard let message = Base64.decode(packet.extracting(1...)) else { throw .invalidBase64 }
        deliver(binary: message.span.bytes)
        return true
    }

    /// A packet that is no message.
    private func receiveControl(_ packet: RawSpan) {
        do throws(PacketError) {
            if dialect.isVersion3, try receiveVersion3(text: packet) { return }
            if try receiveBase64(packet) { return }
            // They cost time too, and an answer each where clients ping.
            guard machine.isOpen, isWithinRate(packet.byteCount) else { return }
            let type = try PacketType(text: packet)
            switch machine.receive(type, timing: server.timing, now: server.loop.now) {
            case .ignore: break
            case .reschedule: reschedule()
            case .answerPing:
                send(control: .pong)
                noteBacklog(bufferedBytes, 0)
                reschedule()
            case .end(let cause): finish(cause)
            }
        } catch {
            fail(error)
        }
    }
}

// MARK: - Out

extension Session {
    /// Sends a message that was encoded before; does nothing when the session is not open.
    package func send(_ packet: borrowing Outgoing) {
        guard machine.isOpen else { return }
        server.counters.sent &+= 1
        let before: Int
        if let socket {
            before = socket._withUnsafeGuaranteedRef { socket in
                let before = socket.bufferedBytes
                if packet.isBinary, dialect.isVersion3 {
                    packet.withPacket { socket.send(version3: $0, dialect) }
                } else {
                    socket.send(packet)
                }
                return before
            }
        } else {
            before = polling?.send(packet) ?? 0
        }
        watchBacklog(before, packet.frameCount)
    }

    @inline(__always)
    private func watchBacklog(_ before: Int, _ added: Int) {
        let isBacklogged = before > 0 && before &+ added > server.softBufferedBytes
        if isBacklogged || backlogSince > 0 { noteBacklog(before, added) }
    }

    /// Sends a text message of `count` bytes, which `write` puts where they leave from; does nothing, not even that, when
    /// the session is not open.
    package func send(textOf count: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        guard machine.isOpen else { return }
        let frameCount = FrameEncoder.headerBytes(payload: count &+ 1) &+ count &+ 1
        guard let socket, !socket._withUnsafeGuaranteedRef({ $0.compresses(frameCount) }) else {
            return send(Outgoing(textOf: count, write))
        }
        server.counters.sent &+= 1
        let before = socket._withUnsafeGuaranteedRef { socket in
            let before = socket.bufferedBytes
            socket.send(textOf: count &+ 1) { start in
                start.storeBytes(of: PacketType.message.digit, as: UInt8.self)
                write(start + 1)
            }
            return before
        }
        watchBacklog(before, frameCount)
    }

    /// Has the processor fetch what the next `send` will need beside the session, which is in the cache.
    package func approach() {
        if let socket { Prefetch.memory(socket.toOpaque(), lines: 3) }
    }

    /// Sends a text message.
    package func send(text: RawSpan) {
        send(Outgoing(text: text))
    }

    /// Sends a binary message.
    package func send(binary: RawSpan) {
        send(Outgoing(binary: binary))
    }

    /// Sends a packet of the protocol itself.
    func send(control packet: borrowing Outgoing) {
        if let socket {
            socket._withUnsafeGuaranteedRef { $0.send(packet) }
        } else {
            _ = polling?.send(packet)
        }
    }
}
