import Testing

@testable import EngineIO

/// Something that happens to a session.
enum SessionInput {
    case receive(PacketType)
    case expire
    case poll(isPending: Bool)
    case beginUpgrade
    case probe(PacketType, data: Bool = false)
    case probeGone
    case close(canAnswer: Bool)
    case end
}

/// A session, a clock that only the test moves, and the actions so far.
struct SessionScript {
    var machine: SessionMachine
    let timing: SessionTiming

    init(_ transport: TransportName = .polling, now: UInt64 = 0) {
        var timing = SessionTiming()
        timing.pingInterval = 300
        timing.pingTimeout = 200
        timing.upgradeTimeout = 1_000
        timing.closeTimeout = 5_000
        self.timing = timing
        machine = SessionMachine(transport: transport, timing: timing, now: now)
    }

    /// What the machine wants done.
    mutating func play(_ input: SessionInput, at now: UInt64) -> String {
        switch input {
        case .receive(let type): Self.text(machine.receive(type, timing: timing, now: now))
        case .expire: Self.text(machine.expire(timing: timing, now: now))
        case .poll(let isPending): "\(machine.poll(isPending: isPending))"
        case .beginUpgrade: "\(machine.beginUpgrade(timing: timing, now: now))"
        case .probe(let type, let data): "\(machine.receiveOnProbe(type, isProbe: data, timing: timing, now: now))"
        case .probeGone: "\(machine.abandonUpgrade(timing: timing, now: now))"
        case .close(let canAnswer): "\(machine.close(canAnswer: canAnswer, timing: timing, now: now))"
        case .end: "\(machine.end())"
        }
    }

    private static func text(_ reception: SessionMachine.Reception) -> String {
        if case .end(let cause) = reception { cause.reason.rawValue } else { "\(reception)" }
    }

    private static func text(_ expiry: SessionMachine.Expiry) -> String {
        if case .end(let cause) = expiry { cause.reason.rawValue } else { "\(expiry)" }
    }

    /// Plays a list of (time, input) -> (action, next deadline).
    mutating func expect(
        _ steps: [(UInt64, SessionInput, String, deadline: UInt64?)],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (index, step) in steps.enumerated() {
            let action = play(step.1, at: step.0)
            #expect(action == step.2, "step \(index)", sourceLocation: sourceLocation)
            #expect(machine.deadline == step.deadline, "deadline after step \(index)", sourceLocation: sourceLocation)
        }
    }
}

@Suite struct SessionMachineTests {
    @Test func `a ping goes out after each interval, and its pong begins the next`() {
        var script = SessionScript(.websocket)
        #expect(script.machine.deadline == 300)
        script.expect([
            (299, .expire, "nothing", deadline: 300),
            (300, .expire, "ping", deadline: 500),
            (300, .expire, "nothing", deadline: 500),
            (450, .receive(.pong), "reschedule", deadline: 750),
            (460, .receive(.pong), "ignore", deadline: 750),
            (750, .expire, "ping", deadline: 950),
        ])
    }

    @Test func `a ping that nobody answers ends the session`() {
        var script = SessionScript(.websocket)
        script.expect([
            (310, .expire, "ping", deadline: 510),
            (509, .expire, "nothing", deadline: 510),
            (510, .receive(.message), "ignore", deadline: 510),
            (510, .expire, "ping timeout", deadline: nil),
            (520, .expire, "nothing", deadline: nil),
            (520, .receive(.pong), "ignore", deadline: nil),
            (520, .end, "false", deadline: nil),
        ])
        #expect(!script.machine.isOpen)
    }

    @Test(arguments: [
        (PacketType.open, "ignore"), (.close, "transport close"), (.ping, "transport error"), (.pong, "ignore"),
        (.message, "ignore"), (.upgrade, "ignore"), (.noop, "ignore"),
    ])
    func `packets that no client has to send are forgiven, but for a ping`(_ type: PacketType, _ action: String) {
        var script = SessionScript()
        #expect(script.play(.receive(type), at: 0) == action)
        #expect(script.machine.isOpen == (action == "ignore"))
        #expect(script.play(.receive(type), at: 0) == "ignore")
    }

    @Test func `a poll waits, and a second one beside it ends the session`() {
        var script = SessionScript()
        script.expect([
            (0, .poll(isPending: false), "hold", deadline: 300),
            (1, .poll(isPending: true), "overlap", deadline: nil),
            (2, .poll(isPending: false), "refuse", deadline: nil),
        ])
    }

    @Test func `an upgrade holds packets back from the probe to the switch`() {
        var script = SessionScript()
        script.expect([
            (0, .poll(isPending: false), "hold", deadline: 300),
            (10, .beginUpgrade, "true", deadline: 300),
            (11, .beginUpgrade, "false", deadline: 300),
        ])
        #expect(!script.machine.holdsPackets)
        script.expect([(20, .probe(.ping, data: true), "answer", deadline: 1_010)])
        #expect(script.machine.holdsPackets)
        script.expect([
            (21, .poll(isPending: false), "noop", deadline: 1_010),
            (22, .poll(isPending: false), "noop", deadline: 1_010),
            (30, .probe(.upgrade), "switchTransport", deadline: 300),
            (31, .poll(isPending: false), "refuse", deadline: 300),
            (32, .beginUpgrade, "false", deadline: 300),
        ])
        #expect(!script.machine.holdsPackets)
        #expect(script.machine.transport == .websocket)
    }

    @Test func `the heartbeat stands still while packets are held back`() {
        var script = SessionScript()
        script.expect([
            (290, .beginUpgrade, "true", deadline: 300),
            (295, .probe(.ping, data: true), "answer", deadline: 1_290),
            (900, .expire, "nothing", deadline: 1_290),
            (1_000, .probe(.upgrade), "switchTransport", deadline: 1_000),
            (1_000, .expire, "ping", deadline: 1_200),
        ])
    }

    @Test func `a pong that an upgrade holds up gets its full time again`() {
        var script = SessionScript()
        script.expect([
            (300, .expire, "ping", deadline: 500),
            (400, .beginUpgrade, "true", deadline: 500),
            (410, .probe(.ping, data: true), "answer", deadline: 1_400),
            (700, .expire, "nothing", deadline: 1_400),
            (800, .probe(.upgrade), "switchTransport", deadline: 1_000),
            (900, .receive(.pong), "reschedule", deadline: 1_200),
        ])
    }

    @Test func `an upgrade that takes too long is given up, and another may try`() {
        var script = SessionScript()
        script.expect([
            (100, .beginUpgrade, "true", deadline: 300),
            (110, .probe(.ping, data: true), "answer", deadline: 1_100),
            (1_099, .expire, "nothing", deadline: 1_100),
            (1_100, .expire, "abandonUpgrade", deadline: 1_100),
            (1_100, .expire, "ping", deadline: 1_300),
            (1_150, .poll(isPending: false), "hold", deadline: 1_300),
            (1_160, .beginUpgrade, "true", deadline: 1_300),
        ])
    }

    @Test func `a WebSocket that never speaks does not stop the heartbeat`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (300, .expire, "ping", deadline: 500),
            (500, .expire, "ping timeout", deadline: nil),
            (501, .probe(.ping, data: true), "refuse", deadline: nil),
        ])
    }

    @Test(arguments: PacketType.allCases) func `anything but a probe or an upgrade ends the attempt`(_ type: PacketType)
    {
        var script = SessionScript()
        _ = script.play(.beginUpgrade, at: 0)
        #expect(script.play(.probe(type), at: 1) == (type == .upgrade ? "switchTransport" : "refuse"))
        #expect(script.machine.isOpen)
        #expect(script.machine.upgrade == .idle)
    }

    @Test func `a WebSocket that goes away leaves the session polling`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (1, .probe(.ping, data: true), "answer", deadline: 1_000),
            (2, .probeGone, "()", deadline: 300),
            (3, .probeGone, "()", deadline: 300),
            (4, .poll(isPending: false), "hold", deadline: 300),
        ])
    }

    @Test func `closing is immediate where the client can be told`() {
        var script = SessionScript(.websocket)
        script.expect([
            (0, .close(canAnswer: true), "now", deadline: nil),
            (0, .close(canAnswer: true), "nothing", deadline: nil),
        ])
    }

    @Test func `closing waits for the poll that takes the rest`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (10, .close(canAnswer: false), "afterPoll", deadline: 5_010),
            (11, .receive(.close), "ignore", deadline: 5_010),
            (12, .beginUpgrade, "false", deadline: 5_010),
            (400, .expire, "nothing", deadline: 5_010),
            (500, .poll(isPending: false), "last", deadline: nil),
            (501, .poll(isPending: false), "refuse", deadline: nil),
        ])
    }

    @Test func `closing waits for the end of an upgrade that has begun`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (1, .probe(.ping, data: true), "answer", deadline: 1_000),
            (10, .close(canAnswer: false), "afterUpgrade", deadline: 1_000),
            (11, .poll(isPending: false), "noop", deadline: 1_000),
            (12, .receive(.message), "ignore", deadline: 1_000),
            (13, .probe(.upgrade), "switchTransport", deadline: 5_013),
            (14, .end, "true", deadline: nil),
        ])
    }

    @Test func `closing goes on polling when the upgrade fails`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (1, .probe(.ping, data: true), "answer", deadline: 1_000),
            (10, .close(canAnswer: true), "afterUpgrade", deadline: 1_000),
            (1_000, .expire, "abandonUpgrade", deadline: 6_000),
            (1_001, .poll(isPending: false), "last", deadline: nil),
        ])
    }

    @Test func `closing does not wait for ever`() {
        var script = SessionScript()
        script.expect([
            (0, .close(canAnswer: false), "afterPoll", deadline: 5_000),
            (5_000, .expire, "forced close", deadline: nil),
            (5_001, .poll(isPending: false), "refuse", deadline: nil),
        ])
    }

    @Test func `whatever ends the session ends its upgrade`() {
        var script = SessionScript()
        script.expect([
            (0, .beginUpgrade, "true", deadline: 300),
            (1, .end, "true", deadline: nil),
            (2, .probe(.upgrade), "refuse", deadline: nil),
            (3, .expire, "nothing", deadline: nil),
        ])
    }
}
