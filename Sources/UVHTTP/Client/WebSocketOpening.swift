// WebSocketOpening: the client's half of the opening handshake (RFC 6455 section 4.1): connect, ask, check the answer,
// and hand the stream to a WebSocketConnection. It is the stream's handler until then.

internal import UVLoop
internal import Wire

/// One attempt to open a WebSocket.
final class WebSocketOpening: StreamHandler {
    private let loop: EventLoop
    private let url: WebURL
    private let options: WebSocketClientOptions
    private let wrap: ((TCPStream) -> any ByteStream)?
    private let key = WebSocketUpgrade.key(random: (.random(in: .min ... .max), .random(in: .min ... .max)))
    private var handler: WebSocketClientHandler?
    /// Tells the client what has become of it; cut when it has.
    private var settle: ((WebSocketConnection?) -> Void)?
    private var dialer: Dialer?
    private var stream: (any ByteStream)?
    private var alarm: ClientAlarm?
    private var parser: ResponseParser
    private var interimAnswers = 0
    private var refusal: Refusal?

    /// An answer that is no WebSocket, while its body arrives.
    private struct Refusal {
        let status: Int
        var decoder: BodyDecoder
        var body: [UInt8] = []
    }

    init(
        on loop: EventLoop,
        url: WebURL,
        options: WebSocketClientOptions,
        wrap: ((TCPStream) -> any ByteStream)?,
        handler: WebSocketClientHandler,
        settle: @escaping (WebSocketConnection?) -> Void
    ) {
        self.loop = loop
        self.url = url
        self.options = options
        self.wrap = wrap
        self.handler = handler
        self.settle = settle
        parser = ResponseParser(maxHeadBytes: options.maxHeadBytes, maxFields: HTTPOptions().maxFields)
    }

    func start() {
        if options.openTimeout > 0 {
            let alarm = ClientAlarm { [unowned self] in refusal == nil ? fail(.timedOut) : finishRefusal() }
            self.alarm = alarm
            loop.timeouts.schedule(alarm, after: options.openTimeout)
        }
        dialer = Dialer(on: loop, to: url, wrap: wrap) { [self] in dialed($0) }
    }

    /// Gives up; the handler hears of it when the turn ends.
    func cancel() {
        guard let handler, let settle else { return }
        let stream = stream
        letGo()
        settle(nil)
        stream?.close()
        loop.closeLater { handler.failed(.cancelled) }
    }

    // MARK: - Out

    private func dialed(_ result: Result<any ByteStream, DialError>) {
        dialer = nil
        switch result {
        case .failure(.noEncryption): fail(.noEncryption)
        case .failure(.unreachable(let error)): fail(.unreachable(error))
        case .success(let stream): ask(on: stream)
        }
    }

    private func ask(on stream: any ByteStream) {
        self.stream = stream
        stream.setHandler(self)
        stream.start()
        do throws(HTTPError) {
            stream.write(try request())
        } catch {
            fail(.unsafeField)
        }
    }

    private func request() throws(HTTPError) -> [UInt8] {
        var head = try HeadEncoder(method: .get, target: url.target)
        try head.field("Host", url.authority)
        for (name, value) in WebSocketUpgrade.requestFields(key: key) { try head.field(name, value) }
        if !options.subprotocols.isEmpty {
            try head.field("Sec-WebSocket-Protocol", options.subprotocols.joined(separator: ", "))
        }
        if let deflate = options.perMessageDeflate {
            try head.field("Sec-WebSocket-Extensions", DeflateOffer.field(wishes: deflate.wishes))
        }
        for (name, value) in options.headers { try head.field(name, value) }
        return head.finish()
    }

    // MARK: - In

    override func receive(_ bytes: inout MutableRawSpan) {
        guard settle != nil else { return }
        var offset = 0
        do throws(HTTPError) {
            if refusal == nil {
                guard let head = try nextHead(bytes.bytes, at: &offset) else { return }
                if head.status == 101 { return accept(head, &bytes, offset) }
                refusal = Refusal(
                    status: head.status,
                    decoder: BodyDecoder(framing: head.framing(for: .get), maxBytes: options.maxRefusalBytes)
                )
            }
            try receiveRefusal(bytes.bytes, at: &offset)
        } catch {
            // A body that is too long, or broken, is a refusal all the same.
            if refusal == nil { fail(.badAnswer(error)) } else { finishRefusal() }
        }
    }

    /// The head of the real answer: hints that come before it are skipped.
    private func nextHead(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> ResponseHead? {
        while let head = try parser.next(bytes, at: &offset) {
            if head.status == 101 || head.status >= 200 { return head }
            interimAnswers += 1
            guard interimAnswers <= HTTPClientConnection.maxInterimAnswers else { throw .badStartLine }
        }
        return nil
    }

    private func accept(_ head: ResponseHead, _ bytes: inout MutableRawSpan, _ offset: Int) {
        do throws(WebSocketClientError) {
            let (answer, agreed) = (try check(head), try checkExtensions(head))
            open(answer, agreed, &bytes, offset)
        } catch {
            fail(error)
        }
    }

    private func check(_ head: ResponseHead) throws(WebSocketClientError) -> WebSocketAnswer {
        do throws(WebSocketResponseError) {
            let accept = head.fields.first("sec-websocket-accept")
            try WebSocketUpgrade.check(status: head.status, upgrade: head.upgrade, accept: accept, key: key)
        } catch {
            throw error == .badAccept ? .badAccept : .badUpgrade
        }
        let chosen = head.fields.all("sec-websocket-protocol")
        guard chosen.allSatisfy(options.subprotocols.contains), chosen.count <= 1 else { throw .badSubprotocol }
        return WebSocketAnswer(headers: head.fields, subprotocol: chosen.first)
    }

    private func checkExtensions(_ head: ResponseHead) throws(WebSocketClientError) -> DeflateParameters? {
        do throws(DeflateOfferError) {
            let fields = head.fields.all("sec-websocket-extensions")
            return try DeflateOffer.agreed(in: fields, wishes: options.perMessageDeflate?.wishes)
        } catch {
            throw .badExtension
        }
    }

    private func open(
        _ answer: WebSocketAnswer,
        _ agreed: DeflateParameters?,
        _ bytes: inout MutableRawSpan,
        _ offset: Int
    ) {
        guard let stream, let handler, let settle else { return }
        let host = ConnectionHost(on: loop, options: limits)
        let connection = WebSocketConnection(
            stream,
            of: host,
            role: .client,
            maxMessageBytes: options.maxMessageBytes,
            deflate: deflate(agreed, host),
            handler: handler
        )
        letGo()
        stream.setHandler(connection)
        settle(connection)
        handler.opened(answer)
        connection.receive(&bytes, from: offset)
    }

    private func deflate(_ agreed: DeflateParameters?, _ host: ConnectionHost) -> MessageDeflate? {
        guard let agreed, let deflate = options.perMessageDeflate else { return nil }
        return MessageDeflate(
            deflate,
            agreed: agreed,
            role: .client,
            maxMessageBytes: options.maxMessageBytes,
            shared: host.zlib
        )
    }

    private var limits: HTTPOptions {
        var limits = HTTPOptions()
        limits.webSocketCloseTimeout = options.closeTimeout
        // A single message is taken whatever its size, and the client asks before each; so this is out of reach.
        limits.maxOutboxBytes = .max
        return limits
    }

    private func receiveRefusal(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) {
        while let event = try refusal?.decoder.next(bytes, at: &offset) {
            switch event {
            case .data(let range): refusal?.body.append(bytes, range)
            case .end: return finishRefusal()
            }
        }
    }

    private func finishRefusal() {
        guard let refusal else { return }
        fail(.refused(status: refusal.status, body: String(decoding: refusal.body, as: UTF8.self)))
    }

    override func receiveEnd() {
        if refusal == nil { fail(.endedEarly) } else { finishRefusal() }
    }

    override func closed(_ error: UVError?) {
        if refusal == nil { fail(.endedEarly) } else { finishRefusal() }
    }

    // MARK: - The end

    private func fail(_ error: WebSocketClientError) {
        guard let settle, let handler else { return }
        let stream = stream
        letGo()
        settle(nil)
        stream?.close()
        handler.failed(error)
    }

    /// Everything that holds something else; the last that happens here.
    private func letGo() {
        alarm = nil
        dialer?.cancel()
        dialer = nil
        stream = nil
        handler = nil
        settle = nil
    }
}
