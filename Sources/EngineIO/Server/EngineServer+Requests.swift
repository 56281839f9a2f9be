// EngineServer, requests: the checks that every request goes through, in the order in which the JavaScript server makes
// them, for a request with two faults must get the same answer; and the answers to those that fail.

internal import UVHTTP
internal import UVLoop
internal import Wire

/// What is wrong with a request, and the words for the log.
struct Refusal: Error {
    let fault: EngineFault
    var message: String?
    var context: String?

    init(_ fault: EngineFault, message: String? = nil, context: String? = nil) {
        self.fault = fault
        self.message = message
        self.context = context
    }
}

/// What a sound request is for.
enum Destination {
    /// A session that exists.
    case session(Session)
    /// A new session.
    case handshake(TransportName)
}

extension EngineServer {
    /// A request below the server's path.
    func serve(_ exchange: Exchange) {
        if applyCORS(to: exchange) || serveFile(exchange) { return }
        guard !isClosed else {
            exchange.status = 503
            return exchange.send([])
        }
        do throws(Refusal) {
            let query = EngineQuery(exchange.queryString)
            let destination = try destination(of: exchange, query)
            if exchange.isUpgrade {
                serveUpgrade(exchange, query, destination)
            } else {
                serve(exchange, query, destination)
            }
        } catch {
            refuse(exchange, error)
        }
    }

    private func destination(of exchange: Exchange, _ query: EngineQuery) throws(Refusal) -> Destination {
        guard let transport = query.transport.flatMap(TransportName.init), options.transports.contains(transport) else {
            throw Refusal(.unknownTransport)
        }
        if let sid = query.sid {
            guard let session = session(SessionID(sid)) else { throw Refusal(.unknownSession) }
            guard exchange.isUpgrade || session.transport == transport else {
                throw Refusal(.badRequest, context: "TRANSPORT_MISMATCH")
            }
            return .session(session)
        }
        guard exchange.head.method == .get else { throw Refusal(.badHandshakeMethod) }
        guard transport == .polling || exchange.isUpgrade else {
            throw Refusal(.badRequest, context: "TRANSPORT_HANDSHAKE_ERROR")
        }
        return .handshake(transport)
    }

    private func serve(_ exchange: Exchange, _ query: EngineQuery, _ destination: Destination) {
        switch destination {
        case .handshake(let transport):
            admit(exchange, query, transport)
        case .session(let session):
            switch exchange.head.method {
            case .get: session.polling?.receive(poll: exchange)
            case .post: session.polling?.receive(post: exchange)
            default:
                exchange.status = 500
                exchange.send([])
            }
        }
    }

    /// Answers a request that is refused, and tells the program.
    func refuse(_ exchange: Exchange, _ refusal: Refusal) {
        counters.refused &+= 1
        let message = refusal.message ?? refusal.fault.message
        if let onConnectionError {
            let request = HandshakeRequest(exchange)
            onConnectionError(
                ConnectionError(fault: refusal.fault, message: message, context: refusal.context, request: request)
            )
        }
        if exchange.isUpgrade {
            exchange.refuse(status: 400, body: message, contentType: "text/html")
        } else {
            exchange.status = refusal.fault.status
            exchange.setHeader("Content-Type", "application/json")
            exchange.send(Array(refusal.fault.json(message: message).utf8))
        }
    }

    /// Sets what pages of other origins need; true when the request was no more than the question for it.
    private func applyCORS(to exchange: Exchange) -> Bool {
        guard let cors = options.cors else { return false }
        let origin = exchange.headers.first("Origin")
        guard exchange.head.method == .options else {
            for (name, value) in cors.fields(origin: origin) { exchange.setHeader(name, value) }
            return false
        }
        let requested = exchange.headers.first("Access-Control-Request-Headers")
        for (name, value) in cors.preflightFields(origin: origin, requestedHeaders: requested) {
            exchange.setHeader(name, value)
        }
        exchange.status = 204
        exchange.send([])
        return true
    }

    /// Sets the fields that each answer of a session carries.
    func prepare(_ exchange: Exchange, of session: Session) {
        exchange.setHeader("Cache-Control", "no-store")
        for (name, value) in sessionFields(exchange, of: session) { exchange.addHeader(name, value) }
    }

    /// The cookie, and what the program adds.
    func sessionFields(_ exchange: Exchange, of session: Session) -> [(String, String)] {
        guard options.cookie != nil || options.initialHeaders != nil || options.headers != nil else { return [] }
        var fields: [(String, String)] = []
        let request = HandshakeRequest(exchange)
        if EngineQuery(exchange.queryString).sid == nil {
            if let cookie = options.cookie { fields.append(("Set-Cookie", cookie.field(session.id))) }
            options.initialHeaders?(&fields, request)
        }
        options.headers?(&fields, request)
        return fields
    }
}

extension Exchange {
    /// Whether the client wants to leave HTTP, for whatever protocol.
    var isUpgrade: Bool { head.upgrade != nil }
}
