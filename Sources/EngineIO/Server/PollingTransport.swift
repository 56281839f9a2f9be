// PollingTransport: what a session needs while it polls: the request that waits for packets, the packets that wait for
// a request, and the WebSocket that wants to take over. A poll is answered when the turn ends, so that everything that
// one turn sends is in one answer.

internal import UVHTTP
internal import UVLoop
internal import Wire

/// The long-polling half of a session.
final class PollingTransport: Flushable {
    // Each holds the other; the session lets go when it ends or becomes a WebSocket.
    private let session: Session
    /// What waits for a poll.
    private(set) var pending = PendingPackets()
    /// Whether one of them may be compressed; then the whole answer may.
    private var isCompressible = false
    /// The poll that waits for packets.
    private var poll: Exchange?
    /// The request whose packets are on their way in.
    private var post: Exchange?
    /// The WebSocket that wants to take over; it is held by its stream.
    unowned(unsafe) var probe: WebSocketConnection?

    init(_ session: Session) {
        self.session = session
        super.init()
    }

    /// Whether the client waits for packets.
    var hasPoll: Bool { poll != nil }

    /// Answers the waiting poll with what is pending; the end of each turn in which something was sent.
    override func flush() {
        guard let poll, !pending.isEmpty, !session.machine.holdsPackets else { return }
        self.poll = nil
        answer(poll, pending.take(atMost: session.server.options.maxPacketsPerPoll))
        if pending.isEmpty { session.withHandler { $0.drained() } }
    }
}

// MARK: - Polls

extension PollingTransport {
    /// The client asks for packets.
    func receive(poll exchange: Exchange) {
        switch session.machine.poll(isPending: hasPoll) {
        case .hold: hold(exchange)
        case .noop: answer(exchange, [PacketType.noop.digit])
        case .last: answerLast(exchange)
        case .overlap:
            session.finish(CloseCause(.transportError, "overlap from client"))
            refuse(exchange)
        case .refuse: refuse(exchange)
        }
    }

    private func hold(_ exchange: Exchange) {
        poll = exchange
        exchange.onAbort = { [self] in
            poll = nil
            session.end(CloseCause(.transportError, "poll connection closed prematurely"))
        }
        flush()
    }

    /// The session was only waiting for this poll to be over.
    private func answerLast(_ exchange: Exchange) {
        if pending.isEmpty { pending.append(.noop) }
        pending.append(.close)
        answer(exchange, pending.takeAll())
        session.finish(CloseCause(.forcedClose))
    }

    /// Answers the waiting poll with a noop: the client is to stop polling.
    func answerNoop() {
        guard let poll else { return }
        self.poll = nil
        answer(poll, [PacketType.noop.digit])
    }

    private func answer(_ exchange: Exchange, _ payload: [UInt8]) {
        exchange.setHeader("Content-Type", "text/plain; charset=UTF-8")
        session.server.prepare(exchange, of: session)
        exchange.send(
            payload,
            compressingFrom: isCompressible ? session.server.options.httpCompression?.threshold : nil
        )
    }

    private func refuse(_ exchange: Exchange) {
        exchange.status = 400
        exchange.send([])
    }
}

// MARK: - Posts

extension PollingTransport {
    /// The client sends packets.
    func receive(post exchange: Exchange) {
        guard post == nil else {
            session.end(CloseCause(.transportError, "data request overlap from client"))
            return refuse(exchange)
        }
        guard exchange.headers.first("Content-Type") != "application/octet-stream" else {
            // Protocol 3 sent binary payloads so; in protocol 4 they are text.
            session.end(CloseCause(.transportError, "invalid content"))
            return refuse(exchange)
        }
        post = exchange
        exchange.readBody(limit: session.server.options.maxHttpBufferSize) { [self] body in
            post = nil
            receive(body, of: exchange)
        }
    }

    private func receive(_ body: Result<[UInt8], HTTPError>, of exchange: Exchange) {
        switch body {
        case .success(let payload):
            receive(payload.span.bytes)
            exchange.setHeader("Content-Type", "text/html")
            session.server.prepare(exchange, of: session)
            exchange.send(Array("ok".utf8))
        case .failure(.bodyTooLarge):
            // Not the end of the session: the client is told, and may go on with less.
            session.server.counters.tooBig &+= 1
            exchange.status = 413
            exchange.send(session.server.tooBig)
        case .failure:
            session.end(CloseCause(.transportError, "data request connection closed prematurely"))
        }
    }

    private func receive(_ payload: RawSpan) {
        guard UTF8Validator.isValid(payload) else { return session.fail(.invalidUTF8) }
        var reader = PayloadReader()
        do throws(PacketError) {
            while session.isOpen, let packet = try reader.next(payload) {
                switch packet {
                case .text(let range): session.receive(text: payload.extracting(range))
                case .binary(let message): session.receive(binary: message.span.bytes)
                }
            }
        } catch {
            session.fail(error)
        }
    }
}

// MARK: - Packets that wait

extension PollingTransport {
    /// Queues a packet for the next answer; how many bytes were waiting before it.
    func send(_ packet: borrowing Outgoing) -> Int {
        let before = pending.byteCount
        if before == 0 { isCompressible = false }
        if packet.isCompressible { isCompressible = true }
        pending.append(packet)
        sendPending()
        return before
    }

    /// Has what is pending sent when the turn ends, if the client waits for it.
    func sendPending() {
        if hasPoll, !pending.isEmpty { session.server.loop.flushLater(self) }
    }
}

// MARK: - The end

extension PollingTransport {
    /// The session is over; a client that waits is told with a close packet, or with a noop if it said so itself.
    func close(_ cause: CloseCause) {
        closeProbe()
        dropPost()
        guard let poll else { return }
        self.poll = nil
        if cause.reason != .transportClose {
            pending.append(.close)
        } else if pending.isEmpty {
            pending.append(.noop)
        }
        answer(poll, pending.takeAll())
    }

    /// A WebSocket has taken over; it gets what is pending.
    func retire(into socket: WebSocketConnection) {
        answerNoop()
        dropPost()
        pending.forEach { packet in
            guard packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark else {
                return socket.send(text: packet)
            }
            if let message = Base64.decode(packet.extracting(1...)) { socket.send(binary: message.span.bytes) }
        }
        pending = PendingPackets()
    }

    /// Closes the WebSocket that wants to take over.
    func closeProbe() {
        guard let probe else { return }
        self.probe = nil
        probe.close(nil)
    }

    /// Packets that are still on their way in have no session any more, or came too late for their order.
    private func dropPost() {
        guard let post else { return }
        self.post = nil
        post.refuse(status: 400, body: "", contentType: "text/html")
    }
}
