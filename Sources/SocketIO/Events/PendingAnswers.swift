// PendingAnswers: the acknowledgements that the other side owes us.
// Each completes exactly once: by the answer, by its deadline, or by the end of its socket. There are at most
// `maxPendingAnswers` of them per socket, so that a mute peer costs a bounded amount.

internal import UVLoop

/// Why an acknowledgement did not come.
public enum AckError: Error, Equatable, Sendable {
    /// No answer came in time.
    case timeout
    /// The socket disconnected first, or was not connected at all.
    case disconnected
    /// The answer does not decode to the type that was asked for.
    case undecodable(String)
    /// The other side owes `maxPendingAnswers` answers already.
    case tooManyPending
    /// The question could not be encoded, or its event is reserved; it was not sent.
    case notSent
    /// A client keeps `maxKeptEvents` or `maxKeptBytes` already, or too much is on its way; it was not sent.
    case bufferFull
    /// The server takes messages up to this size only; it was not sent.
    case tooLarge(limit: Int)
    /// The task that waited was cancelled.
    case cancelled
}

/// What completes a question.
enum Reply {
    case answer(ArgumentReader)
    case failure(AckError)
}

/// One question that is out.
final class PendingAnswer: Deadline {
    let id: UInt64
    private let target: any EventTarget
    private let complete: (Reply) -> Void

    init(_ id: UInt64, _ target: any EventTarget, _ complete: @escaping (Reply) -> Void) {
        self.id = id
        self.target = target
        self.complete = complete
        super.init()
    }

    override func expired() {
        target.expire(answer: id)
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

extension Reply {
    /// The values of the answer as the types that were asked for.
    func values<each R: Decodable>() -> Result<(repeat each R), AckError> {
        switch self {
        case .failure(let error): return .failure(error)
        case .answer(var arguments):
            do {
                return .success((repeat try arguments.next((each R).self)))
            } catch {
                return .failure(.undecodable(error.message))
            }
        }
    }
}

extension Duration {
    /// The duration in milliseconds, rounded up; 0 for a negative one.
    var wholeMilliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (milliseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000)
        return overflow
            ? .max / 2 : milliseconds &+ UInt64((attoseconds &+ 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
