// EngineServer, handshake: how a session begins on either transport, and how a WebSocket comes to a session that polls.

internal import UVHTTP
internal import UVLoop
internal import Wire

extension EngineServer {
    /// Asks the program whether the session may begin, which may take a while, and begins it.
    func admit(_ exchange: Exchange, _ query: EngineQuery, _ transport: TransportName) {
        let attempt = Attempt(exchange: exchange, query: query, transport: transport)
        do throws(Refusal) {
            try checkLimits(attempt)
        } catch {
            return refuse(exchange, error)
        }
        guard options.allowRequest != nil || options.allowRequestAsync != nil else { return begin(attempt) }
        var isDecided = false
        // Without this, a client that ends its writing half would count as one that still waits.
        exchange.onAbort = { isDecided = true }
        decide(HandshakeRequest(exchange)) { [self] admission in
            guard !isDecided else { return }
            isDecided = true
            guard exchange.isOpen else { return }
            switch admission {
            case .allow: if stillHasRoom(attempt) { begin(attempt) }
            case .deny(let message): refuse(exchange, Refusal(.forbidden, ["message": message]))
            }
        }
    }

    /// The limits on handshakes; they come before the program is asked, which may be costly.
    private func checkLimits(_ attempt: Attempt) throws(Refusal) {
        let address = attempt.address
        guard addresses.takeHandshake(address, now: loop.now) else {
            counters.tooManyHandshakes &+= 1
            throw .limit("TOO_MANY_HANDSHAKES", "Too many handshakes from this address", status: 429)
        }
        try checkRoom(address)
    }

    private func checkRoom(_ address: String) throws(Refusal) {
        guard addresses.hasRoom(address) else {
            counters.tooManyConnections &+= 1
            throw .limit("TOO_MANY_CONNECTIONS", "Too many connections from this address", status: 429)
        }
        guard clientsCount < options.maxSessions else {
            counters.tooManySessions &+= 1
            throw .limit("TOO_MANY_SESSIONS", "Too many sessions", status: 503)
        }
    }

    /// Whether a session that had to wait may still begin, as others may have begun meanwhile; refuses it if not.
    private func stillHasRoom(_ attempt: Attempt) -> Bool {
        guard attempt.exchange.isOpen else { return false }
        do throws(Refusal) {
            try checkRoom(attempt.address)
            return true
        } catch {
            refuse(attempt.exchange, error)
            return false
        }
    }

    private func decide(_ request: HandshakeRequest, _ decided: @escaping (Admission) -> Void) {
        if let allowRequest = options.allowRequest { return allowRequest(request, decided) }
        guard let allowRequest = options.allowRequestAsync else { return decided(.allow) }
        loop.spawn { [self] in
            do {
                decided(try await allowRequest(request))
            } catch {
                loop.log(.warning, "allowRequestAsync: \(error)")
                decided(.deny())
            }
        }
    }

    private func begin(_ attempt: Attempt) {
        guard attempt.dialect(options) != nil else {
            let version = attempt.query.version.map { ["protocol": $0] } ?? [:]
            return refuse(attempt.exchange, Refusal(.unsupportedProtocolVersion, version))
        }
        let request = HandshakeRequest(attempt.exchange)
        guard let generate = options.generateID else {
            guard let generate = options.generateIDAsync else { return begin(attempt, request, makeID()) }
            return spawnBegin(attempt, request, generate)
        }
        do { begin(attempt, request, SessionID(try generate(request))) } catch { refuseID(attempt, error) }
    }

    private func makeID() -> SessionID {
        membership.map { .make(loop: $0.number) } ?? .make()
    }

    private func spawnBegin(
        _ attempt: Attempt,
        _ request: HandshakeRequest,
        _ generate: nonisolated(nonsending) @escaping (HandshakeRequest) async throws -> String
    ) {
        attempt.exchange.onAbort = {}
        loop.spawn { [self] in
            do {
                let key = SessionID(try await generate(request))
                if stillHasRoom(attempt) { begin(attempt, request, key) }
            } catch {
                refuseID(attempt, error)
            }
        }
    }

    private func refuseID(_ attempt: Attempt, _ error: any Error) {
        loop.log(.error, "generateID: \(error)")
        refuse(attempt.exchange, .badRequest("ID_GENERATION_ERROR", ["error": "\(error)"]))
    }

    private func begin(_ attempt: Attempt, _ request: HandshakeRequest, _ key: SessionID) {
        let exchange = attempt.exchange
        // Deciding may have taken a while.
        guard exchange.isOpen else { return }
        guard !isClosed else { return exchange.refuse(status: 503, body: "", contentType: "text/html") }
        guard session(key) == nil, membership?.isElsewhere(key) != true else { return refuseID(attempt, DuplicateID()) }
        // "transport=polling" on a WebSocket: the reference accepts and closes, and so clients expect. There is no session.
        guard !exchange.isUpgrade || attempt.transport == .websocket else { return acceptAndClose(exchange) }
        let dialect = attempt.dialect(options) ?? .version4
        let session = Session(key, of: self, request: request, transport: attempt.transport, dialect: dialect)
        if exchange.isUpgrade {
            beginWebSocket(exchange, session)
        } else {
            session.polling?.jsonp = attempt.query.jsonp.map(JSONP.init)
            session.polling?.receive(poll: exchange)
            open(session)
        }
    }

    private func beginWebSocket(_ exchange: Exchange, _ session: Session) {
        guard let socket = accept(exchange, session, session) else { return }
        session.socket = .passRetained(socket)
        open(session)
    }

    // MARK: - WebSockets

    /// A sound request for a WebSocket.
    func serveUpgrade(_ exchange: Exchange, _ query: EngineQuery, _ destination: Destination) {
        switch destination {
        case .handshake(let transport): admit(exchange, query, transport)
        case .session(let session): upgrade(session, exchange, query)
        }
    }

    private func upgrade(_ session: Session, _ exchange: Exchange, _ query: EngineQuery) {
        guard query.transport == TransportName.websocket.rawValue, options.allowUpgrades else {
            return acceptAndClose(exchange)
        }
        guard session.machine.upgrade == .idle, session.isOpen, let polling = session.polling else {
            return acceptAndClose(exchange)
        }
        let transport = UpgradingWebSocket(session)
        guard let socket = accept(exchange, session, transport) else { return }
        _ = session.machine.beginUpgrade(timing: timing, now: loop.now)
        transport.probe(socket)
        polling.probe = socket
        session.reschedule()
    }

    private func accept(
        _ exchange: Exchange,
        _ session: Session,
        _ handler: WebSocketHandler
    ) -> WebSocketConnection? {
        exchange.acceptWebSocket(
            headers: sessionFields(exchange, of: session),
            maxMessageBytes: options.maxHttpBufferSize,
            deflate: options.perMessageDeflate,
            handler: handler
        )
    }

    private func acceptAndClose(_ exchange: Exchange) {
        exchange.acceptWebSocket(maxMessageBytes: options.maxHttpBufferSize, handler: WebSocketHandler())?.close(nil)
    }
}

/// A request that wants to begin a session.
private struct Attempt {
    let exchange: Exchange
    let query: EngineQuery
    let transport: TransportName

    func dialect(_ options: EngineOptions) -> Dialect? {
        query.dialect(allowEIO3: options.allowEIO3)
    }

    /// The client's address without its port; empty for a unix socket.
    var address: String {
        guard let remote = exchange.remoteAddress, !remote.isUnix else { return "" }
        return remote.host
    }
}

/// The program's own id is taken.
private struct DuplicateID: Error, CustomStringConvertible {
    let description = "there is a session with this id"
}
