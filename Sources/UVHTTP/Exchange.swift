// Exchange: one request and its answer, as a handler sees them. Here is the request, its body and the exchange's life;
// the answer is in Exchange+Answer.swift, conveniences in other extensions.

public import UVLoop
public import Wire

/// One request and the answer to it.
///
/// Bound to its loop. It may be kept and answered later; when the client has gone meanwhile, answering does nothing.
public final class Exchange {
    /// How far the answer is.
    enum Progress: UInt8 {
        case unanswered, streaming, complete
    }

    /// The parsed head of the request.
    package let head: RequestHead
    /// The loop that serves the request.
    public let loop: EventLoop
    /// The connection, until the exchange is complete or the client gone.
    @exclusivity(unchecked) var connection: HTTPConnection?

    // The body.
    @exclusivity(unchecked) var bodyTaker: ((Result<[UInt8], HTTPError>) -> Void)?
    @exclusivity(unchecked) private var collected: [UInt8] = []
    @exclusivity(unchecked) private var bodyLimit = 0
    @exclusivity(unchecked) private(set) var bodyWasAsked = false

    // The answer: see Exchange+Answer.swift.
    @exclusivity(unchecked) var progress = Progress.unanswered
    @exclusivity(unchecked) var fields: [(name: String, value: String)] = []
    @exclusivity(unchecked) var framing = AnswerFraming.none
    @exclusivity(unchecked) var wantsDrained = false

    /// Whether another loop has handed the request to this one, which has to answer it then.
    @exclusivity(unchecked) var hasChangedLoop = false

    /// What routing and body parsing know: see Exchange+Express.swift.
    var routedState: RoutedState?

    /// The status of the answer.
    @exclusivity(unchecked) public var status = 200

    /// Called once when the client goes away before the answer is complete.
    ///
    /// A client that has only ended its writing half counts as gone when this is set: a browser does nothing else.
    @exclusivity(unchecked) public var onAbort: (() -> Void)?

    /// Called after a streamed answer that was held back has left, so that more can be written.
    @exclusivity(unchecked) public var onDrained: (() -> Void)?

    init(_ head: RequestHead, on connection: HTTPConnection) {
        self.head = head
        self.connection = connection
        loop = connection.server.loop
    }

    // MARK: - The request

    /// The method, in capitals.
    public var method: String { head.method.name }

    /// The target as the client sent it, path and query.
    public var target: String { head.target }

    /// The path of the target, with its percent escapes decoded; as it was sent when they are malformed.
    public var path: String { PercentCoding.decode(head.path) ?? head.path }

    /// The query after "?", not decoded.
    public var queryString: String? { head.query }

    /// The header fields of the request.
    public var headers: Fields { head.fields }

    /// The client's address, while it is there.
    public var remoteAddress: SocketAddress? { connection?.stream.remoteAddress }

    /// Whether the request came over an encrypted connection that is still there.
    public var isSecure: Bool { connection?.stream.isSecure ?? false }

    /// Whether the client is still there and the answer not complete.
    public var isOpen: Bool { connection?.stream.isOpen ?? false }

    /// Whether an answer has begun.
    public var isAnswered: Bool { progress != .unanswered }

    /// Whether the request asks for a WebSocket.
    public var wantsWebSocket: Bool { head.upgrade == "websocket" }

    // MARK: - The body

    /// Collects the request's body and hands it over, at once when it is already there.
    ///
    /// More than `limit` bytes (or the server's `maxBodyBytes`) fail with `.bodyTooLarge` without being collected; a
    /// handler that does not answer then has the error answered for it, and the connection is closed. A client that
    /// goes away fails it with `.aborted`. May be called once.
    public func readBody(limit: Int? = nil, _ done: @escaping (Result<[UInt8], HTTPError>) -> Void) {
        guard let connection, !bodyWasAsked else { return done(.failure(.aborted)) }
        bodyWasAsked = true
        bodyLimit = limit ?? connection.server.options.maxBodyBytes
        guard connection.bodyIsIncomplete else { return done(.success([])) }
        bodyTaker = done
        if case .length(let length) = head.framing {
            guard length <= bodyLimit else { return connection.fail(.bodyTooLarge) }
            // A promise of a large body is no reason to set memory aside for it.
            collected.reserveCapacity(min(length, Self.reservedBodyBytes))
        }
        connection.startBody(of: self)
    }

    /// The most that is set aside for a body on the client's word.
    private static let reservedBodyBytes = 65_536

    /// A piece of the body has arrived.
    func collect(_ bytes: RawSpan) {
        guard bodyTaker != nil else { return }
        guard bytes.byteCount <= bodyLimit &- collected.count else {
            connection?.fail(.bodyTooLarge)
            return
        }
        bytes.withUnsafeBytes { collected.append(contentsOf: $0) }
    }

    /// The body is complete.
    func finishBody() {
        guard let taker = bodyTaker else { return }
        bodyTaker = nil
        var whole: [UInt8] = []
        swap(&whole, &collected)
        taker(.success(whole))
    }

    /// The body will not become complete.
    func failBody(_ error: HTTPError) {
        guard let taker = bodyTaker else { return }
        bodyTaker = nil
        collected = []
        taker(.failure(error))
    }

    // MARK: - The end

    /// The exchange is complete; the connection goes on without it.
    func detach() {
        progress = .complete
        connection = nil
        bodyTaker = nil
        collected = []
        onAbort = nil
        onDrained = nil
    }

    /// The client has gone before the answer was complete.
    func abandon(_ error: HTTPError) {
        let aborted = onAbort
        let taker = bodyTaker
        detach()
        taker?(.failure(error))
        aborted?()
    }
}

@available(*, unavailable)
extension Exchange: Sendable {}
