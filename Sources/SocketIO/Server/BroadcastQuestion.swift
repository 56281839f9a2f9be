// BroadcastQuestion: one question to many clients, and their answers as far as they have come when its time is over.
// Every client is asked under the same id, so the question is encoded once like any other broadcast.

internal import EngineIO
internal import UVLoop
internal import Wire

/// What many clients have answered.
public struct BroadcastAnswers<Answer> {
    /// The answers, in the order in which they came.
    public internal(set) var answers: [Answer] = []

    /// The clients that did not answer in time, have gone, or whose answer did not decode.
    public internal(set) var missing = 0

    /// No answers yet.
    public init() {}
}

extension BroadcastOperator {
    /// Asks every selected socket of this server; `answered` gets the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        let asked = sockets.filter(\.isConnected)
        let question = BroadcastQuestion(namespace.core, answered)
        guard let packet = namespace.encode(event, repeat each values, id: question.id) else {
            return question.giveUp(asked.count)
        }
        question.ask(asked, packet, timeout: timeout.wholeMilliseconds)
    }

    /// Asks every selected socket of this server and returns the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async -> BroadcastAnswers<R> {
        var outcome = BroadcastAnswers<R>()
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            emit(event, repeat each values, timeout: timeout) { (answers: BroadcastAnswers<R>) in
                outcome = answers
                continuation.resume()
            }
        }
        return outcome
    }
}

extension Namespace {
    /// Asks every socket; `answered` gets the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        everybody.emit(event, repeat each values, timeout: timeout, answered: answered)
    }

    /// Asks every socket and returns the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async -> BroadcastAnswers<R> {
        await everybody.emit(event, repeat each values, timeout: timeout)
    }
}

extension Server {
    /// Asks every socket of the main namespace; `answered` gets the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        main.emit(event, repeat each values, timeout: timeout, answered: answered)
    }

    /// Asks every socket of the main namespace and returns the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async -> BroadcastAnswers<R> {
        await main.emit(event, repeat each values, timeout: timeout)
    }
}

/// One question that many clients were asked.
private final class BroadcastQuestion<R: Decodable>: Deadline {
    let id: UInt64
    private var outstanding: [PendingAnswer] = []
    private var open = 0
    private var outcome = BroadcastAnswers<R>()
    private var answered: ((BroadcastAnswers<R>) -> Void)?

    init(_ core: Core, _ answered: @escaping (BroadcastAnswers<R>) -> Void) {
        core.lastQuestion += 1
        id = core.lastQuestion
        self.answered = answered
        super.init()
    }

    /// Nobody could be asked.
    func giveUp(_ count: Int) {
        outcome.missing = count
        finish()
    }

    func ask(_ sockets: [Socket], _ packet: EncodedPacket, timeout: UInt64) {
        open = sockets.count
        for socket in sockets {
            // The circle of the question and its answers is cut by `finish`.
            if let answer = socket.expectAnswer(to: id, { self.take($0) }) {
                outstanding.append(answer)
            } else {
                take(.failure(.tooManyPending))
            }
            socket.deliver(packet)
        }
        guard open > 0 else { return finish() }
        sockets[0].core.loop.timeouts.schedule(self, after: timeout)
    }

    override func expired() {
        for answer in outstanding { answer.expired() }
    }

    private func take(_ reply: Reply) {
        let result: Result<R, AckError> = reply.values()
        if case .success(let answer) = result { outcome.answers.append(answer) } else { outcome.missing += 1 }
        open -= 1
        if open == 0 { finish() }
    }

    private func finish() {
        cancel()
        outstanding = []
        let tell = answered
        answered = nil
        tell?(outcome)
    }
}
