// ConnectionMachine: what one HTTP connection may do next, as a value. It knows deadlines, keep-alive and draining;
// it knows no bytes, no stream and no clock. `HTTPConnection` feeds it and carries out what it returns.
//
//              first byte             head complete            answer complete
//   waiting ───────────────► head ───────────────► answering ──────────────────► waiting   (kept alive)
//      │ idle: close          │ late: 408              │ body late: 408    └────► lingering (not kept alive)
//      ▼                      ▼                        ▼                             │ the peer's end, or late
//    closed               lingering                lingering                         ▼
//                                                                                  closed

/// The life of one HTTP connection, without its bytes.
struct ConnectionMachine: Equatable {
    /// What the connection waits for.
    enum State: Equatable {
        /// The first byte of a request.
        case waiting
        /// The rest of a request head.
        case head
        /// The answer, and perhaps the rest of the request's body.
        case answering
        /// Our end is announced; the peer's is not seen yet. What still arrives is dropped.
        case lingering
        /// Nothing: the stream is closed or about to be.
        case closed
    }

    /// What the driver has to do now.
    enum Action: Equatable {
        /// Nothing.
        case none
        /// Look at the next request.
        case next
        /// Announce our end behind what is queued, and drop what still arrives.
        case linger
        /// Close the stream at once.
        case close
        /// Answer 408 in the connection's name, then linger.
        case refuseLateHead
        /// Tell the request that its body is late; answer 408 unless it does.
        case refuseLateBody
        /// Tell the request that its client is gone, if it wants to know; otherwise let it answer.
        case reportPeerEnd
    }

    /// The deadline of "none".
    static let never = UInt64.max

    private(set) var state = State.waiting
    /// Whether the connection may serve another request after this one.
    private(set) var keepsAlive = true
    private var isDraining = false
    /// Whether the peer will send no more.
    private(set) var peerHasEnded = false

    /// When the present state has lasted too long.
    private var phaseDeadline: UInt64
    /// When a peer that takes nothing has taken nothing for too long, and how much it had taken when that began.
    private var stallDeadline = never
    private var takenBefore = 0

    private let headTimeout: UInt64
    private let bodyTimeout: UInt64
    private let idleTimeout: UInt64
    private let stallTimeout: UInt64
    private let lingerTimeout: UInt64

    /// A connection that was accepted at `now`.
    init(_ options: HTTPOptions, now: UInt64) {
        headTimeout = options.headTimeout
        bodyTimeout = options.bodyTimeout
        idleTimeout = options.idleTimeout
        stallTimeout = options.stallTimeout
        lingerTimeout = options.lingerTimeout
        phaseDeadline = now &+ options.headTimeout
    }

    /// When `expired` should be called next.
    var deadline: UInt64 { min(phaseDeadline, stallDeadline) }

    /// Bytes of a request have arrived.
    mutating func received(now: UInt64) {
        guard state == .waiting else { return }
        state = .head
        phaseDeadline = now &+ headTimeout
    }

    /// A head is complete; `keepAlive` is what the client asked for.
    mutating func headEnded(keepAlive: Bool) {
        guard state == .head || state == .waiting else { return }
        state = .answering
        keepsAlive = keepAlive && !isDraining
        phaseDeadline = Self.never
    }

    /// The request wants its body, which is not complete.
    mutating func bodyAwaited(now: UInt64) {
        guard state == .answering else { return }
        phaseDeadline = now &+ bodyTimeout
    }

    /// The body is complete, or nobody waits for it any more.
    mutating func bodyEnded() {
        guard state == .answering else { return }
        phaseDeadline = Self.never
    }

    /// The answer will not leave the connection usable.
    mutating func giveUpKeepAlive() {
        keepsAlive = false
    }

    /// The answer is complete.
    ///
    /// `inputUsable` is false when too much of the request's body was left unread, `hasMore` is true when bytes of
    /// later requests are already here.
    mutating func answered(inputUsable: Bool, hasMore: Bool, now: UInt64) -> Action {
        guard state == .answering else { return .none }
        guard keepsAlive, inputUsable, !peerHasEnded || hasMore else { return linger(now: now) }
        state = .waiting
        phaseDeadline = now &+ idleTimeout
        return .next
    }

    /// The connection has answered for itself, or has nothing more to say.
    mutating func linger(now: UInt64) -> Action {
        guard state != .closed else { return .none }
        state = .lingering
        keepsAlive = false
        phaseDeadline = now &+ lingerTimeout
        return .linger
    }

    /// The peer has finished writing, while `unsent` bytes wait for it.
    mutating func peerEnded(unsent: Int, now: UInt64) -> Action {
        peerHasEnded = true
        switch state {
        case .waiting, .head:
            // A half head will never be whole. What was answered in this turn has still to leave.
            return unsent == 0 ? close() : linger(now: now)
        case .lingering: return unsent == 0 ? close() : .none
        case .answering: return .reportPeerEnd
        case .closed: return .none
        }
    }

    /// The server is stopping, while `unsent` bytes wait for the peer.
    mutating func drain(unsent: Int, now: UInt64) -> Action {
        isDraining = true
        keepsAlive = false
        // Whoever has sent half a head has no request that could be finished, and might never send the rest.
        guard state == .waiting || state == .head else { return .none }
        return unsent == 0 ? close() : linger(now: now)
    }

    /// After a flush `unsent` bytes are not yet with the kernel, and `taken` bytes were taken in all.
    mutating func wrote(unsent: Int, taken: Int, now: UInt64) {
        if unsent == 0 {
            stallDeadline = Self.never
        } else if stallDeadline == Self.never || taken > takenBefore {
            takenBefore = taken
            stallDeadline = now &+ stallTimeout
        }
    }

    /// Everything is with the kernel; `hasMore` is as for `answered`.
    mutating func drained(hasMore: Bool = false, now: UInt64) -> Action {
        stallDeadline = Self.never
        switch state {
        case .waiting:
            // The client was busy taking its answer, so its idleness begins only now.
            if isDraining || peerHasEnded && !hasMore { return close() }
            phaseDeadline = now &+ idleTimeout
        case .lingering:
            if peerHasEnded { return close() }
            phaseDeadline = now &+ lingerTimeout
        case .head, .answering, .closed: break
        }
        return .none
    }

    /// The stream has closed.
    mutating func closed() {
        _ = close()
    }

    /// The deadline was reached, or may have been; `unsent` and `taken` are as for `wrote`.
    mutating func expired(unsent: Int, taken: Int, now: UInt64) -> Action {
        if now >= stallDeadline {
            guard taken > takenBefore else { return close() }
            wrote(unsent: unsent, taken: taken, now: now)
        }
        guard now >= phaseDeadline else { return .none }
        switch state {
        case .waiting, .lingering:
            guard unsent == 0 else {
                phaseDeadline = Self.never  // until `drained`; the stall deadline watches meanwhile
                return .none
            }
            return close()
        case .head:
            _ = linger(now: now)
            return .refuseLateHead
        case .answering:
            phaseDeadline = Self.never
            keepsAlive = false
            return .refuseLateBody
        case .closed: return .none
        }
    }

    private mutating func close() -> Action {
        guard state != .closed else { return .none }
        state = .closed
        keepsAlive = false
        phaseDeadline = Self.never
        stallDeadline = Self.never
        return .close
    }
}
