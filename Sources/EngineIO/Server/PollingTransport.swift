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
    @exclusivity(unchecked) private(set) var pending = PendingPackets()
    /// Set when the client polls by script elements.
    var jsonp: JSONP?
    /// Whether one of them may be compressed; then the whole answer may.
    @exclusivity(unchecked) private var isCompressible = false
    /// The poll that waits for packets.
    @exclusivity(unchecked) private var poll: Exchange?
    /// The request whose packets are on their way in.
    @exclusivity(unchecked) private var post: Exchange?
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
        answer(poll, taking: session.server.options.maxPacketsPerPoll)
        if pending.isEmpty { session.withHandler { $0.drained() } }
    }
}

// MARK: - Polls

extension PollingTransport {
    /// The client asks for packets.
    func receive(poll exchange: Exchange) {
        switch session.machine.poll(isPending: hasPoll, hasPackets: !pending.isEmpty) {
        case .hold: hold(exchange)
        case .noop: answer(exchange, .noop)
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
        pending.append(.noop)
        pending.append(.close)
        answer(exchange, taking: .max)
        session.finish(CloseCause(.forcedClose))
    }

    /// Answers the waiting poll with a noop: the client is to stop polling.
    func answerNoop() {
        guard let poll else { return }
        self.poll = nil
        answer(poll, .noop)
    }

    /// Answers with one packet that is not among the pending ones.
    private func answer(_ exchange: Exchange, _ type: PacketType) {
        var packets = PendingPackets()
        packets.append(type)
        answer(exchange, packets.take(atMost: 1, session.dialect))
    }

    private func answer(_ exchange: Exchange, taking limit: Int) {
        answer(exchange, pending.take(atMost: limit, session.dialect))
    }

    private func answer(_ exchange: Exchange, _ body: PollBody) {
        let type: AnswerType = body.isBinary ? .bytes : jsonp == nil ? .text : .script
        let threshold = isCompressible ? session.server.options.httpCompression?.threshold : nil
        let bytes = jsonp?.script(body.bytes) ?? body.bytes
        session.server.answer(exchange, of: session, type, bytes, compressingFrom: threshold)
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
        let isBinary = exchange.headers.first("Content-Type") == "application/octet-stream"
        guard !isBinary || session.dialect.isVersion3 else {
            // Protocol 3 sent binary payloads so; in protocol 4 they are text.
            session.end(CloseCause(.transportError, "invalid content"))
            return refuse(exchange)
        }
        post = exchange
        exchange.readBody(limit: session.server.options.maxHttpBufferSize) { [self] body in
            post = nil
            receive(body, of: exchange, isBinary: isBinary)
        }
    }

    private func receive(_ body: Result<[UInt8], HTTPError>, of exchange: Exchange, isBinary: Bool) {
        switch body {
        case .success(let body):
            // A form without a payload says nothing.
            if let payload = jsonp == nil || isBinary ? body : JSONP.payload(form: body) {
                receive(payload.span.bytes, isBinary: isBinary)
            }
            session.server.answer(exchange, of: session, .html, Array("ok".utf8), compressingFrom: nil)
        case .failure(.bodyTooLarge):
            // Not the end of the session: the client is told, and may go on with less.
            session.server.counters.tooBig &+= 1
            exchange.status = 413
            exchange.send(session.server.tooBig)
        case .failure:
            session.end(CloseCause(.transportError, "data request connection closed prematurely"))
        }
    }

    private func receive(_ payload: RawSpan, isBinary: Bool) {
        guard isBinary || UTF8Validator.isValid(payload) else { return session.fail(.invalidUTF8) }
        do throws(PacketError) {
            if session.dialect.isVersion3 {
                var reader = PayloadReader3(isBinary: isBinary)
                while session.isOpen, let packet = try reader.next(payload) { receive(packet, of: payload) }
            } else {
                var reader = PayloadReader()
                while session.isOpen, let packet = try reader.next(payload) { receive(packet, of: payload) }
            }
        } catch {
            session.fail(error)
        }
    }

    private func receive(_ packet: PayloadPacket, of payload: RawSpan) {
        switch packet {
        case .text(let range): session.receive(packet: payload.extracting(range))
        case .binary(let message): session.deliver(binary: message.span.bytes)
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
        answer(poll, taking: .max)
    }

    /// A WebSocket has taken over; it gets what is pending.
    func retire(into socket: WebSocketConnection) {
        answerNoop()
        dropPost()
        pending.forEach { packet in
            guard packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark else {
                return socket.send(text: packet)
            }
            guard let message = Base64.decode(packet.extracting(1...)) else { return }
            let dialect = session.dialect
            dialect.isVersion3
                ? socket.send(version3: message.span.bytes, dialect) : socket.send(binary: message.span.bytes)
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
