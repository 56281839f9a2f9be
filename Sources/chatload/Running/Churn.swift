// Churn: people who come and go. Each connects, stays for a while, says farewell, and is gone; measured is how long it
// takes to be let in.

import EngineIO
import UVLoop

/// Connections that come and go beside those that stand.
///
/// Bound to the run's loop.
final class Churn: Load, ConnectionOwner {
    private unowned let run: LoadRun
    private let plan: ChurnPlan
    private let measure = Measure("come and go")
    private var schedule: Schedule?
    private var visitors: [ObjectIdentifier: Visitor] = [:]
    private var isStopped = false
    private var begun = 0

    /// One that has come; it leaves when its time has passed.
    private final class Visitor: Deadline {
        let connection: Connection
        let begun: Nanoseconds

        init(_ connection: Connection, begun: Nanoseconds) {
            self.connection = connection
            self.begun = begun
        }

        override func expired() {
            connection.leave()
        }
    }

    /// The churn of this plan; not begun.
    init(_ run: LoadRun, _ plan: ChurnPlan) {
        self.run = run
        self.plan = plan
    }

    var measures: [Measure] { [measure] }
    var outstanding: Int { visitors.count }

    var next: Nanoseconds {
        guard !isStopped, visitors.count < Crowd.mostConnecting else { return .max }
        return schedule?.next ?? .max
    }

    func begin(at now: Nanoseconds, window: Range<Nanoseconds>) {
        measure.window = window
        switch plan.pace {
        case .rate(let perSecond): schedule = Schedule(start: now, perSecond: perSecond)
        case .inFlight(let count): for _ in 0..<count { come(due: now, at: now) }
        }
    }

    func tick(_ now: Nanoseconds) {
        while !isStopped, visitors.count < Crowd.mostConnecting, let due = schedule?.take(at: now) {
            come(due: due, at: now)
        }
        for visitor in visitors.values where visitor.begun &+ run.plan.timeout <= now {
            if !visitor.connection.isStanding { visitor.connection.giveUp("not let in in time") }
        }
    }

    func stop(at now: Nanoseconds) {
        isStopped = true
        while let due = schedule?.take(at: now) { giveUp(due, now) }
        for visitor in visitors.values where visitor.connection.isStanding { visitor.connection.leave() }
    }

    func abandon(at now: Nanoseconds) {
        for visitor in visitors.values {
            if visitor.connection.state != .leaving { giveUp(visitor.connection.due, now) }
            visitor.connection.leave()
        }
    }

    private func giveUp(_ due: Nanoseconds, _ now: Nanoseconds) {
        measure.giveUp(due: due, at: now)
        run.count(\.unanswered)
    }

    private func come(due: Nanoseconds, at now: Nanoseconds) {
        let connection = Connection(run, owner: self, number: begun, due: due)
        begun += 1
        visitors[ObjectIdentifier(connection)] = Visitor(connection, begun: now)
        run.sent(due: due)
        connection.open()
    }

    // MARK: - What the connections tell

    func entered(_ connection: Connection) {
        measure.record(due: connection.due, at: presentMoment())
        guard let visitor = visitors[ObjectIdentifier(connection)], !isStopped else { return connection.leave() }
        run.loop.timeouts.schedule(visitor, after: plan.stay / 1_000_000)
    }

    func ended(_ connection: Connection, _ end: Connection.End) {
        visitors[ObjectIdentifier(connection)]?.cancel()
        visitors[ObjectIdentifier(connection)] = nil
        run.ended(end)
        run.wake()
        guard !isStopped, case .inFlight = plan.pace else { return }
        let now = presentMoment()
        come(due: now, at: now)
    }
}

@available(*, unavailable) extension Churn: Sendable {}
