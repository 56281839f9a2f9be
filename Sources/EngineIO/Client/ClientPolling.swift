// ClientPolling: the requests of a session that polls. One GET waits for packets, one POST at a time takes what there is to
// send, as much of it as the server takes at once. A POST goes out when the turn ends, so everything that one turn sends is
// in one.

internal import UVHTTP
internal import UVLoop
internal import Wire

/// The long-polling half of a client's session.
final class ClientPolling: Flushable {
    // Each holds the other until the session is over or has become a WebSocket.
    private var client: EngineClient?
    private let http: HTTPClient
    private var isPolling = false
    private var isPosting = false
    /// The bytes of the POST under way.
    private(set) var postedBytes = 0

    /// The GET, the POST, and one more: a POST may begin while the connection of the last one is still being closed.
    private static let maxConnections = 3

    init(_ client: EngineClient) {
        self.client = client
        var options = HTTPClientOptions()
        options.timeout = client.options.requestTimeout
        options.maxBodyBytes = client.options.maxIncomingBytes
        options.maxConnectionsPerOrigin = Self.maxConnections
        http = HTTPClient(on: client.loop, options: options, wrap: client.wrap)
        super.init()
    }

    /// Whether no request is under way.
    var isAtRest: Bool { !isPolling && !isPosting }

    // MARK: - In

    /// Asks for packets, unless that is being done.
    func poll() {
        guard let client, !isPolling else { return }
        isPolling = true
        http.request(.get, client.url(for: .polling), headers: fields) { [self] in polled($0) }
    }

    private func polled(_ result: Result<HTTPClientAnswer, HTTPClientError>) {
        isPolling = false
        guard let client, let answer = answer(result) else { return }
        client.takeCookies(answer.headers)
        receive(answer.body.span.bytes)
        // What came may have ended the session, or have been the last before a change of the transport.
        guard self.client != nil else { return }
        if client.machine.upgrade == .pausing {
            client.pollingPaused()
        } else if client.isOpen {
            poll()
        } else if client.machine.phase == .opening {
            client.fail(.badAnswer("the first answer has no handshake"))
        }
    }

    private func receive(_ payload: RawSpan) {
        guard UTF8Validator.isValid(payload) else {
            client?.fail(PacketError.invalidUTF8)
            return
        }
        var reader = PayloadReader()
        do throws(PacketError) {
            while let packet = try reader.next(payload) {
                switch packet {
                case .text(let range): client?.receive(text: payload.extracting(range))
                case .binary(let message): client?.receive(binary: message.span.bytes)
                }
            }
        } catch {
            client?.fail(error)
        }
    }

    // MARK: - Out

    /// Has what is pending sent when the turn ends.
    func wake() {
        client?.loop.flushLater(self)
    }

    override func flush() {
        guard let client, !isPosting, !client.machine.holdsPackets, !client.pending.isEmpty else { return }
        isPosting = true
        let body = client.pending.take(upTo: client.maxPayload > 0 ? client.maxPayload : .max)
        postedBytes = body.count
        let type = ("Content-Type", "text/plain;charset=UTF-8")
        http.request(.post, client.url(for: .polling), headers: fields + [type], body: body) { [self] in posted($0) }
    }

    private func posted(_ result: Result<HTTPClientAnswer, HTTPClientError>) {
        isPosting = false
        postedBytes = 0
        guard let client, let answer = answer(result) else { return }
        client.takeCookies(answer.headers)
        guard client.pending.isEmpty || client.machine.holdsPackets else { return wake() }
        switch client.machine.phase {
        case .closing: client.end(CloseCause(.forcedClose))
        case .open where client.machine.upgrade == .pausing: client.pollingPaused()
        case .open: client.drained()
        case .opening, .closed: break
        }
    }

    private var fields: [(String, String)] { client?.requestFields() ?? [] }

    // MARK: - The end

    /// Goes on after an upgrade that did not come about.
    func resume() {
        guard let client, client.isOpen else { return }
        poll()
        wake()
    }

    /// The session is over, or a WebSocket has taken over: nothing that comes is of interest any more.
    func abandon() {
        client = nil
        http.close()
    }

    /// An answer with status 200; otherwise the session is told, and that was it.
    private func answer(_ result: Result<HTTPClientAnswer, HTTPClientError>) -> HTTPClientAnswer? {
        switch result {
        case .success(let answer) where answer.status == 200: return answer
        case .success(let answer): fail(EngineClientError(status: answer.status, body: answer.text))
        case .failure(let error): fail(EngineClientError(error))
        }
        return nil
    }

    private func fail(_ error: EngineClientError) {
        guard let client else { return }
        if client.machine.phase == .opening { return client.fail(error) }
        client.end(CloseCause(.transportError, "\(error)"))
    }
}
