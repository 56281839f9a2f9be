// SessionMachine: every transition of a session, without a socket and without a clock.
//
//                  close() or a fault of the client, on WebSocket or with a poll pending
//          ┌──────────────────────────────────────────────────────────────────────────────┐
//        open ──close() while polling and no poll is pending──> closing ──poll, or 30 s──> closed
//                                                                  └── end of an upgrade ──┘
//
// While it is open, two more things go on. The heartbeat either waits for the time of the next ping or for a pong. An
// upgrade goes idle -> connected (a WebSocket came) -> probed (it said "2probe") -> idle ("5" came: the transport is
// the WebSocket now; or it failed: still polling). From the probe on, polls are answered with a noop at once, nothing
// else is sent, and the heartbeat stands still: so a packet is either before the switch or after it. A session that is
// closed then closes when the upgrade has come to its end: the client does not poll any more, and would never hear of it.
// The caller does what the returned values say and, whenever it has called, sets its timer to `deadline`.

/// The name of a transport.
public enum TransportName: String, Sendable, CaseIterable {
    /// HTTP long-polling.
    case polling
    /// WebSocket.
    case websocket
}

/// The times that the sessions of a server have in common, in milliseconds.
package struct SessionTiming: Equatable {
    /// From one heartbeat to the next ping.
    package var pingInterval: UInt64 = 25_000
    /// From a ping to the latest time of its pong.
    package var pingTimeout: UInt64 = 20_000
    /// From the arrival of the upgrading WebSocket to the latest time of its upgrade packet.
    package var upgradeTimeout: UInt64 = 10_000
    /// How long a closing session waits for the poll that takes its last packets.
    package var closeTimeout: UInt64 = 30_000

    /// The defaults.
    package init() {}
}

/// The state of one session.
package struct SessionMachine: Equatable {
    /// How far the life of a session has come.
    package enum Phase: UInt8 {
        /// Packets go both ways.
        case open
        /// Nothing more is received; the next poll takes what is left.
        case closing
        /// It is over.
        case closed
    }

    /// How far an upgrade has come.
    package enum Upgrade: UInt8 {
        /// There is none.
        case idle
        /// A WebSocket has come and has said nothing yet.
        case connected
        /// The WebSocket was probed: packets are held back until it says "5".
        case probed
    }

    /// How far the life of the session has come.
    package private(set) var phase = Phase.open
    /// How far an upgrade has come.
    package private(set) var upgrade = Upgrade.idle
    /// The transport in use.
    package private(set) var transport: TransportName
    /// Protocol 3: the client pings, and the server answers.
    private let clientPings: Bool
    private var awaitsPong: Bool
    /// The time of the next ping or, when one is under way, the latest time of its pong.
    private var heartbeatAt: UInt64
    /// The latest end of the upgrade or, when closing, of the session.
    private var limitAt = UInt64.max

    /// A session that opens now.
    package init(transport: TransportName, timing: SessionTiming, now: UInt64, clientPings: Bool = false) {
        self.transport = transport
        self.clientPings = clientPings
        awaitsPong = clientPings
        heartbeatAt = now &+ timing.pingInterval &+ (clientPings ? timing.pingTimeout : 0)
    }

    /// When `expire` is to be called next; nil when the session is over.
    package var deadline: UInt64? {
        switch phase {
        case .open: upgrade == .probed ? limitAt : min(heartbeatAt, limitAt)
        case .closing: limitAt
        case .closed: nil
        }
    }

    /// Packets are taken from the client and from the program.
    package var isOpen: Bool { phase == .open }

    /// Packets are held back because the transport is about to change.
    package var holdsPackets: Bool { upgrade == .probed }
}

// MARK: Packets

extension SessionMachine {
    /// What to do with a packet that is no message.
    package enum Reception: Equatable {
        /// Nothing.
        case ignore
        /// It was the pong: the deadline has moved.
        case reschedule
        /// It was the ping of a client of protocol 3: answer it; the deadline has moved.
        case answerPing
        /// The session is over.
        case end(CloseCause)
    }

    /// A packet came on the transport in use.
    ///
    /// Not asked for messages, because they come by the million: they are delivered exactly while `isOpen`.
    package mutating func receive(_ type: PacketType, timing: SessionTiming, now: UInt64) -> Reception {
        guard phase == .open else { return .ignore }
        switch type {
        case .pong where !clientPings:
            return receivePong(timing, now)
        case .ping where clientPings:
            heartbeatAt = now &+ timing.pingInterval &+ timing.pingTimeout
            return .answerPing
        case .ping, .pong:
            // Since protocol 4 only the server pings; a client of protocol 3 would wait for our pong for ever.
            phase = .closed
            return .end(CloseCause(.transportError, "invalid heartbeat direction"))
        case .close:
            phase = .closed
            return .end(CloseCause(.transportClose))
        case .open, .message, .upgrade, .noop:
            return .ignore
        }
    }

    private mutating func receivePong(_ timing: SessionTiming, _ now: UInt64) -> Reception {
        guard awaitsPong else { return .ignore }
        awaitsPong = false
        heartbeatAt = now &+ timing.pingInterval
        return .reschedule
    }
}

// MARK: Time

extension SessionMachine {
    /// What is due.
    package enum Expiry: Equatable {
        /// Nothing yet.
        case nothing
        /// Send a ping.
        case ping
        /// Close the upgrading WebSocket; the session goes on polling.
        case abandonUpgrade
        /// The session is over.
        case end(CloseCause)
    }

    /// The deadline has come.
    ///
    /// One thing at a time: call it again while it returns something else than `nothing`.
    package mutating func expire(timing: SessionTiming, now: UInt64) -> Expiry {
        guard phase != .closed else { return .nothing }
        if now >= limitAt, upgrade != .idle {
            abandonUpgrade(timing: timing, now: now)
            return .abandonUpgrade
        }
        if phase == .closing {
            guard now >= limitAt else { return .nothing }
            phase = .closed
            return .end(CloseCause(.forcedClose))
        }
        return upgrade == .probed ? .nothing : beat(timing, now)
    }

    private mutating func beat(_ timing: SessionTiming, _ now: UInt64) -> Expiry {
        guard now >= heartbeatAt else { return .nothing }
        if awaitsPong {
            phase = .closed
            return .end(CloseCause(.pingTimeout))
        }
        awaitsPong = true
        heartbeatAt = now &+ timing.pingTimeout
        return .ping
    }
}

// MARK: Polls

extension SessionMachine {
    /// How to answer a poll.
    package enum Poll: Equatable {
        /// With what is pending, or later when something is.
        case hold
        /// With a noop, now.
        case noop
        /// With what is pending and a close packet, now; then the session is over.
        case last
        /// With 400; another poll is pending, and the session is over.
        case overlap
        /// With 400; the session is over, or not polling any more.
        case refuse
    }

    /// A poll came; `isPending` when another one is not answered yet, `hasPackets` when there is something to answer.
    ///
    /// The last packets go before the end, in an answer of their own: clients take a packet up a moment later than the
    /// end of the connection, and would not learn that the server has sent them away.
    package mutating func poll(isPending: Bool, hasPackets: Bool = false) -> Poll {
        guard transport == .polling, phase != .closed else { return .refuse }
        if isPending {
            phase = .closed
            return .overlap
        }
        if upgrade == .probed { return .noop }
        if phase == .closing, !hasPackets {
            phase = .closed
            return .last
        }
        return .hold
    }
}

// MARK: Upgrade

extension SessionMachine {
    /// What to do with a packet of the upgrading WebSocket.
    package enum Probe: Equatable {
        /// Answer "3probe" there, and a noop to the pending poll.
        case answer
        /// The WebSocket is the transport now: send it what was held back, and end there if `phase` is closing.
        case switchTransport
        /// Close it; the session goes on polling.
        case refuse
    }

    /// A WebSocket came for this session: true when it may try.
    package mutating func beginUpgrade(timing: SessionTiming, now: UInt64) -> Bool {
        guard phase == .open, transport == .polling, upgrade == .idle else { return false }
        upgrade = .connected
        limitAt = now &+ timing.upgradeTimeout
        return true
    }

    /// A packet came on the upgrading WebSocket; `isProbe` when its payload is "probe".
    package mutating func receiveOnProbe(
        _ type: PacketType,
        isProbe: Bool,
        timing: SessionTiming,
        now: UInt64
    ) -> Probe {
        guard phase != .closed, upgrade != .idle else { return .refuse }
        switch type {
        case .ping where isProbe:
            upgrade = .probed
            return .answer
        case .upgrade:
            endUpgrade(timing, now)
            transport = .websocket
            return .switchTransport
        default:
            abandonUpgrade(timing: timing, now: now)
            return .refuse
        }
    }

    /// The upgrading WebSocket is gone, or took too long.
    package mutating func abandonUpgrade(timing: SessionTiming, now: UInt64) {
        guard phase != .closed, upgrade != .idle else { return }
        endUpgrade(timing, now)
    }

    /// The heartbeat stood still since the probe: a ping that is due goes out now, and a pong that may be on its way
    /// gets its full time again.
    private mutating func endUpgrade(_ timing: SessionTiming, _ now: UInt64) {
        if upgrade == .probed {
            heartbeatAt = max(heartbeatAt, awaitsPong ? now &+ timing.pingTimeout : now)
        }
        upgrade = .idle
        limitAt = phase == .closing ? now &+ timing.closeTimeout : .max
    }
}

// MARK: Close

extension SessionMachine {
    /// How to close.
    package enum Closing: Equatable {
        /// There is nothing to close.
        case nothing
        /// Say so on the transport, now; the session is over.
        case now
        /// Wait for the poll that takes the last packets; drop an upgrading WebSocket.
        case afterPoll
        /// Wait for the end of the upgrade; if it fails, for the poll after it.
        case afterUpgrade
    }

    /// The program closes the session; `canAnswer` when the transport can say so at once (WebSocket, pending poll).
    package mutating func close(canAnswer: Bool, timing: SessionTiming, now: UInt64) -> Closing {
        guard phase == .open else { return .nothing }
        if upgrade == .probed {
            phase = .closing
            return .afterUpgrade
        }
        upgrade = .idle
        if canAnswer {
            phase = .closed
            return .now
        }
        phase = .closing
        limitAt = now &+ timing.closeTimeout
        return .afterPoll
    }

    /// The session is over for a reason that this machine does not see: true when it was not over before.
    package mutating func end() -> Bool {
        guard phase != .closed else { return false }
        phase = .closed
        upgrade = .idle
        return true
    }
}
