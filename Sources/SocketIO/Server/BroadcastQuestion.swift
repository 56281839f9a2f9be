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

    /// The names of the servers that did not answer in time, not even how many clients they have asked.
    public internal(set) var missingServers: [String] = []

    /// No answers yet.
    public init() {}
}

extension BroadcastOperator {
    /// Asks every selected socket; `answered` gets the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        let asked = sockets.filter(\.isConnected)
        let question = BroadcastQuestion(namespace.core, answered)
        guard let packet = flagged(namespace.encode(event, repeat each values, id: question.id)) else {
            return question.giveUp(asked.count)
        }
        if let elsewhere {
            question.ask(elsewhere, packet, selection, timeout: timeout.wholeMilliseconds)
        }
        question.ask(asked, packet, timeout: timeout.wholeMilliseconds)
    }

    /// Asks every selected socket and returns the answers when all are there or the time is over.
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
final class BroadcastQuestion<R: Decodable>: Deadline {
    let id: UInt64
    private var outstanding: [PendingAnswer] = []
    /// What is still expected; one more until all who are to be asked have been.
    private var open = 1
    private var outcome = BroadcastAnswers<R>()
    private var answered: ((BroadcastAnswers<R>) -> Void)?
    private let core: Core
    /// Called with each answer as it comes, or with nil when there will be none.
    var each: ((R?) -> Void)?

    init(_ core: Core, _ answered: @escaping (BroadcastAnswers<R>) -> Void) {
        core.lastQuestion += 1
        id = core.lastQuestion
        self.answered = answered
        self.core = core
        super.init()
    }

    /// Nobody could be asked.
    func giveUp(_ count: Int) {
        outcome.missing = count
        finish()
    }

    /// Asks the sockets of other servers, before those of this one are asked.
    func ask(_ elsewhere: any Elsewhere, _ packet: EncodedPacket, _ selection: Selection, timeout: UInt64) {
        open += 1
        var missing = 0
        elsewhere.ask(packet, to: selection, timeout: timeout) { values in
            missing -= 1
            self.take(remote: values)
        } done: { asked, missingServers in
            self.outcome.missing += max(0, asked + missing)
            self.outcome.missingServers = missingServers
            self.close()
        }
    }

    func ask(_ sockets: [Socket], _ packet: EncodedPacket, timeout: UInt64) {
        open += sockets.count
        for socket in sockets {
            // The circle of the question and its answers is cut by `finish`.
            guard let answer = socket.expectAnswer(to: id, { self.take($0) }) else {
                take(.failure(.tooManyPending))
                continue
            }
            outstanding.append(answer)
            socket.deliver(packet)
        }
        core.loop.timeouts.schedule(self, after: timeout)
        close()
    }

    override func expired() {
        for answer in outstanding { answer.expired() }
    }

    private func take(_ reply: Reply) {
        let result: Result<R, AckError> = reply.values()
        switch result {
        case .success(let answer):
            outcome.answers.append(answer)
            each?(answer)
        case .failure:
            outcome.missing += 1
            each?(nil)
        }
        close()
    }

    private func take(remote values: [JSON]) {
        let all: Arguments? = R.self == Arguments.self ? Arguments(values) : nil
        do {
            outcome.answers.append(try all as? R ?? (values.first ?? .null).decode(as: R.self))
        } catch {
            outcome.missing += 1
        }
    }

    private func close() {
        open -= 1
        if open == 0 { finish() }
    }

    private func finish() {
        cancel()
        outstanding = []
        let tell = answered
        answered = nil
        each = nil
        tell?(outcome)
    }
}
