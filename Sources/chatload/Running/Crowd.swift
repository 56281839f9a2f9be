// Crowd: the connections that stand while the loads run: begun at their rate, joined where the scenario wants it, and
// counted as they come and go.

import EngineIO
import SocketIO
import Wire

/// The standing connections.
///
/// Bound to the run's loop.
final class Crowd: ConnectionOwner {
    /// How many may be under way at once; the others wait, and their time counts from when they were due.
    static let mostConnecting = 1_000
    /// The `load` of a question that is a join.
    static let joining = UInt8.max

    private unowned let run: LoadRun
    private var schedule: Schedule
    private var opening: Queue<(connection: Connection, begun: Nanoseconds)> = .init()
    private var connecting = 0
    /// By number; nil before it stands and after it has ended.
    private(set) var members: [Connection?]
    private(set) var standing = 0
    /// How many have ever stood.
    private(set) var opened = 0
    private(set) var most = 0
    let measure = Measure("connect", window: 0..<Nanoseconds.max)

    /// The crowd of the run's plan, whose first connection is due at `start`.
    init(_ run: LoadRun, start: Nanoseconds) {
        self.run = run
        let plan = run.plan
        schedule = Schedule(start: start, perSecond: plan.ramp, limit: plan.connections)
        members = Array(repeating: nil, count: plan.connections)
    }

    /// Whether all were begun and each stands or has failed.
    var isSettled: Bool { schedule.taken == members.count && connecting == 0 }

    /// Whether nothing is left of it.
    var isEmpty: Bool { standing == 0 && connecting == 0 }

    /// When the next is due; `.max` while too many are under way.
    var next: Nanoseconds { connecting < Self.mostConnecting ? schedule.next : .max }

    /// Begins what is due, and gives up what has taken too long.
    func tick(_ now: Nanoseconds) {
        while connecting < Self.mostConnecting, let due = schedule.take(at: now) { begin(due, now) }
        while let first = opening.first, first.connection.state == .over || first.begun &+ run.plan.timeout <= now {
            _ = opening.removeFirst()
            if members[first.connection.number] == nil { first.connection.giveUp("not let in in time") }
        }
    }

    private func begin(_ due: Nanoseconds, _ now: Nanoseconds) {
        let connection = Connection(run, owner: self, number: schedule.taken - 1, due: due)
        connecting += 1
        opening.append((connection, now))
        connection.open()
    }

    // MARK: - What the connections tell

    func entered(_ connection: Connection) {
        guard let join = run.plan.join else { return stand(connection) }
        connection.ask(join.text(for: connection.number), [], due: connection.due, load: Self.joining)
    }

    /// The answer to the join has come.
    func joined(_ connection: Connection) {
        guard members[connection.number] == nil, connection.isStanding else { return }
        stand(connection)
    }

    private func stand(_ connection: Connection) {
        members[connection.number] = connection
        connecting -= 1
        standing += 1
        opened += 1
        most = max(most, standing)
        measure.record(due: connection.due, at: presentMoment())
        run.wake()
    }

    func ended(_ connection: Connection, _ end: Connection.End) {
        if holds(connection) {
            standing -= 1
            members[connection.number] = nil
            run.lost(connection, end)
        } else {
            connecting -= 1
            run.ended(end)
        }
        run.wake()
    }

    /// Whether the connection is one of those that stand.
    func holds(_ connection: Connection) -> Bool {
        members.indices.contains(connection.number) && members[connection.number] === connection
    }

    /// Closes them all.
    func leave() {
        for member in members { member?.leave() }
        while opening.count > 0 { opening.removeFirst().connection.leave() }
    }
}

@available(*, unavailable) extension Crowd: Sendable {}

extension LoadPlan.Join {
    /// The event for the connection with this number.
    func text(for number: Int) -> EventText {
        switch data {
        case .room(let count): EventText(event, form: .literal(.string(roomName(number % count))))
        case .form(let form): EventText(event, form: form, connection: number)
        }
    }
}
