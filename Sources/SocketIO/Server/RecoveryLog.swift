// RecoveryLog: what one namespace remembers for clients that were cut off: the last events, and the sessions of those
// who are away. It knows ids, rooms and packets; sockets and the order of a connect are in Recovery.swift.
//
// Each event takes the next position, and carries it as its last argument: the offset by which a client says what it has
// seen. A volatile event takes one too although it is never kept: a client takes any text in the last place for an
// offset, so no event may leave without one. Where a session began is remembered with it, which is the offset of a
// client that has not received any event.

internal import UVLoop
public import Wire

/// What a client needs to get back: who it was, and where it was.
public struct RecoverableSession: Sendable, Equatable {
    /// The secret by which the client asks for it.
    public let pid: String
    /// The socket's id.
    public let id: String
    /// The rooms, the id among them.
    public let rooms: [String]
    /// The socket's data.
    public let data: JSON
    /// Where the session began: the position of a client that has not received any event.
    public let origin: UInt64
    /// The position that the client has certainly reached.
    public let floor: UInt64
    /// The last event that was sent to the client; `UInt64.max` if that is not known.
    public let sent: UInt64
    /// The last event of the namespace when the client was cut off.
    public let left: UInt64

    /// Puts a session together.
    public init(
        pid: String,
        id: String,
        rooms: [String],
        data: JSON,
        origin: UInt64,
        floor: UInt64,
        sent: UInt64 = .max,
        left: UInt64 = 0
    ) {
        self.pid = pid
        self.id = id
        self.rooms = rooms
        self.data = data
        self.origin = origin
        self.floor = floor
        self.sent = sent
        self.left = left
    }

    /// The position after which the client has missed something, when it is at `position` by its own word.
    ///
    /// Who has received all that was sent to it has missed nothing before it was cut off: the events between were for
    /// others. So a client in a quiet room can come back although the log has dropped what was said in loud ones.
    public func missing(from position: UInt64) -> UInt64 {
        position >= sent ? max(position, left) : position
    }
}

/// The events and sessions that one namespace remembers.
///
/// Bound to the loop of its server.
final class RecoveryLog {
    private struct Entry {
        let position: UInt64
        let time: UInt64
        let packet: EncodedPacket
        let selection: Selection
    }

    private struct Away {
        let session: RecoverableSession
        let since: UInt64
    }

    let options: ConnectionStateRecovery
    private let loop: EventLoop
    private var sweeper: Timer?
    private var isOpen = true

    /// The position of the last event; the first one gets 1.
    private(set) var position: UInt64 = 0
    /// The highest position that was kept once and is not any more.
    private var dropped: UInt64 = 0
    /// The events from `first` on; those before it are gone already.
    private var entries: ContiguousArray<Entry?> = []
    private var first = 0
    private(set) var byteCount = 0

    /// The connected sockets, by the secret of their session.
    var live: [String: LiveSession] = [:]
    /// The secrets of the connected sockets, by id.
    var pids: [String: String] = [:]

    private var away: [String: Away] = [:]
    /// Who has gone, in order; some are back already.
    private var departures: [(pid: String, time: UInt64)] = []
    /// Called when nobody is away any more.
    var onIdle: (() -> Void)?

    init(_ options: ConnectionStateRecovery, on loop: EventLoop) {
        self.options = options
        self.loop = loop
    }

    /// The number of events that are kept.
    var count: Int { entries.count - first }

    /// Whether somebody may come back.
    var isAwaited: Bool { !away.isEmpty }

    // MARK: Events

    /// The position of a new event.
    func advance() -> UInt64 {
        position &+= 1
        return position
    }

    /// Keeps an event, unless it is volatile or has no position.
    func append(_ packet: EncodedPacket, to selection: Selection) {
        guard isOpen, packet.position > 0, !packet.isVolatile else { return }
        let entry = Entry(position: packet.position, time: loop.now, packet: packet, selection: selection)
        var index = entries.count
        // A value may emit while it is encoded for this event; then that event is here already.
        while index > first, let before = entries[index - 1], before.position > entry.position { index -= 1 }
        entries.insert(entry, at: index)
        byteCount += packet.byteCount
        while count > options.maxLoggedEvents || byteCount > options.maxLoggedBytes { dropFirst() }
        wakeSweeper()
    }

    /// The events after `offset` for somebody in these rooms, in order.
    ///
    /// Complexity: O(log n) to find the place, then O(events after it).
    func missed(after offset: UInt64, in rooms: Set<String>) -> [EncodedPacket] {
        var (low, high) = (first, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if (entries[middle]?.position ?? 0) <= offset { low = middle + 1 } else { high = middle }
        }
        return entries[low...].compactMap { entry in
            guard let entry, entry.selection.includes(rooms) else { return nil }
            return entry.packet
        }
    }

    private func dropFirst() {
        guard first < entries.count, let entry = entries[first] else { return }
        dropped = entry.position
        byteCount -= entry.packet.byteCount
        entries[first] = nil
        first += 1
        // Closing the gap when half of the array is one makes a drop O(1) amortised.
        guard first > 64, first > entries.count / 2 else { return }
        entries.removeFirst(first)
        first = 0
    }

    // MARK: Sessions

    /// Remembers somebody who was cut off.
    func persist(_ session: RecoverableSession) {
        guard isOpen else { return }
        away[session.pid] = Away(session: session, since: loop.now)
        departures.append((session.pid, loop.now))
        while away.count > options.maxSessions { forgetFirst() }
        wakeSweeper()
    }

    /// Where the client says to be; without an offset it is where its session began.
    func position(of offset: String?, in session: RecoverableSession) -> Result<UInt64, RecoveryMissReason> {
        guard let position = offset.map({ UInt64($0) }) ?? session.origin, position <= self.position else {
            return .failure(.init(.unknownOffset))
        }
        if position < session.floor { return .failure(.init(.staleOffset)) }
        return session.missing(from: position) < dropped ? .failure(.init(.logExceeded)) : .success(position)
    }

    /// Gives a session back, once.
    ///
    /// A wrong offset does not use it up: whoever knows the right one can still come.
    func take(_ pid: String, offset: String?) -> RecoveryOutcome {
        guard let found = away[pid] else { return .missed(.unknownSession) }
        guard loop.now &- found.since <= options.maxDisconnectionDuration else {
            away[pid] = nil
            return .missed(.expired)
        }
        switch position(of: offset, in: found.session) {
        case .failure(let miss): return .missed(miss.reason)
        case .success(let position):
            away[pid] = nil
            return .recovered(found.session, position: position)
        }
    }

    private func forgetFirst() {
        guard !departures.isEmpty else { return }
        let (pid, time) = departures.removeFirst()
        if away[pid]?.since == time { away[pid] = nil }
    }

    // MARK: Time

    /// Forgets what is too old.
    private func sweep() {
        let limit = options.maxDisconnectionDuration
        while first < entries.count, let entry = entries[first], loop.now &- entry.time > limit { dropFirst() }
        let gone = departures.prefix { loop.now &- $0.time > limit }
        for (pid, time) in gone where away[pid]?.since == time { away[pid] = nil }
        departures.removeFirst(gone.count)
        if count == 0, departures.isEmpty { sweeper?.stop() }
        if away.isEmpty { onIdle?() }
    }

    /// Has the log looked through from time to time, as long as there is something in it.
    private func wakeSweeper() {
        if sweeper == nil {
            let timer = Timer(on: loop) { [unowned self] in sweep() }
            sweeper = timer
        }
        guard let sweeper, !sweeper.isActive else { return }
        let period = max(1, min(options.maxDisconnectionDuration / 2, 60_000))
        sweeper.start(after: period, repeating: period)
        sweeper.keepsLoopAlive = false
    }

    /// Forgets everything, for good.
    func close() {
        isOpen = false
        sweeper = nil
        entries = []
        first = 0
        byteCount = 0
        away = [:]
        departures = []
        onIdle = nil
    }
}

/// A reason as an error, so that it fits a `Result`.
struct RecoveryMissReason: Error {
    let reason: RecoveryMiss.Reason

    init(_ reason: RecoveryMiss.Reason) { self.reason = reason }
}

/// What became of a client's wish to have its session back.
public enum RecoveryOutcome: Sendable, Equatable {
    /// The session, and the position after which the client has missed everything.
    case recovered(RecoverableSession, position: UInt64)
    /// No session, and why.
    case missed(RecoveryMiss.Reason)
}

extension Selection {
    /// Whether somebody who is in exactly these rooms is selected.
    func includes(_ members: Set<String>) -> Bool {
        (rooms.isEmpty || rooms.contains { members.contains($0) }) && !except.contains { members.contains($0) }
    }
}
