// EngineServer, handshake: how a session begins on either transport, and how a WebSocket comes to a session that polls.

internal import UVHTTP
internal import UVLoop
internal import Wire

extension EngineServer {
    /// Asks the program whether the session may begin, which may take a while, and begins it.
    func admit(_ exchange: Exchange, _ query: EngineQuery, _ transport: TransportName) {
        guard let allowRequest = options.allowRequest else { return begin(exchange, query, transport) }
        var isDecided = false
        // Without this, a client that ends its writing half would count as one that still waits.
        exchange.onAbort = { isDecided = true }
        allowRequest(HandshakeRequest(exchange)) { [self] admission in
            guard !isDecided else { return }
            isDecided = true
            guard exchange.isOpen else { return }
            switch admission {
            case .allow: begin(exchange, query, transport)
            case .deny(let message): refuse(exchange, Refusal(.forbidden, message: message))
            }
        }
    }

    private func begin(_ exchange: Exchange, _ query: EngineQuery, _ transport: TransportName) {
        do throws(Refusal) {
            guard query.version == "4" else { throw Refusal(.unsupportedProtocolVersion) }
            let request = HandshakeRequest(exchange)
            let session = Session(try makeID(for: request), of: self, request: request, transport: transport)
            if exchange.isUpgrade {
                beginWebSocket(exchange, session)
            } else {
                session.polling?.receive(poll: exchange)
                open(session)
            }
        } catch {
            refuse(exchange, error)
        }
    }

    private func makeID(for request: HandshakeRequest) throws(Refusal) -> SessionID {
        guard let generate = options.generateID else { return .make() }
        do {
            let key = SessionID(try generate(request))
            guard session(key) == nil else { throw Refusal(.badRequest, context: "ID_GENERATION_ERROR") }
            return key
        } catch {
            loop.log(.error, "generateID: \(error)")
            throw Refusal(.badRequest, context: "ID_GENERATION_ERROR")
        }
    }

    private func beginWebSocket(_ exchange: Exchange, _ session: Session) {
        guard session.transport == .websocket else {
            // "transport=polling" on a WebSocket: the reference accepts and closes, and so clients expect.
            return acceptAndClose(exchange)
        }
        let transport = WebSocketTransport(session)
        guard let socket = accept(exchange, session, transport) else { return }
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
        let transport = WebSocketTransport(session)
        guard let socket = accept(exchange, session, transport) else { return }
        _ = session.machine.beginUpgrade(timing: timing, now: loop.now)
        transport.probe(socket)
        polling.probe = socket
        session.reschedule()
    }

    private func accept(
        _ exchange: Exchange,
        _ session: Session,
        _ transport: WebSocketTransport
    ) -> WebSocketConnection? {
        exchange.acceptWebSocket(
            headers: sessionFields(exchange, of: session),
            maxMessageBytes: options.maxHttpBufferSize,
            deflate: options.perMessageDeflate,
            handler: transport
        )
    }

    private func acceptAndClose(_ exchange: Exchange) {
        exchange.acceptWebSocket(maxMessageBytes: options.maxHttpBufferSize, handler: WebSocketHandler())?.close(nil)
    }
}
