// LoopGroup: several loops in one process, one thread each, that begin and end together. Nothing is shared between them
// but what this file and LoopGroup+Listening.swift hold: who is there, and which ports they listen on together.

internal import CUV
internal import Glibc

/// Several loops, one per thread, set up by the same closure.
///
/// A process uses as many cores as it has loops. Each has servers of its own, which listen on the same port without
/// being told to: the kernel spreads the connections.
public final class LoopGroup: Sendable {
    struct State {
        var members: [EventLoop] = []
        var isRunning = false
        var stops = 0
        /// The ports that the loops listen on together, by what they asked for.
        var ports: [String: Int] = [:]
        /// The listening unix sockets of the loops that came first, by path; owned by their listeners.
        var unixSockets: [String: Int32] = [:]
    }

    /// How many loops there are.
    public let count: Int

    let state = Locked(State())

    /// The number of processors that this process may use.
    public static var processors: Int {
        max(1, Int(uv_available_parallelism()))
    }

    /// A group of `count` loops, one per processor unless said otherwise; at least one.
    public init(count: Int = LoopGroup.processors) {
        self.count = max(1, count)
    }

    /// Runs a group of loops: see `run(_:)` of an instance.
    public static func run(
        count: Int = LoopGroup.processors,
        _ setUp: @escaping @Sendable (_ loop: EventLoop, _ index: Int) throws -> Void
    ) throws {
        try LoopGroup(count: count).run(setUp)
    }

    /// Makes the loops, has `setUp` prepare each, and runs them; returns when all have ended.
    ///
    /// `setUp` is called once for each loop, on the loop's own thread, in the order of the indices: loop 0 belongs to
    /// the calling thread. None runs before all are set up. When it throws, the loops that were set up before are closed
    /// and the error is thrown here.
    public func run(_ setUp: @escaping @Sendable (_ loop: EventLoop, _ index: Int) throws -> Void) throws {
        guard begin() else { throw UVError.alreadyRunning }
        defer { end() }
        let first = try prepare(0, setUp)
        defer { retire(first) }
        var others: [MemberThread] = []
        defer { for other in others { other.finish() } }
        for index in 1..<count {
            others.append(try MemberThread(index, of: self, setUp))
        }
        for other in others { other.go() }
        try first.run()
    }

    /// Tells all loops to stop, in the order of their indices; from any thread.
    ///
    /// Each does what it was given with `EventLoop.onStop(_:)`, or ends at once if that is nothing. A second call ends
    /// all of them at once.
    public func stop() {
        let members = state.withLock { state in
            state.stops += 1
            return state.members
        }
        for loop in members { Self.tell(loop) }
    }

    private static func tell(_ loop: EventLoop) {
        // Unowned: the mailbox belongs to the loop, and runs this inside of it.
        loop.mailbox.submit { [unowned loop] in loop.stopAsGroup() }
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
    }

    private func end() {
        state.withLock { $0 = State() }
    }

    /// Makes a loop of this group for the current thread, and has it set up.
    fileprivate func prepare(
        _ index: Int,
        _ setUp: @Sendable (_ loop: EventLoop, _ index: Int) throws -> Void
    ) throws -> EventLoop {
        let loop = try EventLoop()
        loop.group = self
        let stops = state.withLock { state in
            state.members.append(loop)
            return state.stops
        }
        for _ in 0..<stops { Self.tell(loop) }
        do {
            try setUp(loop, index)
        } catch {
            retire(loop)
            throw error
        }
        return loop
    }

    /// Closes what a loop that has ended still holds.
    fileprivate func retire(_ loop: EventLoop) {
        state.withLock { $0.members.removeAll { $0 === loop } }
        loop.closeAll()
        loop.farewells = []  // Last: they may be all that holds what the handlers just told still need.
    }
}

extension EventLoop {
    /// Has `work` done when the group of this loop is told to stop; the loop then goes on until `stop()`, or until
    /// nothing is left alive.
    ///
    /// Without such work the loop ends at once. It is the place to close servers: what is added last is done last.
    public func onStop(_ work: @escaping () -> Void) {
        farewells.append(work)
    }

    fileprivate func stopAsGroup() {
        guard !wasToldToStop, !farewells.isEmpty else { return stop() }
        wasToldToStop = true
        for work in farewells { work() }
    }
}

/// The thread of one loop of a group.
///
/// What it shares with the thread that made it is handed over by the semaphores.
private final class MemberThread: @unchecked Sendable {
    private var thread = uv_thread_t()
    private let isReady = Gate()
    private let mayRun = Gate()
    private var failure: (any Error)?
    private var isWanted = false
    private let body: (MemberThread) -> Void

    /// Starts the thread, and returns when its loop is set up.
    init(
        _ index: Int,
        of group: LoopGroup,
        _ setUp: @escaping @Sendable (_ loop: EventLoop, _ index: Int) throws -> Void
    ) throws {
        body = { thread in thread.live(index, of: group, setUp) }
        let status = uv_thread_create(
            &thread,
            { argument in
                guard let argument else { return }
                let thread = Unmanaged<MemberThread>.fromOpaque(argument).takeRetainedValue()
                thread.body(thread)
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        guard status == 0 else {
            Unmanaged.passUnretained(self).release()
            throw UVError(code: status)
        }
        isReady.wait()
        guard let failure else { return }
        finish()
        throw failure
    }

    /// Lets the loop run.
    func go() {
        isWanted = true
        mayRun.open()
    }

    /// Waits for the thread, whose loop ends without having run if it was not let go.
    func finish() {
        mayRun.open()
        uv_thread_join(&thread)
    }

    private func live(
        _ index: Int,
        of group: LoopGroup,
        _ setUp: @Sendable (_ loop: EventLoop, _ index: Int) throws -> Void
    ) {
        let loop: EventLoop
        do {
            loop = try group.prepare(index, setUp)
        } catch {
            failure = error
            return isReady.open()
        }
        isReady.open()
        mayRun.wait()
        if isWanted {
            do throws(UVError) { try loop.run() } catch { loop.log(.error, "loop \(index): \(error)") }
        }
        group.retire(loop)
    }
}

/// Something that one thread opens and another waits for.
private final class Gate: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<uv_sem_t>.allocate(capacity: 1)

    init() {
        precondition(uv_sem_init(semaphore, 0) == 0, "the system has no semaphores left")
    }

    deinit {
        uv_sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func open() { uv_sem_post(semaphore) }
    func wait() { uv_sem_wait(semaphore) }
}
