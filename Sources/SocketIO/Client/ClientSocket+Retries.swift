// ClientSocket+Retries: events that are sent again until the server has acknowledged them. One at a time: the next is
// sent when the one before is settled, so the order holds over losses of the connection. An event keeps its id over its
// tries, so that an acknowledgement that comes late still counts, and is not asked for again.
//
// What that guarantees: an event is settled with success only if the server has acknowledged it, so nothing is lost that
// is reported as delivered, and nothing that is still queued. It may arrive twice only if it arrived and its
// acknowledgement did not, within `ackTimeout` or before the connection went. Only the server could tell then.

internal import UVLoop

extension ClientSocket {
    /// Puts an event at the end of the queue.
    func enqueue(_ emitted: Emitted) -> Result<EmitResult, AckError> {
        let id = nextQuestion()
        guard let packet = emitted.encode(id) else { return fail(emitted, .notSent) }
        let event = KeptEvent(
            packet,
            id: id,
            shown: isOverheard ? emitted.shown() : nil,
            tryTimeout: emitted.manner.timeout ?? options.ackTimeout,
            complete: emitted.complete ?? { _ in }
        )
        guard queue.append(event) else { return fail(emitted, .bufferFull) }
        if let time = emitted.manner.deadline ?? options.deadline {
            let deadline = ClosureDeadline { [unowned self, unowned event] in settle(event, .failure(.timeout)) }
            event.deadline = deadline
            loop.timeouts.schedule(deadline, after: time)
        }
        let isSentNow = isConnected && queue.first === event
        drainQueue()
        return .success(isSentNow ? .accepted : .queued)
    }

    /// Sends the first event of the queue if it is not on its way; `again` if it is one of an earlier connection.
    func drainQueue(again: Bool = false) {
        guard isConnected, let head = queue.first, !head.isOut || again else { return }
        head.isOut = true
        head.tries += 1
        switch io.send(head.packet) {
        case .sent:
            if let shown = head.shown, head.tries == 1 { tell(outgoing: shown) }
        case .failed(.bufferFull):
            break  // A try like one that was lost: its time runs out, or the connection ends.
        case .failed(let error):
            return settle(head, .failure(error))
        }
        guard queue.first === head, let time = head.tryTimeout else { return }
        let deadline = ClosureDeadline { [unowned self, unowned head] in tryFailed(head) }
        head.tryDeadline = deadline
        loop.timeouts.schedule(deadline, after: time)
    }

    private func tryFailed(_ event: KeptEvent) {
        guard event.tries <= options.retries else { return settle(event, .failure(.timeout)) }
        event.isOut = false
        drainQueue()
    }

    /// Tells what became of an event, and goes on with the next.
    func settle(_ event: KeptEvent, _ reply: Reply) {
        guard queue.remove(event) else { return }
        event.complete(reply)
        drainQueue()
    }

    /// The connection is gone: what was out on it counts as one try that failed.
    func interruptQueue() {
        guard let head = queue.first, head.isOut else { return }
        head.isOut = false
        head.tryDeadline = nil
        if head.tries > options.retries { settle(head, .failure(.disconnected)) }
    }
}
