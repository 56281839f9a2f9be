// ClusterQuestion: one request to the other servers of a cluster, and who has answered it.
// It ends when everybody has, when those who have not are gone, or when its time is over; never with an error.

internal import UVLoop

/// One request that is out.
final class ClusterQuestion: Deadline {
    /// How far one server has come with its answers; the number of them may come after the first of them.
    private struct Progress {
        var expected: Int?
        var got = 0
        var isComplete: Bool { expected.map { got >= $0 } ?? false }
    }

    private var progress: [String: Progress] = [:]
    /// Those who have said that they have no answer.
    private var unable: Set<String> = []
    /// Those who are expected to answer, by name.
    private var waiting: Set<String>
    /// How many are expected to answer, when their names are not known.
    private let quota: Int?
    private let take: (ClusterMessage.Response) -> Void
    private var done: (([String]) -> Void)?

    /// Called once when the question is over.
    var onEnd: (() -> Void)?

    init(
        _ waiting: Set<String>,
        quota: Int?,
        _ take: @escaping (ClusterMessage.Response) -> Void,
        done: @escaping ([String]) -> Void
    ) {
        self.waiting = quota == nil ? waiting : []
        self.quota = quota
        self.take = take
        self.done = done
        super.init()
    }

    /// One server has answered, or said how many answers will come.
    func receive(_ response: ClusterMessage.Response, from node: String) {
        guard done != nil else { return }
        var state = progress[node] ?? Progress()
        switch response {
        case .clientCount(let count): state.expected = max(0, count)
        case .answer: state.got += 1
        case .sockets, .serverSide:
            // A second answer of the same server has come twice.
            guard !state.isComplete else { return }
            if case .serverSide(nil) = response { unable.insert(node) }
            state = Progress(expected: 1, got: 1)
        }
        progress[node] = state
        take(response)
        endIfComplete()
    }

    /// A server is gone: nobody waits for it any more, but it stays missing.
    func lose(_ node: String) {
        guard waiting.contains(node), progress[node]?.isComplete != true else { return }
        lost.insert(node)
        endIfComplete()
    }

    private var lost: Set<String> = []

    override func expired() { end() }

    /// Ends the question if nobody is expected to answer any more.
    func endIfComplete() {
        let complete = progress.values.count { $0.isComplete }
        if let quota {
            if complete >= quota { end() }
        } else if waiting.allSatisfy({ lost.contains($0) || progress[$0]?.isComplete == true }) {
            end()
        }
    }

    /// Ends the question with what there is.
    func end() {
        guard let done else { return }
        self.done = nil
        cancel()
        onEnd?()
        onEnd = nil
        done(missing)
    }

    /// Who said nothing at all, or has no answer; "unknown" for each of whom not even the name is known.
    private var missing: [String] {
        if let quota { return unable.sorted() + Array(repeating: "unknown", count: max(0, quota - progress.count)) }
        return unable.union(waiting.filter { progress[$0]?.expected == nil }).sorted()
    }
}
