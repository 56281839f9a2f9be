// PendingAnswers: the acknowledgements that a client owes us.
// Each completes exactly once: by the answer, by its deadline, or by the end of its socket. There are at most
// `ServerOptions.maxPendingAnswers` of them per socket, so that a mute client costs a bounded amount.

internal import UVLoop

/// Why an acknowledgement did not come.
public enum AckError: Error, Equatable, Sendable {
    /// The client did not answer in time.
    case timeout
    /// The socket disconnected first, or was not connected at all.
    case disconnected
    /// The answer does not decode to the type that was asked for.
    case undecodable(String)
    /// The client owes `ServerOptions.maxPendingAnswers` answers already.
    case tooManyPending
    /// The question could not be encoded, or its event is reserved; it was not sent.
    case notSent
}

/// What completes a question.
enum Reply {
    case answer(ArgumentReader)
    case failure(AckError)
}

/// One question that is out.
final class PendingAnswer: Deadline {
    let id: UInt64
    private let socket: Socket
    private let complete: (Reply) -> Void

    init(_ id: UInt64, _ socket: Socket, _ complete: @escaping (Reply) -> Void) {
        self.id = id
        self.socket = socket
        self.complete = complete
        super.init()
    }

    override func expired() {
        socket.core.counters.answersLate += 1
        socket.take(answer: id)?.finish(.failure(.timeout))
    }

    func finish(_ reply: Reply) {
        cancel()
        complete(reply)
    }
}

/// The questions of one socket that are out, in the order of their ids.
struct PendingAnswers {
    private var pending: ContiguousArray<PendingAnswer> = []

    var count: Int { pending.count }

    /// Adds a question; its id is almost always higher than all before it.
    mutating func append(_ answer: PendingAnswer) {
        pending.append(answer)
        guard pending.count > 1, pending[pending.count - 2].id > answer.id else { return }
        pending.sort { $0.id < $1.id }  // A value asked a question of its own while it was being encoded for this one.
    }

    /// Takes the question with this id out, if it is there.
    ///
    /// Complexity: O(log n) to find it, and O(n) to close the gap, which is short when answers come in order.
    mutating func take(_ id: UInt64) -> PendingAnswer? {
        var low = 0
        var high = pending.count
        while low < high {
            let middle = (low + high) / 2
            if pending[middle].id < id { low = middle + 1 } else { high = middle }
        }
        guard low < pending.count, pending[low].id == id else { return nil }
        return pending.remove(at: low)
    }

    /// Takes all questions out.
    mutating func takeAll() -> ContiguousArray<PendingAnswer> {
        defer { pending = [] }
        return pending
    }
}
