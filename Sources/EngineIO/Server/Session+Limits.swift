// Session, what one client may cost: bytes that wait for it, at once and for a time, and messages that it sends. Each
// ends the session with a reason of its own, and each end is counted.

internal import UVLoop

extension Session {
    /// More waits, or has been waiting, than a client that keeps up would leave: `before` bytes, and then `added`.
    func noteBacklog(_ before: Int, _ added: Int) {
        let limit = server.options.maxBufferedBytes
        guard before > 0, before &+ added > server.softBufferedBytes else { return backlogSince = 0 }
        if before &+ added > limit {
            server.counters.backlogExceeded &+= 1
            return endBacklogged("more than \(limit) bytes were waiting for the client")
        }
        if backlogSince == 0 {
            // The clock begins at 0, which stands for "not".
            backlogSince = max(1, server.loop.now)
            reschedule()
        }
    }

    /// The deadline has come: perhaps that of a client that never catches up.
    func endIfBackloggedTooLong() -> Bool {
        let (limit, time) = (server.options.softBufferedBytes, server.options.softLimitTime)
        guard backlogSince > 0, server.loop.now >= backlogSince &+ time else { return false }
        backlogSince = 0
        guard bufferedBytes > limit else { return false }
        server.counters.backlogTooLong &+= 1
        endBacklogged("more than \(limit) bytes were waiting for the client for \(time) ms")
        return true
    }

    private func endBacklogged(_ description: String) {
        if machine.end() { finishLater(CloseCause(.backlogExceeded, description)) }
    }

    /// The client sends faster than it may.
    func endOverRate() {
        server.counters.rateExceeded &+= 1
        let rates = server.rates
        end(CloseCause(.rateExceeded, "more than \(rates.packets) messages or \(rates.bytes) bytes per second"))
    }
}
