// Gauges: how the run goes from moment to moment: connections, faults, and what the server and chatload itself use.

/// What is read off while a run goes on.
struct Gauges {
    /// A course has about so many moments, however long the run.
    private static let moments = 600.0
    /// And never more than this; a run whose connections take very long to be made would have.
    private static let mostMoments = 3_000

    private let start: Nanoseconds
    private let interval: Nanoseconds
    private let server: ProcessMeter?
    private let generator = ProcessMeter()
    /// When the next moment is due.
    private(set) var next: Nanoseconds
    private(set) var course: [Report.Moment] = []
    /// When all connections stood.
    private(set) var settledAt: Nanoseconds?
    private var lastServer: (use: ProcessUse, at: Nanoseconds)?
    /// What the processes had used at the turns of the run.
    private(set) var serverMarks = Marks()
    private(set) var generatorMarks = Marks()

    /// What a process had used when.
    struct Marks {
        var start: ProcessUse?
        var settled: ProcessUse?
        var from: ProcessUse?
        var until: ProcessUse?
        var end: ProcessUse?
    }

    /// The gauges of a run that begins now.
    init(_ plan: LoadPlan, start: Nanoseconds) {
        self.start = start
        let expected = Double(plan.connections) / plan.ramp + (plan.warmup + plan.duration).seconds
        interval = .seconds(max(1, (expected / Self.moments).rounded(.up)))
        next = start &+ interval
        server = plan.serverProcess.map { ProcessMeter(process: $0) }
        mark(\.start)
    }

    /// The length of an interval in seconds.
    var seconds: Double { interval.seconds }

    private mutating func mark(_ mark: WritableKeyPath<Marks, ProcessUse?>) {
        serverMarks[keyPath: mark] = server?.read()
        generatorMarks[keyPath: mark] = generator.read()
    }

    /// All connections stand.
    mutating func settled(at now: Nanoseconds) {
        settledAt = now
        mark(\.settled)
    }

    /// Whether the warm-up is over.
    var isWarm: Bool { generatorMarks.from != nil }

    /// The warm-up is over; told again, it does nothing.
    mutating func warm() {
        if !isWarm { mark(\.from) }
    }

    /// Nothing new is begun.
    mutating func stopped() {
        mark(\.until)
    }

    /// Nothing is awaited any more.
    mutating func finished() {
        mark(\.end)
    }

    /// Adds a moment if it is time; tells whether it was.
    mutating func observe(_ run: LoadRun, at now: Nanoseconds, isLast: Bool = false) -> Bool {
        guard now >= next || isLast, course.count < Self.mostMoments else { return false }
        while next <= now { next = next &+ interval }
        var moment = Report.Moment(
            time: now.since(start).seconds,
            phase: run.phaseName(at: now),
            connections: run.crowd.standing,
            faults: run.faults.total
        )
        if let use = server?.read() {
            moment.serverMemory = use.memory
            moment.serverCPU = lastServer.map {
                (use.cpuSeconds - $0.use.cpuSeconds) / max(now.since($0.at).seconds, 0.001)
            }
            lastServer = (use, now)
        }
        course.append(moment)
        for measure in run.measures { measure.endInterval() }
        return true
    }
}
