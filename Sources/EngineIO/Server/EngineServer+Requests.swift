// EngineServer, requests: the checks that every request goes through, in the order in which the JavaScript server makes
// them, for a request with two faults must get the same answer; and the answers to those that fail.

internal import UVHTTP
internal import UVLoop
internal import Wire

/// What is wrong with a request, and the words for the log.
struct Refusal: Error {
    let fault: EngineFault
    var context: [String: String]
    /// The status, when it is not the fault's own.
    var status: Int?

    init(_ fault: EngineFault, _ context: [String: String] = [:], status: Int? = nil) {
        self.fault = fault
        self.context = context
        self.status = status
    }

    /// A contradiction, by the name of the rule.
    static func badRequest(_ name: String, _ details: [String: String] = [:]) -> Refusal {
        Refusal(.badRequest, details.merging(["name": name]) { $1 })
    }

    /// A limit that is reached, by its name: the client may come back.
    static func limit(_ name: String, _ message: String, status: Int) -> Refusal {
        Refusal(.forbidden, ["name": name, "message": message], status: status)
    }

    /// What the client is told.
    var message: String { context["message"] ?? fault.message }
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
        guard hasSteps else { return check(exchange) }
        // Without this, a client that ends its writing half would count as one that still waits.
        exchange.onAbort = {}
        steps.pass(exchange) { [self] in
            if !exchange.isAnswered { check(exchange) }
        } failed: { [self] error in
            loop.log(.warning, "a middleware of the engine has failed: \(error)")
            refuse(exchange, .badRequest("MIDDLEWARE_FAILURE", ["error": "\(error)"]))
        }
    }

    /// A request that the program's middleware has let through.
    private func check(_ exchange: Exchange) {
        guard !isClosed else {
            exchange.status = 503
            return exchange.send([])
        }
        do throws(Refusal) {
            let query = EngineQuery(exchange.head.queryBytes)
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
            throw Refusal(.unknownTransport, query.transport.map { ["transport": $0] } ?? [:])
        }
        if let origin = exchange.headers.first("Origin"), !Self.isSound(origin) {
            throw .badRequest("INVALID_ORIGIN", ["origin": origin])
        }
        if let sid = query.sid { return .session(try session(sid, transport, exchange)) }
        guard exchange.head.method == .get else {
            throw Refusal(.badHandshakeMethod, ["method": exchange.method])
        }
        guard transport == .polling || exchange.isUpgrade else { throw .badRequest("TRANSPORT_HANDSHAKE_ERROR") }
        return .handshake(transport)
    }

    private func session(_ sid: String, _ transport: TransportName, _ exchange: Exchange) throws(Refusal) -> Session {
        guard let session = session(SessionID(sid)) else { throw Refusal(.unknownSession, ["sid": sid]) }
        // A session on a WebSocket has nobody who would answer requests; the reference leaves them without an answer.
        guard exchange.isUpgrade || transport == .polling && session.transport == .polling else {
            let names = ["transport": transport.rawValue, "previousTransport": session.transport.rawValue]
            throw .badRequest("TRANSPORT_MISMATCH", names)
        }
        return session
    }

    /// Whether an origin consists of what a header field can carry: it is going to be repeated in one.
    private static func isSound(_ origin: String) -> Bool {
        origin.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0x09, 0x20...0x7E, 0x80...0xFF: true
            default: false
            }
        }
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
        if let onConnectionError {
            let (fault, request) = (refusal.fault, HandshakeRequest(exchange))
            onConnectionError(
                ConnectionError(fault: fault, message: fault.message, context: refusal.context, request: request)
            )
        }
        if refusal.status != nil { exchange.setHeader("Retry-After", "1") }
        let json = refusal.fault.json(message: refusal.message)
        if !exchange.isUpgrade {
            exchange.status = refusal.status ?? refusal.fault.status
            exchange.setHeader("Content-Type", "application/json")
            exchange.send(Array(json.utf8))
        } else if let status = refusal.status {
            exchange.refuse(status: status, body: json, contentType: "application/json")
        } else {
            exchange.refuse(status: 400, body: refusal.message, contentType: "text/html")
        }
    }

    private func corsOptions(for exchange: Exchange) -> CORSOptions? {
        guard let delegate = options.corsDelegate else { return options.cors }
        return delegate(HandshakeRequest(exchange))
    }

    /// Sets what pages of other origins need; true when the request was no more than the question for it.
    func applyCORS(to exchange: Exchange) -> Bool {
        guard let cors = corsOptions(for: exchange) else { return false }
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

    /// Answers a request of a session.
    ///
    /// Most answers have these two fields and no others: those are encoded already.
    func answer(
        _ exchange: Exchange,
        of session: Session,
        _ type: AnswerType,
        _ bytes: [UInt8],
        compressingFrom threshold: Int?
    ) {
        let isCompressible = threshold.map { bytes.count >= $0 } ?? false
        let mayBeExplorer = exchange.headers.firstBytes("User-Agent").map(Self.mayBeExplorer) ?? false
        let hasOthers = exchange.hasHeaders || isCompressible || addsFields || mayBeExplorer
        if !hasOthers { return exchange.send(bytes, type.encoded) }
        exchange.setHeader("Content-Type", type.rawValue)
        prepare(exchange, of: session)
        exchange.send(bytes, compressingFrom: threshold)
    }

    private var addsFields: Bool { options.cookie != nil || options.initialHeaders != nil || options.headers != nil }

    /// Sets the fields that each answer of a session carries.
    func prepare(_ exchange: Exchange, of session: Session) {
        exchange.setHeader("Cache-Control", "no-store")
        if let agent = exchange.headers.first("User-Agent"), Self.isOldExplorer(agent) {
            // Its filter would take a poll's answer for an injected script.
            exchange.setHeader("X-XSS-Protection", "0")
        }
        for (name, value) in sessionFields(exchange, of: session) { exchange.addHeader(name, value) }
    }

    /// Whether it is worth taking the agent apart: no browser of today says either of this.
    private static func mayBeExplorer(_ agent: ArraySlice<UInt8>) -> Bool {
        agent.withUnsafeBytes { $0.has("MSIE") || $0.has("Trident/") }
    }

    private static func isOldExplorer(_ agent: String) -> Bool {
        agent.split(separator: ";").dropFirst().contains { $0.hasPrefix("MSIE") }
            || agent.split { " ;(".contains($0) }.contains { $0.hasPrefix("Trident/") }
    }

    /// The cookie, and what the program adds.
    func sessionFields(_ exchange: Exchange, of session: Session) -> [(String, String)] {
        guard addsFields else { return [] }
        var fields: [(String, String)] = []
        let request = HandshakeRequest(exchange)
        if EngineQuery(exchange.head.queryBytes).sid == nil {
            if let cookie = options.cookie { fields.append(("Set-Cookie", cookie.field(session.id))) }
            options.initialHeaders?(&fields, request)
        }
        options.headers?(&fields, request)
        return fields
    }
}

/// What the answer to a request of a session can be.
enum AnswerType: String {
    case text = "text/plain; charset=UTF-8"
    case script = "text/javascript; charset=UTF-8"
    case bytes = "application/octet-stream"
    case html = "text/html"

    /// The fields of an answer that needs no others.
    var encoded: EncodedFields {
        switch self {
        case .text: Self.textFields
        case .html: Self.htmlFields
        case .script, .bytes: Self.fields(rawValue)
        }
    }

    private static let textFields = fields(AnswerType.text.rawValue)
    private static let htmlFields = fields(AnswerType.html.rawValue)

    private static func fields(_ type: String) -> EncodedFields {
        EncodedFields([("Content-Type", type), ("Cache-Control", "no-store")])
    }
}

extension Exchange {
    /// Whether the client wants to leave HTTP, for whatever protocol.
    var isUpgrade: Bool { head.upgrade != nil }
}
