// HTTPClientConnection: one connection to a server, which carries one request after the other. It reads answers strictly:
// a connection whose bytes are in doubt is closed and never used again.

internal import UVLoop
internal import Wire

/// One connection of an `HTTPClient`; lives as long as its stream.
final class HTTPClientConnection: StreamHandler {
    /// An answer under way.
    private struct Answer {
        let head: ResponseHead
        var decoder: BodyDecoder
        var body: [UInt8] = []
        let isDelimited: Bool

        init(_ head: ResponseHead, to call: HTTPClientCall) {
            self.head = head
            let framing = head.framing(for: call.method)
            isDelimited = framing != .untilClose
            decoder = BodyDecoder(framing: framing, maxBytes: call.maxBodyBytes)
        }
    }

    /// More interim answers than this are a server's way of not answering.
    static let maxInterimAnswers = 8

    /// The origin in the client's table.
    let origin: String
    private let client: HTTPClient
    private var dialer: Dialer?
    private var stream: (any ByteStream)?
    private var call: HTTPClientCall?
    private var parser: ResponseParser
    private var answer: Answer?
    private var interimAnswers = 0
    /// Bytes of the current answer have come.
    private var hasBegun = false
    /// It has answered a request before the current one.
    private var isKept = false
    private var hasEnded = false
    private var isClosed = false
    private var idleAlarm: ClientAlarm?

    init(_ client: HTTPClient, _ origin: String) {
        self.client = client
        self.origin = origin
        parser = ResponseParser(maxHeadBytes: client.options.maxHeadBytes, maxFields: client.options.maxFields)
    }

    // MARK: - Out

    /// Connects, and then carries the request.
    func dial(for call: HTTPClientCall) {
        self.call = call
        call.connection = self
        dialer = Dialer(on: client.loop, to: call.url, wrap: client.wrap) { [self] in dialed($0) }
    }

    private func dialed(_ result: Result<any ByteStream, DialError>) {
        dialer = nil
        switch result {
        case .failure(.noEncryption): fail(.noEncryption)
        case .failure(.unreachable(let error)): fail(.unreachable(error))
        case .success(let stream):
            self.stream = stream
            stream.setHandler(self)
            stream.start()
            write()
        }
    }

    /// Carries a request; the connection must be at rest.
    func carry(_ call: HTTPClientCall) {
        idleAlarm = nil
        self.call = call
        call.connection = self
        write()
    }

    private func write() {
        guard let call else { return }
        stream?.write(call.request)
    }

    /// Rests until the next request, at most so long.
    func rest(for milliseconds: UInt64) {
        let alarm = ClientAlarm { [unowned self] in close() }
        idleAlarm = alarm
        client.loop.timeouts.schedule(alarm, after: milliseconds)
    }

    // MARK: - In

    override func receive(_ bytes: inout MutableRawSpan) {
        // Nobody has asked: whatever this is, it would be read as the next request's answer.
        guard let call else { return close() }
        hasBegun = true
        var offset = 0
        do throws(HTTPError) {
            while try receive(bytes.bytes, &offset, call) {}
        } catch {
            fail(error == .bodyTooLarge ? .bodyTooLarge : .badAnswer(error))
        }
    }

    /// One step; false when there is nothing more to do with these bytes.
    private func receive(_ bytes: RawSpan, _ offset: inout Int, _ call: HTTPClientCall) throws(HTTPError) -> Bool {
        guard answer != nil else {
            guard let head = try parser.next(bytes, at: &offset) else { return false }
            try begin(head, call)
            return true
        }
        switch try answer?.decoder.next(bytes, at: &offset) {
        case .data(let range)?:
            answer?.body.append(bytes, range)
            return true
        case .end?:
            complete(hasMore: offset < bytes.byteCount)
            return false
        case nil: return false
        }
    }

    private func begin(_ head: ResponseHead, _ call: HTTPClientCall) throws(HTTPError) {
        guard head.status < 200 else {
            answer = Answer(head, to: call)
            return
        }
        // 101 was not asked for; other interim answers are followed by the real one.
        interimAnswers += 1
        guard head.status != 101, interimAnswers <= Self.maxInterimAnswers else { throw .badStartLine }
    }

    private func complete(hasMore: Bool) {
        guard let answer, let call else { return }
        let isUsable = answer.head.keepAlive && answer.isDelimited && !hasMore && !hasEnded && stream?.queuedBytes == 0
        reset()
        let result: Result<HTTPClientAnswer, HTTPClientError>
        do throws(HTTPClientError) {
            let coding = answer.head.fields.first("content-encoding")
            let body = try client.decode(answer.body, coding, limit: call.maxBodyBytes)
            result = .success(HTTPClientAnswer(status: answer.head.status, headers: answer.head.fields, body: body))
        } catch {
            result = .failure(error)
        }
        if isUsable {
            isKept = true
            client.release(self)
        } else {
            close()
        }
        call.finish(result)
    }

    private func reset() {
        call?.connection = nil
        (call, answer, hasBegun, interimAnswers) = (nil, nil, false, 0)
    }

    override func receiveEnd() {
        hasEnded = true
        guard answer != nil else { return fail(.endedEarly) }
        do throws(HTTPError) {
            try answer?.decoder.finish()
            complete(hasMore: false)
        } catch {
            fail(.endedEarly)
        }
    }

    // MARK: - The end

    /// The current request's answer will not come.
    private func fail(_ error: HTTPClientError) {
        let call = call
        // A kept connection that ends without a byte had ended before it was asked: RFC 9112 section 9.3.1.
        let mayRepeat = error == .endedEarly && isKept && !hasBegun
        reset()
        close()
        guard let call else { return }
        if mayRepeat, call.isIdempotent, !call.isSecondTry { return client.repeatCall(call) }
        call.finish(.failure(error))
    }

    /// Closes; a request that it carries is nobody's business any more.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        reset()
        idleAlarm = nil
        dialer?.cancel()
        dialer = nil
        stream?.close()
        stream = nil
        client.remove(self)
    }

    /// Closes, and tells whoever waits.
    func cancel() {
        if let call { call.cancel() } else { close() }
    }

    override func closed(_ error: UVError?) {
        if !isClosed { fail(.endedEarly) }
    }
}
