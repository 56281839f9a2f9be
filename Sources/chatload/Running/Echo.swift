// Echo: round trips. Connections send an event with an acknowledgement; its time is until the answer is here.

import SocketIO

/// Round trips over all connections of the crowd.
///
/// Bound to the run's loop.
final class Echo: Load {
    private unowned let run: LoadRun
    private let plan: EchoPlan
    /// Its place among the run's loads.
    private let place: UInt8
    private let event: EventText
    private let text: [UInt8]
    private let measure = Measure("echo")
    private var members: [Connection] = []
    private var turn = 0
    private var schedule: Schedule?
    private var isStopped = false
    private(set) var outstanding = 0

    /// The echo of this plan; not begun.
    init(_ run: LoadRun, _ plan: EchoPlan, place: Int) {
        self.run = run
        self.plan = plan
        self.place = UInt8(place)
        event = EventText(plan.event, form: plan.form)
        text = Array(repeating: UInt8(ascii: "x"), count: plan.payload)
    }

    var measures: [Measure] { [measure] }

    var next: Nanoseconds {
        guard !isStopped, outstanding < mostOutstanding else { return .max }
        return schedule?.next ?? .max
    }

    func begin(at now: Nanoseconds, window: Range<Nanoseconds>) {
        measure.window = window
        members = run.crowd.members.compactMap { $0 }
        switch plan.pace {
        case .rate(let perSecond): schedule = Schedule(start: now, perSecond: perSecond)
        case .inFlight(let count): for member in members { for _ in 0..<count { send(member, due: presentMoment()) } }
        }
    }

    func tick(_ now: Nanoseconds) {
        while !isStopped, outstanding < mostOutstanding, let due = schedule?.take(at: now) {
            guard let member = nextMember() else { return giveUp(due, at: now) }
            send(member, due: due)
        }
    }

    func stop(at now: Nanoseconds) {
        isStopped = true
        // What waited behind `mostOutstanding` was due all the same.
        while let due = schedule?.take(at: now) { giveUp(due, at: now) }
    }

    func abandon(at now: Nanoseconds) {
        for member in members { giveUp(member, at: now) }
    }

    func lost(_ connection: Connection, at now: Nanoseconds) {
        giveUp(connection, at: now)
        members.removeAll { $0 === connection }
    }

    private func giveUp(_ connection: Connection, at now: Nanoseconds) {
        for question in connection.takeQuestions(of: place) {
            outstanding -= 1
            giveUp(question.due, at: now)
        }
    }

    private func giveUp(_ due: Nanoseconds, at now: Nanoseconds) {
        measure.giveUp(due: due, at: now)
        run.count(\.unanswered)
    }

    private func nextMember() -> Connection? {
        guard !members.isEmpty else { return nil }
        turn = (turn + 1) % members.count
        return members[turn]
    }

    private func send(_ connection: Connection, due: Nanoseconds) {
        outstanding += 1
        run.sent(due: due)
        connection.ask(event, text, due: due, load: place)
    }

    func answered(_ packet: borrowing PacketView, asked: Connection.Question, on connection: Connection) {
        outstanding -= 1
        let now = presentMoment()
        measure.record(due: asked.due, at: now)
        if plan.checksAnswer, !isEcho(packet) { run.count(\.wrong) }
        if schedule == nil, !isStopped, connection.isStanding { send(connection, due: now) }
        if isStopped, outstanding == 0 { run.wake() }
    }

    /// Whether the answer's arguments are those of the event.
    private func isEcho(_ packet: borrowing PacketView) -> Bool {
        packet.withRawArguments { arguments in
            arguments.withUnsafeBytes { bytes in
                // The event is `["name",` and then what comes back, up to the bracket.
                let before = event.before.dropFirst(nameBytes)
                let after = event.after.dropLast()
                return bytes.count == before.count + text.count + after.count
                    && bytes.prefix(before.count).elementsEqual(before)
                    && bytes.dropFirst(before.count).prefix(text.count).elementsEqual(text)
                    && bytes.suffix(after.count).elementsEqual(after)
            }
        }
    }

    /// The length of what stands before the arguments.
    private lazy var nameBytes = EventText(plan.event, form: .plain).before.count - 1
}

@available(*, unavailable) extension Echo: Sendable {}
