// HTTPConnection, the way out and the end: answers gathered in a turn leave in one write, deadlines are watched, and
// every fault of the connection itself ends in `fail(_:)`.

internal import UVLoop
internal import Wire

extension HTTPConnection {
    /// A body of at least this size is not copied into the outbox but written from where it lies.
    static let attachedSize = 16_384

    /// Bytes of answers that are not with the kernel yet.
    var unsentBytes: Int { outbox.count &+ attachment.count &+ stream.queuedBytes }

    /// Appends to what leaves at the end of the turn.
    func append(_ write: (inout Outbox) -> Void) {
        // Nothing can stand behind a large body, and two of them in one turn are rare enough to write the first at once.
        if !attachment.isEmpty { writeOut() }
        outbox.prepare(from: server.blocks)
        write(&outbox)
        server.loop.flushLater(self)
    }

    /// Appends a piece of a body; a large one is only referred to until the turn ends.
    func append(body: [UInt8]) {
        if body.count < Self.attachedSize { return append { $0.append(body) } }
        append { _ in }
        attachment = body
    }

    /// Bytes that the kernel has taken, in all.
    private var takenBytes: Int { givenBytes &- stream.queuedBytes }

    /// Gives everything to the stream: one gathered write.
    func writeOut() {
        givenBytes &+= outbox.count &+ attachment.count
        outbox.withBytes { head in
            attachment.withUnsafeBytes { body in
                guard !body.isEmpty else { return stream.write(head.bytes) }
                withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: 2) { parts in
                    parts.initializeElement(at: 0, to: head)
                    parts.initializeElement(at: 1, to: body)
                    stream.write(UnsafeBufferPointer(parts))
                }
            }
        }
        outbox.release(to: server.blocks)
        attachment = []
    }

    /// The single moment of output; `drained` comes here too, with what had to wait for the kernel.
    func flushOutput() {
        if stream.queuedBytes == 0, !outbox.isEmpty || !attachment.isEmpty { writeOut() }
        guard stream.isOpen else { return }
        let (unsent, now) = (unsentBytes, server.loop.now)
        machine.wrote(unsent: unsent, taken: takenBytes, now: now)
        if unsent == 0 {
            sendEnd()
            perform(machine.drained(hasMore: hasMore, now: now))
            current?.outputDrained()
            leaveIfFree()
            consumeNextTurn()
        }
        arm()
    }

    private func sendEnd() {
        guard machine.state == .lingering, !hasSentEnd else { return }
        hasSentEnd = true
        stream.shutdown()
    }

    // MARK: - What the machine decides

    func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .none: break
        case .next: consumeNextTurn()
        case .linger:
            stopListening()
            server.loop.flushLater(self)
        case .close: stream.close()
        case .refuseLateHead: refuse(.timedOut)
        case .refuseLateBody: failBody(.timedOut)
        case .reportPeerEnd:
            reportPeerEnd()
        }
    }

    /// The connection's bytes make no sense from here on: answer for it and close.
    func fail(_ error: HTTPError) {
        server.counters.badRequests &+= 1
        if current == nil { refuse(error) } else { failBody(error) }
    }

    /// Answers in the connection's own name.
    private func refuse(_ error: HTTPError) {
        // The rest of a body that nobody wanted belongs to a request that is answered already.
        if !bodyIsIncomplete { appendRefusal(error) }
        perform(machine.linger(now: server.loop.now))
    }

    private func appendRefusal(_ error: HTTPError) {
        append { outbox in
            StatusLine.append(error.status, to: &outbox)
            outbox.append("Connection: close\r\nContent-Length: 0\r\n\r\n")
        }
    }

    /// A client that has ended its half may still be reading, as `nc` does: only who asked to be told loses it now.
    private func reportPeerEnd() {
        if current?.onAbort != nil {
            abandonExchange(.aborted)
            stream.close()
        } else if bodyIsIncomplete, current?.bodyTaker != nil {
            failBody(.aborted)
        }
    }

    // MARK: - Deadlines

    /// Sees to it that the machine's deadline is noticed.
    ///
    /// A deadline that moves into the future is not rescheduled: the alarm that comes early just asks again, so that a
    /// busy connection does not touch the wheel for every request.
    func arm() {
        let due = machine.deadline
        guard due != ConnectionMachine.never else { return }
        let alarm = alarm ?? ConnectionAlarm(self)
        self.alarm = alarm
        guard due < alarm.due else { return }
        alarm.due = due
        let now = server.loop.now
        server.loop.timeouts.schedule(alarm, after: due > now ? due &- now : 0)
    }

    fileprivate func alarmWentOff() {
        perform(machine.expired(unsent: unsentBytes, taken: takenBytes, now: server.loop.now))
        arm()
    }
}

/// Wakes a connection when its deadline may have been reached.
final class ConnectionAlarm: Deadline {
    /// When it is scheduled for; never, when it is not.
    var due = ConnectionMachine.never
    // The connection owns the alarm and cancels it when it closes, so this never outlives what it points to.
    private unowned var connection: HTTPConnection?

    convenience init(_ connection: HTTPConnection) {
        self.init()
        self.connection = connection
    }

    override func expired() {
        due = ConnectionMachine.never
        connection?.alarmWentOff()
    }
}
