import EngineIO
import Testing

@Suite struct ClientMachineTests {
    private static let handshake = EngineHandshake(
        sid: "a",
        upgrades: [.websocket],
        pingInterval: 250,
        pingTimeout: 200,
        maxPayload: 0
    )

    private func opening() -> ClientMachine {
        ClientMachine(transport: .polling, connectTimeout: 1_000, now: 100)
    }

    /// Open since 500: dead at 950 unless something comes.
    private func open() -> ClientMachine {
        var machine = opening()
        #expect(machine.receive(.open, now: 500) == .open)
        machine.opened(Self.handshake, now: 500)
        return machine
    }

    private func pausing() -> ClientMachine {
        var machine = open()
        #expect(machine.beginUpgrade(timeout: 100, now: 500) == true)
        #expect(machine.receiveOnProbe(.pong, isProbe: true) == .pause)
        return machine
    }

    // MARK: Opening

    @Test func `an opening ends with the open packet`() {
        var machine = opening()
        #expect(machine.deadline == 1_100)
        #expect(machine.holdsPackets)
        for type in [PacketType.ping, .pong, .message, .upgrade, .noop] {
            #expect(machine.receive(type, now: 200) == .ignore)
        }
        #expect(machine.receive(.open, now: 500) == .open)
        machine.opened(Self.handshake, now: 500)
        #expect(machine.phase == .open)
        #expect(machine.deadline == 950)
        #expect(!machine.holdsPackets)
        #expect(machine.receive(.open, now: 600) == .ignore)
    }

    @Test func `an opening fails by its time, by the server's close and by a fault`() {
        var late = opening()
        #expect(late.expire(now: 1_099) == .nothing)
        #expect(late.expire(now: 1_100) == .failOpening)
        #expect(late.phase == .closed)
        #expect(late.deadline == nil)
        var refused = opening()
        #expect(refused.receive(.close, now: 200) == .end(CloseCause(.transportClose)))
        var faulty = opening()
        #expect(faulty.end(CloseCause(.transportError)) == .failed)
        #expect(faulty.end(CloseCause(.transportError)) == .nothing)
    }

    @Test func `an opening without a limit waits, and may change its transport`() {
        var machine = ClientMachine(transport: .websocket, connectTimeout: 0, now: 100)
        #expect(machine.deadline == nil)
        #expect(machine.expire(now: .max - 1) == .nothing)
        machine.tryAnother(.polling)
        #expect(machine.transport == .polling)
    }

    // MARK: Heartbeat

    @Test func `whatever comes is a sign of life, and silence is the end`() {
        var machine = open()
        #expect(machine.receive(.ping, now: 700) == .answerPing)
        #expect(machine.deadline == 1_150)
        #expect(machine.receive(.noop, now: 800) == .ignore)
        #expect(machine.deadline == 1_250)
        machine.live(now: 900)
        #expect(machine.deadline == 1_350)
        #expect(machine.expire(now: 1_349) == .nothing)
        #expect(machine.expire(now: 1_350) == .end(CloseCause(.pingTimeout)))
        #expect(machine.receive(.ping, now: 1_351) == .ignore)
    }

    @Test func `a server without a heartbeat is never missed`() {
        var machine = opening()
        machine.opened(
            EngineHandshake(sid: "a", upgrades: [], pingInterval: 0, pingTimeout: 0, maxPayload: 0),
            now: 500
        )
        #expect(machine.deadline == nil)
    }

    @Test func `the server's close ends an open session`() {
        var machine = open()
        #expect(machine.receive(.close, now: 600) == .end(CloseCause(.transportClose)))
        #expect(machine.phase == .closed)
    }

    // MARK: Upgrade

    @Test func `an upgrade holds packets from the answered probe to the end of what is under way`() {
        var machine = open()
        #expect(machine.beginUpgrade(timeout: 100, now: 500) == true)
        #expect(machine.beginUpgrade(timeout: 100, now: 500) == false)
        #expect(!machine.holdsPackets)
        #expect(machine.paused() == false)
        #expect(machine.receiveOnProbe(.pong, isProbe: true) == .pause)
        #expect(machine.holdsPackets)
        #expect(machine.transport == .polling)
        #expect(machine.paused() == true)
        #expect(machine.transport == .websocket)
        #expect(!machine.holdsPackets)
        #expect(machine.deadline == 950)
        #expect(machine.beginUpgrade(timeout: 100, now: 500) == false)
    }

    @Test(arguments: [PacketType.pong, .ping, .open, .close, .message, .noop, .upgrade])
    func `another answer than the probe's ends the upgrade`(type: PacketType) {
        var machine = open()
        #expect(machine.beginUpgrade(timeout: 100, now: 500) == true)
        #expect(machine.receiveOnProbe(type, isProbe: false) == .refuse)
        #expect(machine.upgrade == .idle)
        #expect(machine.isOpen)
        #expect(machine.transport == .polling)
    }

    @Test func `a second packet on the probe ends the upgrade`() {
        var machine = pausing()
        #expect(machine.receiveOnProbe(.pong, isProbe: true) == .refuse)
        #expect(machine.paused() == false)
        #expect(!machine.holdsPackets)
    }

    @Test func `an upgrade ends by its time and the session goes on`() {
        var machine = pausing()
        #expect(machine.deadline == 600)
        #expect(machine.expire(now: 599) == .nothing)
        #expect(machine.expire(now: 600) == .abandonUpgrade)
        #expect(machine.expire(now: 600) == .nothing)
        #expect(machine.deadline == 950)
        #expect(machine.abandonUpgrade() == false)
    }

    @Test func `no upgrade begins before the session, after it, or on a WebSocket`() {
        var early = opening()
        #expect(early.beginUpgrade(timeout: 100, now: 500) == false)
        var late = open()
        _ = late.end(CloseCause(.transportError))
        #expect(late.beginUpgrade(timeout: 100, now: 500) == false)
        var socket = ClientMachine(transport: .websocket, connectTimeout: 0, now: 0)
        socket.opened(Self.handshake, now: 0)
        #expect(socket.beginUpgrade(timeout: 100, now: 500) == false)
    }

    // MARK: Close

    @Test func `closing waits for what was sent, and not for ever`() {
        var machine = pausing()
        #expect(machine.close(timeout: 300, now: 600) == .afterSending)
        #expect(machine.close(timeout: 300, now: 600) == .nothing)
        #expect(!machine.holdsPackets)
        #expect(!machine.isOpen)
        #expect(machine.deadline == 900)
        #expect(machine.receive(.ping, now: 650) == .ignore)
        #expect(machine.deadline == 900)
        #expect(machine.expire(now: 899) == .nothing)
        #expect(machine.expire(now: 900) == .end(CloseCause(.forcedClose)))
    }

    @Test func `whatever ends a closing session, the program has closed it`() {
        var byServer = open()
        #expect(byServer.close(timeout: 300, now: 600) == .afterSending)
        #expect(byServer.receive(.close, now: 650) == .end(CloseCause(.forcedClose)))
        var byFault = open()
        #expect(byFault.close(timeout: 300, now: 600) == .afterSending)
        #expect(byFault.end(CloseCause(.transportError)) == .closed(CloseCause(.forcedClose)))
    }

    @Test func `closing an opening gives it up`() {
        var machine = opening()
        #expect(machine.close(timeout: 300, now: 200) == .now)
        #expect(machine.close(timeout: 300, now: 200) == .nothing)
        #expect(machine.deadline == nil)
        #expect(machine.receive(.open, now: 300) == .ignore)
    }
}
