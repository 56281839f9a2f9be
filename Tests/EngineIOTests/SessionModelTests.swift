import TestSupport
import Testing

@testable import EngineIO

/// What a session should do, told by facts and their times.
///
/// It keeps no deadline: each is worked out when it is asked for.
private struct SessionModel {
    let timing: SessionTiming
    let clientPings: Bool
    var isWebSocket: Bool
    /// When the client was last heard to be alive; its opening counts.
    var aliveAt: UInt64
    /// When the ping went out that is not answered.
    var pingAt: UInt64?
    /// Until when the heartbeat stood still for an upgrade.
    var stoodStillUntil: UInt64 = 0
    var upgradeAt: UInt64?
    var isProbed = false
    var closingAt: UInt64?
    var isOver = false

    init(_ transport: TransportName, _ timing: SessionTiming, now: UInt64, clientPings: Bool) {
        self.timing = timing
        self.clientPings = clientPings
        isWebSocket = transport == .websocket
        aliveAt = now
    }

    var isOpen: Bool { !isOver && closingAt == nil }

    /// When the client is given up.
    private var silenceEnds: UInt64? {
        let still = stoodStillUntil == 0 ? 0 : stoodStillUntil + timing.pingTimeout
        if clientPings { return max(aliveAt + timing.pingInterval + timing.pingTimeout, still) }
        return pingAt.map { max($0 + timing.pingTimeout, still) }
    }

    private var nextPing: UInt64? {
        clientPings || pingAt != nil ? nil : max(aliveAt + timing.pingInterval, stoodStillUntil)
    }

    var deadline: UInt64? {
        if isOver { return nil }
        let upgradeEnds = upgradeAt.map { $0 + timing.upgradeTimeout }
        if let closingAt { return upgradeEnds ?? closingAt + timing.closeTimeout }
        return isProbed ? upgradeEnds : [silenceEnds, nextPing, upgradeEnds].compactMap { $0 }.min()
    }

    /// The same words as those of `SessionScript.play`.
    mutating func play(_ input: SessionInput, at now: UInt64) -> String {
        switch input {
        case .receive(let type): receive(type, now)
        case .expire: expire(now)
        case .poll(let isPending): poll(isPending)
        case .beginUpgrade: beginUpgrade(now)
        case .probe(let type, let isProbe): probe(type, isProbe, now)
        case .probeGone: probeGone(now)
        case .close(let canAnswer): close(canAnswer, now)
        case .end: end("true", otherwise: "false")
        }
    }

    private mutating func end(_ word: String, otherwise: String = "nothing") -> String {
        guard !isOver else { return otherwise }
        isOver = true
        return word
    }

    private mutating func receive(_ type: PacketType, _ now: UInt64) -> String {
        guard isOpen else { return "ignore" }
        switch (type, clientPings) {
        case (.close, _): return end("transport close")
        case (.ping, false), (.pong, true): return end("transport error")
        case (.ping, true):
            aliveAt = now
            // What the upgrade gave is no longer of interest: a ping counts from when it came.
            stoodStillUntil = 0
            return "answerPing"
        case (.pong, false) where pingAt != nil:
            (aliveAt, pingAt) = (now, nil)
            return "reschedule"
        default: return "ignore"
        }
    }

    private mutating func expire(_ now: UInt64) -> String {
        guard !isOver, let deadline, now >= deadline else { return "nothing" }
        if let upgradeAt, now >= upgradeAt + timing.upgradeTimeout {
            _ = probeGone(now)
            return "abandonUpgrade"
        }
        if closingAt != nil { return end("forced close") }
        if let silenceEnds, now >= silenceEnds { return end("ping timeout") }
        pingAt = now
        return "ping"
    }

    private mutating func poll(_ isPending: Bool) -> String {
        if isOver || isWebSocket { return "refuse" }
        if isPending { return end("overlap") }
        if isProbed { return "noop" }
        return closingAt == nil ? "hold" : end("last")
    }

    private mutating func beginUpgrade(_ now: UInt64) -> String {
        guard isOpen, !isWebSocket, upgradeAt == nil else { return "false" }
        upgradeAt = now
        return "true"
    }

    private mutating func probe(_ type: PacketType, _ isProbe: Bool, _ now: UInt64) -> String {
        guard !isOver, upgradeAt != nil else { return "refuse" }
        if type == .ping, isProbe {
            isProbed = true
            return "answer"
        }
        _ = probeGone(now)
        guard type == .upgrade else { return "refuse" }
        isWebSocket = true
        return "switchTransport"
    }

    private mutating func probeGone(_ now: UInt64) -> String {
        guard !isOver, upgradeAt != nil else { return "()" }
        if isProbed { stoodStillUntil = now }
        // A session that closes has its time for it from now on.
        if closingAt != nil { closingAt = now }
        (upgradeAt, isProbed) = (nil, false)
        return "()"
    }

    private mutating func close(_ canAnswer: Bool, _ now: UInt64) -> String {
        guard isOpen else { return "nothing" }
        if isProbed {
            closingAt = now
            return "afterUpgrade"
        }
        upgradeAt = nil
        if canAnswer { return end("now") }
        closingAt = now
        return "afterPoll"
    }
}

extension SplitMix {
    /// True once in `count` times.
    fileprivate mutating func once(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }
}

/// What may happen next, the usual more often than the rest.
private func anything(_ random: inout SplitMix) -> SessionInput {
    func type() -> PacketType { PacketType.allCases.randomElement(using: &random) ?? .noop }
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<40: return .expire
    case 40..<55: return .receive(random.once(in: 8) ? type() : .pong)
    case 55..<60: return .receive(random.once(in: 2) ? .message : .ping)
    case 60..<74: return .poll(isPending: random.once(in: 40))
    case 74..<80: return .beginUpgrade
    case 80..<88: return .probe(.ping, data: !random.once(in: 5))
    case 88..<92: return .probe(random.once(in: 3) ? type() : .upgrade)
    case 92..<96: return .probeGone
    case 96..<98: return .close(canAnswer: random.once(in: 2))
    default: return random.once(in: 4) ? .end : .poll(isPending: false)
    }
}

/// The clock goes on by nothing, by a little, or to the deadline and one to either side of it.
private func pass(_ now: UInt64, deadline: UInt64?, _ random: inout SplitMix) -> UInt64 {
    switch (Int.random(in: 0..<6, using: &random), deadline) {
    case (0...1, _): now
    case (2...3, let deadline?): max(now, deadline + UInt64.random(in: 0...2, using: &random) - 1)
    case (4, _): now + UInt64.random(in: 0...60, using: &random)
    default: now + UInt64.random(in: 0...1_500, using: &random)
    }
}

@Suite struct SessionModelTests {
    /// Plays one life of a session to its end and a little beyond; the number of steps, 0 after a divergence.
    private func life(_ random: inout SplitMix, seed: UInt64) -> Int {
        var now = UInt64.random(in: 0...10_000, using: &random)
        let transport: TransportName = random.once(in: 4) ? .websocket : .polling
        let clientPings = random.once(in: 4)
        var script = SessionScript(transport, now: now)
        script.machine = SessionMachine(transport: transport, timing: script.timing, now: now, clientPings: clientPings)
        var model = SessionModel(transport, script.timing, now: now, clientPings: clientPings)
        var history: [String] = []
        var left = 10
        while left > 0 {
            now = pass(now, deadline: model.deadline, &random)
            let input = anything(&random)
            let (found, wanted) = (script.play(input, at: now), model.play(input, at: now))
            history.append("\(now) \(input) -> \(found)")
            let machine = script.machine
            let isSame =
                found == wanted && machine.deadline == model.deadline && machine.isOpen == model.isOpen
                && (machine.transport == .websocket) == model.isWebSocket
            guard isSame, !machine.isOpen || machine.holdsPackets == model.isProbed else {
                let story = history.suffix(30).joined(separator: "\n")
                Issue.record(
                    "seed \(seed): \(wanted) until \(model.deadline ?? 0), not until \(machine.deadline ?? 0)\n\(story)"
                )
                return 0
            }
            if model.isOver { left -= 1 }
        }
        return history.count
    }

    @Test(arguments: 1...UInt64(8)) func `whatever happens to a session, it does what the model does`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var steps = 0
        while steps < 15_000 {
            let played = life(&random, seed: seed)
            guard played > 0 else { return }
            steps += played
        }
    }
}
