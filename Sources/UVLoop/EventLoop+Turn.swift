// EventLoop+Turn: what happens at the end of a turn, once, just before the loop would sleep.
// Tasks that became ready run, marked objects flush, and what was put off until no caller is on the stack any more is
// done and released. Flushing happens in uv_prepare because prepare is the last stop before poll (uv_check is after it).

internal import CUV

/// The handles by which a loop notices the end of its turns.
struct TurnHandles {
    let prepare: UnsafeMutablePointer<uv_prepare_t>
    /// Active while work is left over: poll does not block and the loop does not end.
    let idle: UnsafeMutablePointer<uv_idle_t>

    init(_ uv: UnsafeMutablePointer<uv_loop_t>) {
        prepare = .allocate(capacity: 1)
        idle = .allocate(capacity: 1)
        uv_prepare_init(uv, prepare)
        uv_idle_init(uv, idle)
        prepare.pointee.data = nil  // As much as to say to closeAll() that no object stands behind them.
        idle.pointee.data = nil
        uv_prepare_start(prepare) { handle in
            EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.endTurn() }
        }
        uv_unref(prepare.asHandle)
    }

    func close() {
        uv_close(prepare.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
        uv_close(idle.asHandle) { UnsafeMutableRawPointer($0!).deallocate() }
    }
}

extension EventLoop {
    /// Flushing may mark and resume again; after this many rounds the rest waits for the next turn, so that I/O is
    /// never starved by two objects that mark each other.
    static let maxRoundsPerTurn = 8

    /// The loop behind a libuv loop, without a reference of its own.
    static func of(_ uv: UnsafeMutablePointer<uv_loop_t>) -> Unmanaged<EventLoop> {
        .fromOpaque(uv.pointee.data)
    }

    /// Marks an object to be flushed once at the end of this turn.
    ///
    /// It is retained until then. Marking it again does nothing; marking it in its own `flush()` flushes it once more.
    public func flushLater(_ object: Flushable) {
        guard !object.isMarked else { return }
        object.isMarked = true
        let marked = Unmanaged.passRetained(object)
        if let last = lastMarked {
            last._withUnsafeGuaranteedRef { $0.nextMarked = marked }
        } else {
            firstMarked = marked
        }
        lastMarked = marked
    }

    /// Runs `work` when the next turn begins, after descriptors had their chance: never inside this call.
    ///
    /// What waits is bounded by what one turn asks for: all of it has run before the next turn asks again.
    public func nextTurn(_ work: @escaping () -> Void) {
        nextTurnWork.append(work)
        idle()
    }

    /// Runs `work` at the end of this turn, after everything was flushed.
    ///
    /// The place for giving things up: nobody who might still use them is on the stack.
    public func closeLater(_ work: @escaping () -> Void) {
        closingWork.append(work)
    }

    /// Keeps an object alive to the end of this turn, for callers further down the stack that are still inside it.
    public func releaseLater(_ object: AnyObject) {
        kept.append(object)
    }

    /// The single moment of output: called from uv_prepare, and once more when uv_run has returned.
    func endTurn() {
        var rounds = 0
        while hasWork, rounds < Self.maxRoundsPerTurn {
            rounds += 1
            if !readyJobs.isEmpty { runReadyJobs() }
            if firstMarked != nil { flushMarked() }
            if !closingWork.isEmpty { runClosingWork() }
        }
        if !kept.isEmpty {
            let released = kept
            kept = []
            _ = consume released  // Deinitialisers may mark and close again: they find the list already empty.
        }
        if hasWork || !nextTurnWork.isEmpty { idle() } else if isIdling { stopIdling() }
    }

    private var hasWork: Bool {
        firstMarked != nil || !readyJobs.isEmpty || !closingWork.isEmpty
    }

    /// Flushes what is marked, and has the processor fetch the following objects while one is in its system call.
    ///
    /// A broadcast has touched thousands of connections since these were marked: most of them are in no cache any more.
    private func flushMarked() {
        var next = firstMarked
        firstMarked = nil
        lastMarked = nil
        var coming = Coming(next)
        while let marked = next {
            coming.advance()
            next = marked._withUnsafeGuaranteedRef { object in
                let following = object.nextMarked
                object.nextMarked = nil
                object.isMarked = false
                object.flush()
                return following
            }
            marked.release()
        }
    }

    private func runClosingWork() {
        let work = closingWork
        closingWork = []
        for task in work { task() }
    }

    private func idle() {
        guard !isIdling else { return }
        isIdling = true
        uv_idle_start(turn.idle) { handle in
            EventLoop.of(handle!.pointee.loop)._withUnsafeGuaranteedRef { $0.runNextTurnWork() }
        }
    }

    private func stopIdling() {
        isIdling = false
        uv_idle_stop(turn.idle)
    }

    private func runNextTurnWork() {
        let work = nextTurnWork
        nextTurnWork = []
        for task in work { task() }
    }

    /// Gives up what an unfinished turn still holds; for deinit.
    func releaseTurn() {
        while let marked = firstMarked {
            firstMarked = marked._withUnsafeGuaranteedRef { $0.nextMarked }
            marked.release()
        }
    }
}

/// The next objects that will be flushed.
///
/// Each is fetched when it is the third, what it points to when it is the second, and the rest when it is the first,
/// because an address has to be in the cache before what lies there can be fetched.
private struct Coming {
    private var first: Unmanaged<Flushable>?
    private var second: Unmanaged<Flushable>?
    private var third: Unmanaged<Flushable>?

    /// Before `next` is flushed.
    init(_ next: Unmanaged<Flushable>?) {
        first = next
        second = Self.following(first)
        third = Self.following(second)
    }

    /// One object more will have been flushed.
    mutating func advance() {
        first = second
        second = third
        third = Self.following(third)
        if let third { Prefetch.memory(third.toOpaque(), lines: 3) }
        second?._withUnsafeGuaranteedRef { $0.approach(.far) }
        first?._withUnsafeGuaranteedRef { $0.approach(.near) }
    }

    private static func following(_ object: Unmanaged<Flushable>?) -> Unmanaged<Flushable>? {
        object?._withUnsafeGuaranteedRef { $0.nextMarked }
    }
}
