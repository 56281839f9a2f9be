// LoadRun: one run from the first connection to the last: its phases, its clock, and the place where what comes from
// the connections finds the load that it belongs to. What is counted becomes a report in LoadRun+Report.swift.

import EngineIO
import SocketIO
import UVLoop

/// One run.
///
/// Bound to its loop.
final class LoadRun {
    /// What the run is at.
    enum Phase: String {
        /// Connections are begun.
        case ramp
        /// Operations are begun.
        case load
        /// Only answers are awaited.
        case end
        /// The connections say farewell.
        case leaving
        case over
    }

    /// How long the farewells may take.
    static let farewellTime = Nanoseconds.seconds(3)
    /// So many different things are said in words.
    static let mostReasons = 8

    let loop: EventLoop
    let plan: LoadPlan
    let clientOptions: EngineClientOptions
    /// What all decoders share.
    let scratch = PacketScratch()
    /// What tells this run's messages from others'.
    let mark: [UInt8]
    var outgoing: Outgoing
    private(set) var crowd: Crowd! = nil  // Set once, at the end of init: it needs the run.
    private(set) var loads: [any Load] = []
    private(set) var phase = Phase.ramp
    private(set) var faults = Faults()
    /// How often what was met that the report says in words.
    private(set) var reasons: [String: Int] = [:]
    private(set) var lateness = Latencies()
    let start: Nanoseconds
    /// What is measured: known when the connections stand.
    private(set) var window: Range<Nanoseconds> = 0..<0
    private(set) var isInterrupted = false
    var gauges: Gauges
    /// When the phase ends at the latest.
    private var phaseEnd: Nanoseconds = .max
    private var ticker: Ticker! = nil  // Set once, at the end of init, too.
    private let done: (Report) -> Void
    /// Called once in a while, with how it stands.
    var progress: (LoadRun) -> Void = { _ in }

    /// Begins the run; `done` gets what it has found, when the last connection has gone.
    init(on loop: EventLoop, _ plan: LoadPlan, done: @escaping (Report) -> Void) throws(UVError) {
        self.loop = loop
        self.plan = plan
        self.done = done
        start = presentMoment()
        mark = Array(String(start, radix: 36).utf8)
        outgoing = Outgoing(namespace: plan.target.namespace)
        clientOptions = plan.clientOptions
        gauges = Gauges(plan, start: start)
        crowd = Crowd(self, start: start)
        loads = plan.loads.enumerated().map { place, kind in
            switch kind {
            case .echo(let echo): Echo(self, echo, place: place)
            case .fanOut(let fanOut): FanOut(self, fanOut)
            case .churn(let churn): Churn(self, churn)
            }
        }
        ticker = try Ticker(on: loop) { [unowned self] in tick() }
        ticker.set(start)
    }

    /// All measures; the first is what the run is about.
    var measures: [Measure] {
        let ramp = plan.connections > 0 ? [crowd.measure] : []
        return loads.flatMap(\.measures) + ramp
    }

    /// Ticks as soon as what is going on now has been dealt with.
    func wake() {
        ticker.set(1)
    }

    /// Ends the run before its time; what was measured is reported.
    func interrupt() {
        guard phase == .ramp || phase == .load else { return }
        isInterrupted = true
        let now = presentMoment()
        if phase == .load { stopLoads(now) } else { finish(now) }
        wake()
    }

    // MARK: - Time

    private func tick() {
        let now = presentMoment()
        switch phase {
        case .ramp: ramp(now)
        case .load: load(now)
        case .end: if now >= phaseEnd || loads.allSatisfy({ $0.outstanding == 0 }) { finish(now) }
        case .leaving: leave(now)
        case .over: return
        }
        if gauges.observe(self, at: now) { progress(self) }
        if phase != .over { ticker.set(next) }
    }

    private var next: Nanoseconds {
        let due: Nanoseconds =
            switch phase {
            case .ramp: crowd.next
            case .load: min(loads.map(\.next).min() ?? .max, phaseEnd, gauges.isWarm ? .max : window.lowerBound)
            case .end, .leaving, .over: phaseEnd
            }
        return min(due, gauges.next)
    }

    private func ramp(_ now: Nanoseconds) {
        crowd.tick(now)
        guard crowd.isSettled else { return }
        if plan.connections > 0, crowd.standing == 0 { return finish(now) }
        gauges.settled(at: now)
        phase = .load
        if loads.isEmpty {
            // The connections were what is measured; now they are held.
            window = start..<now
            phaseEnd = now &+ plan.duration
        } else {
            window = now &+ plan.warmup..<now &+ plan.warmup &+ plan.duration
            phaseEnd = window.upperBound
            for load in loads { load.begin(at: now, window: window) }
        }
    }

    private func load(_ now: Nanoseconds) {
        if now >= window.lowerBound { gauges.warm() }
        // What is due at the very end is not in the window any more.
        let last = phaseEnd &- 1
        for load in loads { load.tick(min(now, last)) }
        if now > last { stopLoads(last) }
    }

    private func stopLoads(_ now: Nanoseconds) {
        if !loads.isEmpty { window = min(window.lowerBound, now)..<min(window.upperBound, now &+ 1) }
        for measure in loads.flatMap(\.measures) { measure.window = window }
        for load in loads { load.stop(at: now) }
        gauges.stopped()
        phase = .end
        phaseEnd = now &+ (isInterrupted ? min(plan.timeout, .seconds(1)) : plan.timeout)
        wake()
    }

    private func finish(_ now: Nanoseconds) {
        for load in loads { load.abandon(at: now) }
        gauges.finished()
        _ = gauges.observe(self, at: now, isLast: true)
        let report = makeReport(now)
        phase = .leaving
        phaseEnd = now &+ Self.farewellTime
        crowd.leave()
        leaveDone = { [done] in done(report) }
        wake()
    }

    private var leaveDone: () -> Void = {}

    private func leave(_ now: Nanoseconds) {
        guard now >= phaseEnd || crowd.isEmpty && loads.allSatisfy({ $0.outstanding == 0 }) else { return }
        phase = .over
        ticker.close()
        leaveDone()
    }

    // MARK: - What the connections and loads tell

    /// Counts a fault, or several.
    func count(_ fault: WritableKeyPath<Faults, Int>, _ count: Int = 1) {
        guard phase != .leaving, phase != .over else { return }
        faults[keyPath: fault] += count
    }

    /// A packet makes no sense.
    func malformed() {
        count(\.malformed)
    }

    /// An operation that was due then is sent now.
    func sent(due: Nanoseconds) {
        lateness.record(presentMoment().since(due))
    }

    /// An event has come; those who come and go are not measured by what they hear.
    func received(_ packet: borrowing PacketView, on connection: Connection) {
        guard crowd.holds(connection) else { return }
        for load in loads { load.received(packet, on: connection) }
    }

    /// An answer has come.
    func answered(_ packet: borrowing PacketView, asked: Connection.Question, on connection: Connection) {
        guard asked.load != Crowd.joining else { return crowd.joined(connection) }
        loads[Int(asked.load)].answered(packet, asked: asked, on: connection)
    }

    /// A connection has ended.
    func ended(_ end: Connection.End) {
        switch end {
        case .left: return
        case .failed(let why):
            count(\.failed)
            note(why)
        case .lost(let why):
            count(\.lost)
            note(why)
        }
    }

    /// A connection of the crowd that stood has ended; one that was made slow may.
    func lost(_ connection: Connection, _ end: Connection.End) {
        if loads.contains(where: { $0.excuses(connection) }) {
            if case .lost = end { note("slow reader cut off") }
        } else {
            ended(end)
        }
        let now = presentMoment()
        for load in loads { load.lost(connection, at: now) }
    }

    /// Counts something that the report is to say in words, if there are not too many different ones.
    func note(_ what: String) {
        guard phase != .leaving, phase != .over else { return }
        if reasons[what] != nil || reasons.count < Self.mostReasons { reasons[what, default: 0] += 1 }
    }
}

@available(*, unavailable) extension LoadRun: Sendable {}

extension LoadPlan {
    /// The options of the clients.
    var clientOptions: EngineClientOptions {
        var options = EngineClientOptions()
        options.path = target.path
        options.transports = target.transports
        options.connectTimeout = 0  // The crowd has its own.
        options.closeTimeout = 2_000
        return options
    }
}
