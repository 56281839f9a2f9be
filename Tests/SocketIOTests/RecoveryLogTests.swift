import TestSupport
import Testing
import UVLoop
import Wire

@testable import SocketIO

@Suite struct RecoveryLogTests {
    private func log(_ loop: EventLoop, _ change: (inout ConnectionStateRecovery) -> Void) -> RecoveryLog {
        var options = ConnectionStateRecovery()
        change(&options)
        return RecoveryLog(options, on: loop)
    }

    private func packet(_ log: RecoveryLog, bytes: Int = 10, position: UInt64? = nil) -> EncodedPacket {
        var writer = EncodedPacket.writer()
        writer.raw([UInt8](repeating: 0x41, count: bytes).span.bytes)
        return EncodedPacket(writer, position: position ?? log.advance())
    }

    private func session(_ pid: String, floor: UInt64 = 0) -> RecoverableSession {
        RecoverableSession(pid: pid, id: "id-" + pid, rooms: ["id-" + pid], data: .null, origin: 0, floor: floor)
    }

    @Test func `it holds no more bytes than it may`() throws {
        try onLoop { loop in
            let log = self.log(loop) { $0.maxLoggedBytes = 1_000 }
            for _ in 0..<500 { log.append(self.packet(log, bytes: 90), to: Selection()) }
            #expect(log.byteCount <= 1_000 && log.count == 10)
            #expect(log.missed(after: 495, in: []).map(\.position) == [496, 497, 498, 499, 500])
            log.append(self.packet(log, bytes: 2_000), to: Selection())
            #expect(log.count == 0 && log.byteCount == 0)
        }
    }

    @Test func `events that were encoded inside each other come back in the order of their positions`() throws {
        try onLoop { loop in
            let log = self.log(loop) { _ in }
            let outer = log.advance()
            log.append(self.packet(log), to: Selection())
            log.append(self.packet(log, position: outer), to: Selection())
            #expect(log.missed(after: 0, in: []).map(\.position) == [1, 2])
        }
    }

    @Test func `it holds no more sessions than it may, and gives each back once`() throws {
        try onLoop { loop in
            let log = self.log(loop) { $0.maxSessions = 2 }
            for pid in ["a", "b", "c"] { log.persist(self.session(pid)) }
            #expect(log.take("a", offset: nil) == .missed(.unknownSession))
            #expect(log.take("c", offset: nil) == .recovered(self.session("c"), position: 0))
            #expect(log.take("c", offset: nil) == .missed(.unknownSession))
            #expect(log.take("b", offset: "x") == .missed(.unknownOffset))
            #expect(log.take("b", offset: "0") == .recovered(self.session("b"), position: 0))
            for _ in 0..<3 { log.append(self.packet(log), to: Selection()) }
            log.persist(self.session("d", floor: 2))
            #expect(log.take("d", offset: "1") == .missed(.staleOffset))
            #expect(log.take("d", offset: nil) == .missed(.staleOffset))
            #expect(log.take("d", offset: "2") == .recovered(self.session("d", floor: 2), position: 2))
        }
    }

    @Test func `the sweeper forgets events and sessions, and does not keep the loop alive`() throws {
        var idle = 0
        try onLoop { loop in
            let log = self.log(loop) { $0.maxDisconnectionDuration = 2 }
            log.onIdle = { idle += 1 }
            log.append(self.packet(log), to: Selection())
            log.persist(self.session("a"))
            loop.spawn {
                while log.count > 0 || log.isAwaited { await loop.sleep(for: 1) }
                loop.stop()
            }
        }
        #expect(idle > 0)
    }
}
