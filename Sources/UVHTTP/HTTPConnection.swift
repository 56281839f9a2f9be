// HTTPConnection: one client's HTTP stream, from bytes to exchanges: the way in. One request is served at a time; what
// a client sends ahead waits, bounded, so answers are in order by construction. What may happen when is decided by
// `ConnectionMachine`; the way out and the end of the connection are in HTTPConnection+Output.swift.

internal import UVLoop
internal import Wire

/// The HTTP part of a connection's life; after a 101 a `WebSocketConnection` takes its place.
final class HTTPConnection: ServedConnection {
    let server: HTTPServer
    @exclusivity(unchecked) var machine: ConnectionMachine
    @exclusivity(unchecked) private var heads: HeadParser
    /// The body of the current request while it is not complete.
    ///
    /// Present without a current exchange, it is the rest of a body that nobody wants any more.
    @exclusivity(unchecked) var body: BodyDecoder?
    /// The request that is being answered.
    @exclusivity(unchecked) var current: Exchange?
    /// What of an unwanted body may still be dropped.
    @exclusivity(unchecked) private var skippable = 0

    /// Bytes that could not be looked at yet; those before `waitingStart` have been since.
    @exclusivity(unchecked) var waiting: [UInt8] = []
    @exclusivity(unchecked) var waitingStart = 0
    @exclusivity(unchecked) private(set) var isConsuming = false
    @exclusivity(unchecked) private var isReading = true
    /// The WebSocket that has taken over.
    @exclusivity(unchecked) private var successor: WebSocketConnection?
    /// Who takes the current request, and with it the connection, to another loop: see HTTPConnection+HandOver.swift.
    @exclusivity(unchecked) var leaving: ((HandedRequest?) -> Void)?

    // The way out: see HTTPConnection+Output.swift.
    @exclusivity(unchecked) var outbox = Outbox()
    /// A large body that follows the outbox without being copied into it.
    @exclusivity(unchecked) var attachment: [UInt8] = []
    /// What the stream was given so far.
    @exclusivity(unchecked) var givenBytes = 0
    @exclusivity(unchecked) var hasSentEnd = false
    @exclusivity(unchecked) var alarm: ConnectionAlarm?

    init(_ stream: any ByteStream, of server: HTTPServer) {
        self.server = server
        machine = ConnectionMachine(server.options, now: server.loop.now)
        heads = HeadParser(maxHeadBytes: server.options.maxHeadBytes, maxFields: server.options.maxFields)
        super.init(stream, of: server)
    }

    /// Whether bytes from the client still mean anything.
    private var isListening: Bool {
        machine.state != .lingering && machine.state != .closed
    }

    // MARK: - Bytes

    override func receive(_ bytes: inout MutableRawSpan) {
        guard isListening else { return }
        if waiting.isEmpty {
            let taken = consume(bytes.bytes)
            if let successor { return successor.receive(&bytes, from: taken) }
            keep(bytes.bytes.extracting(taken..<bytes.byteCount))
        } else {
            keep(bytes.bytes)
        }
        leaveIfFree()
        arm()
    }

    /// Looks at `bytes` as far as the connection's state allows and returns how many it took.
    private func consume(_ bytes: RawSpan) -> Int {
        var offset = 0
        isConsuming = true
        while canConsume, body != nil || offset < bytes.byteCount {
            do throws(HTTPError) {
                let isMoving = try body == nil ? consumeHead(bytes, at: &offset) : consumeBody(bytes, at: &offset)
                if !isMoving { break }
            } catch {
                fail(error)
            }
        }
        isConsuming = false
        return offset
    }

    /// Whether the next byte may be looked at.
    private var canConsume: Bool {
        switch machine.state {
        case .waiting, .head: unsentBytes <= server.options.maxUnsentBytes
        case .answering: body != nil && current?.bodyTaker != nil
        case .lingering, .closed: false
        }
    }

    private func consumeHead(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> Bool {
        machine.received(now: server.loop.now)
        guard let head = try heads.next(bytes, at: &offset) else { return false }
        server.counters.requests &+= 1
        begin(Exchange(head, on: self))
        return true
    }

    /// Has a request served whose head is complete.
    func begin(_ exchange: Exchange) {
        let head = exchange.head
        machine.headEnded(keepAlive: head.keepAlive)
        body = head.framing == .none ? nil : BodyDecoder(framing: head.framing)
        current = exchange
        server.dispatch(exchange)
    }

    private func consumeBody(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> Bool {
        guard let event = try body?.next(bytes, at: &offset) else { return false }
        switch event {
        case .data(let range):
            if let current {
                current.collect(bytes.extracting(range))
            } else {
                skippable &-= range.count
                if skippable < 0 { perform(machine.linger(now: server.loop.now)) }
            }
        case .end:
            body = nil
            machine.bodyEnded()
            current?.finishBody()
        }
        return true
    }

    // MARK: - Bytes that must wait

    private func keep(_ bytes: RawSpan) {
        guard bytes.byteCount > 0, isListening else { return }
        bytes.withUnsafeBytes { waiting.append(contentsOf: $0) }
        adjustReading()
    }

    /// Looks again at what was kept; called when something has changed that may allow it.
    private func consumeWaiting() {
        guard !isConsuming, canConsume, body != nil || !waiting.isEmpty else { return }
        var bytes: [UInt8] = []
        swap(&bytes, &waiting)
        let taken = consume(bytes.span.bytes.extracting(waitingStart..<bytes.count))
        waitingStart += taken
        if let successor {
            var span = bytes.mutableSpan
            var rest = span.mutableBytes
            return successor.receive(&rest, from: waitingStart)
        }
        if waitingStart < bytes.count, isListening {
            compact(&bytes)
            swap(&bytes, &waiting)
        } else {
            waitingStart = 0
        }
        adjustReading()
        leaveIfFree()
        noticeEnd()
        arm()
    }

    /// The peer had ended before everything was looked at: perhaps that is done now.
    private func noticeEnd() {
        guard machine.peerHasEnded, waiting.isEmpty else { return }
        if current == nil {
            perform(machine.peerEnded(unsent: unsentBytes, now: server.loop.now))
        } else if body != nil {
            failBody(.aborted)
        }
    }

    /// Moves what is left to the front once it is the smaller part, so that each byte moves a bounded number of times.
    private func compact(_ bytes: inout [UInt8]) {
        guard waitingStart > bytes.count / 2 else { return }
        bytes.removeFirst(waitingStart)
        waitingStart = 0
    }

    func adjustReading() {
        read(waiting.count &- waitingStart < server.options.maxPipelinedBytes)
    }

    private func read(_ wanted: Bool) {
        guard wanted != isReading else { return }
        isReading = wanted
        if wanted { stream.resumeReading() } else { stream.pauseReading() }
    }

    /// Looks at the next request in a turn of its own, so that it does not run inside the last one's `send`.
    func consumeNextTurn() {
        guard !isConsuming, !waiting.isEmpty, canConsume else { return }
        server.loop.nextTurn { [self] in consumeWaiting() }
    }

    override func receiveEnd() {
        perform(machine.peerEnded(unsent: unsentBytes, now: server.loop.now))
        arm()
    }

    // MARK: - Turns and ends

    override func flush() {
        if stream.isOpen { flushOutput() }
    }

    override func drained() {
        flush()
    }

    override func drain() {
        perform(machine.drain(unsent: unsentBytes, now: server.loop.now))
        arm()
    }

    override func cutOff() {
        stream.close()
    }

    override func closed(_ error: UVError?) {
        machine.closed()
        alarm?.cancel()
        alarm = nil
        leaving = nil
        abandonExchange(.aborted)
        body = nil
        waiting = []
        attachment = []
        outbox.release()
        server.leave(self)
    }
}

// MARK: - What an exchange asks for

extension HTTPConnection {
    /// Whether the current request's body has not arrived completely.
    var bodyIsIncomplete: Bool { body != nil }

    /// Whether bytes of later requests are already here.
    var hasMore: Bool { !waiting.isEmpty || isConsuming }

    /// The exchange wants its body now.
    func startBody(of exchange: Exchange) {
        machine.bodyAwaited(now: server.loop.now)
        if exchange.head.expectsContinue, waiting.isEmpty {
            append { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
        }
        consumeWaiting()
        if !isConsuming { noticeEnd() }
        arm()
    }

    /// The exchange has been answered completely.
    func finish(_ exchange: Exchange) {
        guard exchange === current else { return }
        current = nil
        exchange.detach()
        skippable = server.options.maxSkippedBodyBytes
        let isUsable = body == nil || maySkipBody(of: exchange)
        perform(machine.answered(inputUsable: isUsable, hasMore: hasMore, now: server.loop.now))
        server.loop.flushLater(self)
    }

    /// The client's bytes mean nothing any more; only its end is still of interest.
    func stopListening() {
        waiting = []
        waitingStart = 0
        read(true)
    }

    /// The request was sound, only its body is not: its handler has the first word, the connection the last.
    func failBody(_ error: HTTPError) {
        machine.giveUpKeepAlive()
        body = nil  // where it ends, and what follows, cannot be known
        current?.failBody(error)
        if let current, !current.isAnswered { current.refuse(error) }
    }

    /// Whether the rest of an unread body is worth reading: not if the client was told to wait before sending it.
    func maySkipBody(of exchange: Exchange) -> Bool {
        guard !exchange.head.expectsContinue || exchange.bodyWasAsked else { return false }
        if case .length(let length) = exchange.head.framing { return length <= server.options.maxSkippedBodyBytes }
        return true
    }

    /// The client is gone, or as good as gone: the exchange will never be answered.
    func abandonExchange(_ error: HTTPError) {
        guard let exchange = current else { return }
        current = nil
        exchange.abandon(error)
    }

    /// Gives the stream, and the answers that have not left yet, to a WebSocket.
    func handOver(to socket: WebSocketConnection) {
        if !attachment.isEmpty { writeOut() }
        socket.adopt(outbox.take())
        current = nil
        successor = socket
        if !isConsuming, !waiting.isEmpty {
            // Accepted long after the request, whose bytes nobody is going to hand over on the way back.
            socket.receiveLater(waiting, from: waitingStart)
        } else {
            read(true)
        }
        machine.closed()
        alarm?.cancel()
        alarm = nil
        server.replace(self, by: socket)
        stream.setHandler(socket)
    }
}
