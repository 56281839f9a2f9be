// Recovery: how a client that was cut off gets its socket back: same id, rooms and data, and then what it has missed.
// What is remembered is in RecoveryLog.swift. All of it hangs on the log of the namespace, which is nil unless
// `ServerOptions.connectionStateRecovery` is set: a socket of a server without recovery holds nothing for it.
//
// The server may learn of a cut later than the client. A client that comes back while its old connection still seems
// alive is recovered at once: the old connection ends as if the cut had been noticed then. Whoever repeats an old offset
// is told from such a client by this: a socket that was heard from has received everything that was replayed to it, so
// its client cannot name an offset from before that.

internal import EngineIO
internal import Wire

/// One connected socket that may be recovered.
final class LiveSession {
    /// The socket holds its namespace, which holds this; it is removed before the socket goes.
    unowned let socket: Socket
    /// Where its session began.
    let origin: UInt64
    /// Where the client was when it connected, by its own word.
    let start: UInt64
    /// Where the client is once it was heard from: at the last of the events that were replayed to it.
    var current: UInt64
    /// The session that was recovered, if one was.
    let recovered: RecoverableSession?

    init(_ socket: Socket, origin: UInt64, start: UInt64, recovered: RecoverableSession? = nil) {
        self.socket = socket
        self.origin = origin
        self.start = start
        self.recovered = recovered
        current = start
    }

    /// The position that the client has certainly reached.
    var floor: UInt64 { socket.isHeard ? current : start }

    /// The session as it is to be remembered under this secret when the client was cut off at the position `left`.
    func session(_ pid: String, left: UInt64) -> RecoverableSession {
        // Who was not let in again was not sent anything either: what it had missed before it misses still.
        let before = socket.isPending ? recovered : nil
        return RecoverableSession(
            pid: pid,
            id: socket.id,
            rooms: socket.rooms,
            data: socket.data,
            origin: origin,
            floor: floor,
            sent: before?.sent ?? socket.lastSent,
            left: before?.left ?? left
        )
    }
}

/// What a connecting client gets back.
struct Recovered {
    let session: RecoverableSession
    let position: UInt64
}

extension Namespace {
    /// Lets the client in that has sent this `auth`: as whom it was, if it asks for that and is found.
    func makeSocket(_ client: Client, auth: JSON, _ done: @escaping (Socket) -> Void) {
        guard audience.log != nil, !client.isVersion2, let pid = auth["pid"]?.string else {
            return done(Socket(self, client, auth: auth))
        }
        let offset = auth["offset"]?.string
        // Looking it up may take a while, in which the last of the others may leave.
        visitors += 1
        if let reason = evict(pid, offset) {
            return done(makeSocket(client, auth, .missed(reason)))
        }
        adapter.restore(pid, offset: offset) { [self] outcome in
            done(makeSocket(client, auth, outcome))
        }
    }

    /// The socket of a client whose session was looked up; from now on it is itself counted as a visitor.
    private func makeSocket(_ client: Client, _ auth: JSON, _ outcome: RecoveryOutcome) -> Socket {
        defer { visitors -= 1 }
        return Socket(self, client, auth: auth, recovered: take(outcome))
    }

    private func take(_ outcome: RecoveryOutcome) -> Recovered? {
        switch outcome {
        case .recovered(let session, let position):
            core.counters.recoveries += 1
            return Recovered(session: session, position: position)
        case .missed(let reason):
            core.report(RecoveryMiss(namespace: name, reason: reason))
            return nil
        }
    }

    /// Ends the connection on which this client was, if the server still believes in it; or says why it does not.
    private func evict(_ pid: String, _ offset: String?) -> RecoveryMiss.Reason? {
        guard let log = audience.log, let live = log.live[pid] else { return nil }
        switch log.position(of: offset, in: live.session(pid, left: log.position)) {
        case .failure(let miss): return miss.reason
        case .success:
            live.socket.client.yield()
            return nil
        }
    }
}

extension Socket {
    /// Takes over what was recovered; the socket is pending and in no room.
    func adopt(_ recovered: Recovered) {
        guard let log = namespace.audience.log else { return }
        data = recovered.session.data
        hasLeftOwnRoom = !recovered.session.rooms.contains(id)
        for room in recovered.session.rooms where room != id { namespace.adapter.join(self, room) }
        log.live[recovered.session.pid] = LiveSession(
            self,
            origin: recovered.session.origin,
            start: recovered.position,
            recovered: recovered.session
        )
        log.pids[id] = recovered.session.pid
    }

    /// Sends what the client has missed, and returns the secret by which it can come back.
    ///
    /// Missed events go out before the client is told that it is in: it holds them back until then.
    func resume() -> String? {
        guard let log = namespace.audience.log else { return nil }
        if let pid = log.pids[id], let live = log.live[pid] {
            let missed = log.missed(after: live.recovered?.missing(from: live.start) ?? live.start, in: Set(rooms))
            for packet in missed { session.send(packet) }
            live.current = missed.last?.position ?? live.start
            lastSent = live.current
            return pid
        }
        let pid = SocketID.make()
        log.pids[id] = pid
        log.live[pid] = LiveSession(self, origin: log.position, start: log.position)
        return pid
    }

    /// Remembers the session of a socket that has ended, if its client may come back; it was cut off at `left`.
    func persist(_ reason: DisconnectReason, left: UInt64) {
        guard let log = namespace.audience.log, reason.isRecoverable else { return }
        guard let pid = log.pids[id], let live = log.live[pid] else { return }
        namespace.adapter.persist(live.session(pid, left: left))
    }

    /// Lets go of what `resume` or `adopt` has noted.
    func forgetSession() {
        guard let log = namespace.audience.log, let pid = log.pids.removeValue(forKey: id) else { return }
        log.live[pid] = nil
    }
}
