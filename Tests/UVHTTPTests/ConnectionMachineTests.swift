import Testing

@testable import UVHTTP

@Suite struct ConnectionMachineTests {
    /// Deadlines that can be told apart.
    private static let options: HTTPOptions = {
        var options = HTTPOptions()
        options.headTimeout = 10
        options.bodyTimeout = 20
        options.idleTimeout = 30
        options.stallTimeout = 40
        options.lingerTimeout = 5
        return options
    }()

    private func machine(now: UInt64 = 1000) -> ConnectionMachine {
        ConnectionMachine(Self.options, now: now)
    }

    /// A machine whose request is being answered since 1000.
    private func answering(keepAlive: Bool = true) -> ConnectionMachine {
        var machine = machine()
        machine.received(now: 1000)
        machine.headEnded(keepAlive: keepAlive)
        return machine
    }

    @Test func `a connection that says nothing is closed`() {
        var machine = machine()
        #expect(machine.deadline == 1010)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1009) == .none)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1010) == .close)
        #expect(machine.state == .closed)
    }

    @Test func `a head that is not complete in time is refused, however many bytes still come`() {
        var machine = machine()
        machine.received(now: 1008)
        machine.received(now: 1017)
        #expect(machine.deadline == 1018)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1018) == .refuseLateHead)
        #expect(machine.state == .lingering)
    }

    @Test func `an answer may take as long as it likes`() {
        var machine = answering()
        #expect(machine.deadline == ConnectionMachine.never)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1_000_000) == .none)
    }

    @Test func `a body that is awaited must come in time`() {
        var machine = answering()
        machine.bodyAwaited(now: 1001)
        #expect(machine.deadline == 1021)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1021) == .refuseLateBody)
        #expect(!machine.keepsAlive)
        #expect(machine.deadline == ConnectionMachine.never)
    }

    @Test func `a complete body has no deadline`() {
        var machine = answering()
        machine.bodyAwaited(now: 1001)
        machine.bodyEnded()
        #expect(machine.deadline == ConnectionMachine.never)
    }

    @Test func `a kept connection waits for its next request, and not for ever`() {
        var machine = answering()
        #expect(machine.answered(inputUsable: true, hasMore: false, now: 1100) == .next)
        #expect(machine.state == .waiting)
        #expect(machine.deadline == 1130)
        machine.received(now: 1129)
        #expect(machine.deadline == 1139)
    }

    @Test(arguments: [(false, true), (true, false), (false, false)])
    func `a connection that cannot be kept lingers after its answer`(keepAlive: Bool, inputUsable: Bool) {
        var machine = answering(keepAlive: keepAlive)
        #expect(machine.answered(inputUsable: inputUsable, hasMore: true, now: 1100) == .linger)
        #expect(machine.deadline == 1105)
        #expect(machine.expired(unsent: 0, taken: 0, now: 1105) == .close)
    }

    @Test func `a lingering connection closes with the peer`() {
        var machine = answering(keepAlive: false)
        _ = machine.answered(inputUsable: true, hasMore: false, now: 1100)
        #expect(machine.peerEnded(unsent: 0, now: 1101) == .close)
    }

    @Test func `a lingering connection closes only when the peer has taken its answer`() {
        var machine = answering(keepAlive: false)
        _ = machine.answered(inputUsable: true, hasMore: false, now: 1100)
        #expect(machine.peerEnded(unsent: 9, now: 1101) == .none)
        #expect(machine.drained(now: 1102) == .close)
    }

    @Test func `an end between requests closes, and one in the turn of an answer waits for it`() {
        var idle = machine()
        #expect(idle.peerEnded(unsent: 0, now: 1001) == .close)
        var busy = answering()
        _ = busy.answered(inputUsable: true, hasMore: false, now: 1100)
        #expect(busy.peerEnded(unsent: 9, now: 1100) == .linger)
        #expect(busy.drained(now: 1100) == .close)
    }

    @Test func `an end during an answer is reported, and the next requests are still served`() {
        var machine = answering()
        #expect(machine.peerEnded(unsent: 0, now: 1001) == .reportPeerEnd)
        #expect(machine.answered(inputUsable: true, hasMore: true, now: 1100) == .next)
        machine.headEnded(keepAlive: true)
        #expect(machine.answered(inputUsable: true, hasMore: false, now: 1101) == .linger)
    }

    @Test func `draining closes an idle connection at once`() {
        var machine = machine()
        #expect(machine.drain(unsent: 0, now: 1001) == .close)
    }

    @Test func `draining lets an answer finish and then ends`() {
        var machine = answering()
        #expect(machine.drain(unsent: 0, now: 1001) == .none)
        #expect(!machine.keepsAlive)
        #expect(machine.answered(inputUsable: true, hasMore: true, now: 1100) == .linger)
    }

    @Test func `draining waits for no head that has only begun`() {
        var machine = machine()
        machine.received(now: 1001)
        #expect(machine.drain(unsent: 0, now: 1002) == .close)
        var busy = answering()
        _ = busy.answered(inputUsable: true, hasMore: true, now: 1100)
        busy.received(now: 1101)
        #expect(busy.drain(unsent: 9, now: 1102) == .linger)
    }

    @Test func `draining lets an answer of the same turn leave`() {
        var machine = answering()
        _ = machine.answered(inputUsable: true, hasMore: false, now: 1100)
        #expect(machine.drain(unsent: 9, now: 1100) == .linger)
    }

    @Test func `a peer that takes nothing is closed`() {
        var machine = answering()
        machine.wrote(unsent: 500, taken: 100, now: 1100)
        #expect(machine.deadline == 1140)
        #expect(machine.expired(unsent: 500, taken: 100, now: 1140) == .close)
    }

    @Test func `a peer that takes a little is given more time, even when more is written meanwhile`() {
        var machine = answering()
        machine.wrote(unsent: 500, taken: 100, now: 1100)
        #expect(machine.expired(unsent: 900, taken: 101, now: 1140) == .none)
        #expect(machine.deadline == 1180)
    }

    @Test func `writing more to a peer that takes nothing does not give it more time`() {
        var machine = answering()
        machine.wrote(unsent: 500, taken: 100, now: 1100)
        machine.wrote(unsent: 600, taken: 100, now: 1139)
        #expect(machine.deadline == 1140)
    }

    @Test func `idleness begins when the answer has left`() {
        var machine = answering()
        _ = machine.answered(inputUsable: true, hasMore: false, now: 1100)
        machine.wrote(unsent: 500, taken: 100, now: 1100)
        #expect(machine.expired(unsent: 400, taken: 200, now: 1130) == .none)
        #expect(machine.deadline == 1140)
        #expect(machine.drained(now: 1135) == .none)
        #expect(machine.deadline == 1165)
    }

    @Test func `nothing happens after the end`() {
        var machine = machine()
        machine.closed()
        #expect(machine.deadline == ConnectionMachine.never)
        #expect(machine.linger(now: 1) == .none)
        #expect(machine.drain(unsent: 0, now: 1) == .none)
        #expect(machine.peerEnded(unsent: 0, now: 1) == .none)
        #expect(machine.expired(unsent: 0, taken: 0, now: .max) == .none)
        #expect(machine.answered(inputUsable: true, hasMore: true, now: 1) == .none)
    }
}
