// ClientMachine: every transition of a client's session, without a socket and without a clock.
//
//       opening ──open packet──> open ──close()──> closing ──everything is out, or closeTimeout──> closed
//          └──a fault, connectTimeout──> closed <──a fault, the server's close, no ping──┘
//
// While it is open and polling, an upgrade goes idle -> probing (a WebSocket is being opened, or has said "2probe") ->
// pausing ("3probe" came: nothing new is polled or posted, what is under way ends) -> idle (all has ended: "5" goes out,
// the transport is the WebSocket now; or it failed: still polling). So a packet is either before the switch or after it.
// The heartbeat is the server's to begin: a client only notices that it has stopped.
// The caller does what the returned values say and, whenever it has called, sets its timer to `deadline`.

/// The state of one client.
package struct ClientMachine: Equatable {
    /// How far the life of a session has come.
    package enum Phase: UInt8 {
        /// The open packet has not come.
        case opening
        /// Packets go both ways.
        case open
        /// Nothing more is delivered; what was sent still goes out.
        case closing
        /// It is over.
        case closed
    }

    /// How far an upgrade has come.
    package enum Upgrade: UInt8 {
        /// There is none.
        case idle
        /// A WebSocket is opening, or waits for its "3probe".
        case probing
        /// The WebSocket works: requests that are under way end first.
        case pausing
    }

    /// How far the life of the session has come.
    package private(set) var phase = Phase.opening
    /// How far an upgrade has come.
    package private(set) var upgrade = Upgrade.idle
    /// The transport in use.
    package private(set) var transport: TransportName
    /// From one sign of life to the latest time of the next.
    private var patience: UInt64 = 0
    /// When the server counts as dead.
    private var heartbeatAt = UInt64.max
    /// The latest end of the opening, the upgrade, or the closing.
    private var limitAt: UInt64

    /// A session that begins to open now; 0 milliseconds stand for no limit.
    package init(transport: TransportName, connectTimeout: UInt64, now: UInt64) {
        self.transport = transport
        limitAt = Self.time(after: connectTimeout, now)
    }

    private static func time(after milliseconds: UInt64, _ now: UInt64) -> UInt64 {
        milliseconds == 0 ? .max : now.addingReportingOverflow(milliseconds).overflow ? .max : now &+ milliseconds
    }

    /// When `expire` is to be called next; nil when that is never.
    package var deadline: UInt64? {
        let deadline = min(limitAt, phase == .open ? heartbeatAt : .max)
        return phase == .closed || deadline == .max ? nil : deadline
    }

    /// Packets are taken from the server and from the program.
    package var isOpen: Bool { phase == .open }

    /// What is sent waits: for the open packet, or for the end of an upgrade.
    package var holdsPackets: Bool { phase == .opening || upgrade == .pausing }
}

// MARK: Packets

extension ClientMachine {
    /// What to do with a packet that is no message.
    package enum Reception: Equatable {
        /// Nothing.
        case ignore
        /// Read the handshake, and call `opened`.
        case open
        /// Answer with a pong; the deadline has moved.
        case answerPing
        /// The session is over, or the opening has failed when it was not open.
        case end(CloseCause)
    }

    /// A packet came on the transport in use; not asked for messages, which are delivered exactly while `isOpen`.
    package mutating func receive(_ type: PacketType, now: UInt64) -> Reception {
        guard phase != .closed else { return .ignore }
        live(now: now)
        switch type {
        case .open:
            // A second one would change the rules of a session under way.
            return phase == .opening ? .open : .ignore
        case .close:
            let cause = CloseCause(phase == .closing ? .forcedClose : .transportClose)
            phase = .closed
            return .end(cause)
        case .ping: return phase == .open ? .answerPing : .ignore
        case .pong, .message, .upgrade, .noop: return .ignore
        }
    }

    /// A sign of life: whatever comes from the server shows that it is there.
    package mutating func live(now: UInt64) {
        guard phase == .open else { return }
        heartbeatAt = Self.time(after: patience, now)
    }

    /// The open packet was read.
    package mutating func opened(_ handshake: EngineHandshake, now: UInt64) {
        guard phase == .opening else { return }
        phase = .open
        limitAt = .max
        patience = handshake.pingInterval &+ handshake.pingTimeout
        heartbeatAt = Self.time(after: patience, now)
    }

    /// The first transport did not open: another one is tried, within the same time.
    package mutating func tryAnother(_ transport: TransportName) {
        guard phase == .opening else { return }
        self.transport = transport
    }
}

// MARK: Time

extension ClientMachine {
    /// What is due.
    package enum Expiry: Equatable {
        /// Nothing yet.
        case nothing
        /// The opening took too long; it is over.
        case failOpening
        /// Close the upgrading WebSocket; the session goes on polling.
        case abandonUpgrade
        /// The session is over.
        case end(CloseCause)
    }

    /// The deadline has come.
    package mutating func expire(now: UInt64) -> Expiry {
        switch phase {
        case .closed: return .nothing
        case .opening:
            guard now >= limitAt else { return .nothing }
            phase = .closed
            return .failOpening
        case .closing:
            guard now >= limitAt else { return .nothing }
            phase = .closed
            return .end(CloseCause(.forcedClose))
        case .open:
            if now >= heartbeatAt {
                phase = .closed
                return .end(CloseCause(.pingTimeout))
            }
            return now >= limitAt && abandonUpgrade() ? .abandonUpgrade : .nothing
        }
    }
}

// MARK: Upgrade

extension ClientMachine {
    /// What to do with a packet of the upgrading WebSocket.
    package enum Probe: Equatable {
        /// Begin nothing new on polling, and call `paused` when what is under way has ended.
        case pause
        /// Close it; the session goes on polling.
        case refuse
    }

    /// A WebSocket is opened for this session: true when it may be.
    package mutating func beginUpgrade(timeout: UInt64, now: UInt64) -> Bool {
        guard phase == .open, transport == .polling, upgrade == .idle else { return false }
        upgrade = .probing
        limitAt = Self.time(after: timeout, now)
        return true
    }

    /// A packet came on the upgrading WebSocket; `isProbe` when its payload is "probe".
    package mutating func receiveOnProbe(_ type: PacketType, isProbe: Bool) -> Probe {
        guard phase == .open, upgrade == .probing, type == .pong, isProbe else {
            _ = abandonUpgrade()
            return .refuse
        }
        upgrade = .pausing
        return .pause
    }

    /// Nothing is under way on polling any more: true when the transport is the WebSocket from here on.
    package mutating func paused() -> Bool {
        guard phase == .open, upgrade == .pausing else { return false }
        upgrade = .idle
        limitAt = .max
        transport = .websocket
        return true
    }

    /// The upgrading WebSocket is gone, or took too long: true when there was one.
    package mutating func abandonUpgrade() -> Bool {
        guard upgrade != .idle else { return false }
        upgrade = .idle
        if phase == .open { limitAt = .max }
        return true
    }
}

// MARK: Close

extension ClientMachine {
    /// How to close.
    package enum Closing: Equatable {
        /// There is nothing to close.
        case nothing
        /// Give the opening up; the session is over.
        case now
        /// Send what waits, say so, and call `end` when it is out.
        case afterSending
    }

    /// The program closes the session.
    package mutating func close(timeout: UInt64, now: UInt64) -> Closing {
        switch phase {
        case .opening:
            phase = .closed
            return .now
        case .open:
            phase = .closing
            upgrade = .idle
            limitAt = Self.time(after: timeout, now)
            return .afterSending
        case .closing, .closed: return .nothing
        }
    }

    /// How a session ends for a reason that this machine does not see.
    package enum Ending: Equatable {
        /// It was over before.
        case nothing
        /// It never was open.
        case failed
        /// It is over, for this reason.
        case closed(CloseCause)
    }

    /// The session is over for a reason that this machine does not see.
    package mutating func end(_ cause: CloseCause) -> Ending {
        defer { (phase, upgrade) = (.closed, .idle) }
        switch phase {
        case .opening: return .failed
        case .open: return .closed(cause)
        case .closing: return .closed(CloseCause(.forcedClose))
        case .closed: return .nothing
        }
    }
}
