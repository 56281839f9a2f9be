// EventLoop: one libuv loop, confined to the thread that runs it.
// This file holds its life (init, run, stop, deinit) and what everything on the loop shares: the clock, the read
// buffer, the log. What happens at the end of a turn is in EventLoop+Turn.swift, Swift's tasks in EventLoop+Tasks.swift,
// the way in from other threads in Mailbox.swift.

internal import CUV
internal import Glibc
internal import Synchronization

/// How much a line of the log matters.
public enum LogLevel: Int, Sendable, Comparable {
    case debug, info, warning, error

    /// Orders by severity.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A reactor: it waits for descriptors and timers and calls what was registered for them.
///
/// Everything made on a loop belongs to the thread that calls `run()`. The only doors for other threads are `mailbox`
/// and the executor of Swift's tasks; this, and nothing else, is why the class may call itself Sendable.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// One read per readable stream and turn fits here: as much as a socket's receive buffer usually holds, so that a
    /// message of 64 KiB and its header come in one read and are not gathered in memory of their own (decision 009).
    static let readBufferSize = 131_072

    let uv: UnsafeMutablePointer<uv_loop_t>
    let readBuffer: UnsafeMutablePointer<CChar>
    let turn: TurnHandles

    /// The door for other threads.
    public let mailbox: Mailbox

    /// Coarse deadlines for thousands of idle checks and heartbeats.
    public let timeouts: Timeouts

    /// The thread that owns the loop; read by any thread that enqueues a task.
    let owner: Atomic<UInt>

    // The end of the turn: see EventLoop+Turn.swift.
    @exclusivity(unchecked) var firstMarked: Unmanaged<Flushable>?
    @exclusivity(unchecked) var lastMarked: Unmanaged<Flushable>?
    @exclusivity(unchecked) var readyJobs: [UnownedJob] = []
    @exclusivity(unchecked) var spareJobs: [UnownedJob] = []
    @exclusivity(unchecked) var nextTurnWork: [() -> Void] = []
    @exclusivity(unchecked) var closingWork: [() -> Void] = []
    @exclusivity(unchecked) var kept: [AnyObject] = []
    @exclusivity(unchecked) var isIdling = false
    @exclusivity(unchecked) var isRunning = false
    var mainQueue: MainQueue?

    // Several loops: see LoopGroup.swift.
    /// The group that this loop is one of.
    public internal(set) var group: LoopGroup?
    var farewells: [() -> Void] = []
    var wasToldToStop = false
    /// How many listeners there are with a port of the system's choice, by host.
    var anyPortListeners: [String: Int] = [:]

    // Swift's tasks: see EventLoop+Tasks.swift.
    private(set) var actor: LoopActor! = nil  // Set once, at the end of init: it needs the loop itself.
    var liveTasks = 0
    var wakeUps = 0

    @exclusivity(unchecked) var handleCount = 0
    /// What threads of the pool are doing for this loop.
    var requests: [ObjectIdentifier: Request] = [:]

    /// Where faults that have no caller to be thrown at are told.
    ///
    /// Prints warnings and errors to the standard error stream until the program sets something else.
    public var log: (LogLevel, String) -> Void = logToStandardError

    /// The most bytes that a stream may hold back for a slow reader before it is closed with `UVError.noBufferSpace`.
    ///
    /// Asked before a write is queued, so that a single write of any size is always taken.
    public var maxQueuedBytes = 64 << 20

    /// Makes a loop that belongs to the calling thread until another thread calls `run()`.
    public init() throws(UVError) {
        ignoreBrokenPipes
        owner = Atomic(UInt(pthread_self()))
        uv = .allocate(capacity: 1)
        let status = uv_loop_init(uv)
        guard status == 0 else {
            uv.deallocate()
            throw UVError(code: status)
        }
        readBuffer = .allocate(capacity: Self.readBufferSize)
        turn = TurnHandles(uv)
        mailbox = Mailbox(uv)
        timeouts = Timeouts(uv)
        actor = LoopActor(self)
        uv.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        releaseTurn()
        turn.close()
        mailbox.close()
        timeouts.close()
        mainQueue?.close()
        uv_run(uv, UV_RUN_DEFAULT)  // The close callbacks of the loop's own handles; nothing else is left.
        uv_loop_close(uv)
        uv.deallocate()
        readBuffer.deallocate()
    }

    /// Milliseconds of a clock that never goes back, read once per turn.
    public var now: UInt64 {
        uv_now(uv)
    }

    /// Milliseconds since 1970, as the system's clock says now.
    public static var wallClock: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }

    /// True on the thread that owns the loop.
    public var isCurrent: Bool {
        UInt(pthread_self()) == owner.load(ordering: .relaxed)
    }

    /// The handles that are open or closing: streams, listeners, timers, signals.
    public var liveHandles: Int {
        handleCount
    }

    /// Runs until `stop()` is called or nothing is left that could ever happen.
    ///
    /// The calling thread owns the loop from here on. May be called again after it has returned.
    public func run() throws(UVError) {
        guard !isRunning else { throw .alreadyRunning }
        owner.store(UInt(pthread_self()), ordering: .relaxed)
        isRunning = true
        serveMainQueue()
        repeat {
            uv_run(uv, UV_RUN_DEFAULT)
            // uv_run leaves after the close callbacks or after stop(), in both cases behind the place where turns end.
            endTurn()
        } while isRunning && uv_loop_alive(uv) != 0
        isRunning = false
    }

    /// Ends `run()` at the end of this turn; does nothing when the loop is not running.
    public func stop() {
        guard isRunning else { return }
        isRunning = false
        uv_stop(uv)
    }
}

/// Done once per process: a write to a closed peer is to be an error of that stream and not the end of the program.
private let ignoreBrokenPipes: Void = {
    signal(SIGPIPE, SIG_IGN)
    return ()
}()

private func logToStandardError(_ level: LogLevel, _ message: String) {
    guard level >= .warning else { return }
    var line = "\(level): \(message)\n"
    line.withUTF8 { bytes in
        _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
}
