import Foundation
import TestSupport
import Testing

@testable import UVLoop

@Suite struct LoopGroupTests {
    @Test func `each loop is set up on its own thread, in order, before any runs`() async throws {
        let seen = Locked<[Int]>([])
        let threads = Locked<Set<UInt>>([])
        try await onLoops(LoopGroup(count: 3)) { loop, index in
            seen.withLock { $0.append(index) }
            _ = threads.withLock { $0.insert(UInt(pthread_self())) }
            #expect(loop.isCurrent && loop.group?.count == 3)
            loop.nextTurn {
                #expect(seen.withLock { $0.count } == 3)
                #expect(loop.isCurrent)
                loop.stop()
            }
        }
        #expect(seen.withLock { $0 } == [0, 1, 2])
        #expect(threads.withLock { $0.count } == 3)
    }

    @Test(arguments: 0..<3)
    func `a set-up that throws ends the loops before it and is told`(failing: Int) async throws {
        let ended = Locked<[Int]>([])
        await #expect(throws: UVError.invalidArgument) {
            try await onLoops(LoopGroup(count: 3)) { loop, index in
                if index == failing { throw UVError.invalidArgument }
                let bell = Bell { ended.withLock { $0.append(index) } }
                try TCPListener(on: loop, host: "127.0.0.1", port: 0) { _ in withExtendedLifetime(bell) {} }
                loop.nextTurn { #expect(!loop.isRunning) }
            }
        }
        #expect(Set(ended.withLock { $0 }) == Set(0..<failing))
    }

    @Test func `a group can run again, and not twice at once`() async throws {
        let group = LoopGroup(count: 2)
        for _ in 0..<2 {
            try await onLoops(group) { loop, _ in
                #expect(throws: UVError.alreadyRunning) { try group.run { _, _ in } }
                loop.nextTurn { loop.stop() }
            }
        }
    }

    @Test func `stop has each loop do its last work, and ends those that have none`() async throws {
        let group = LoopGroup(count: 3)
        let farewells = Locked<[Int]>([])
        try await onLoops(group) { loop, index in
            forever(on: loop)
            guard index > 0 else { return loop.nextTurn { group.stop() } }
            loop.onStop {
                farewells.withLock { $0.append(index) }
                loop.nextTurn { loop.stop() }
            }
        }
        #expect(Set(farewells.withLock { $0 }) == [1, 2])
    }

    @Test func `a second stop waits for nobody`() async throws {
        let group = LoopGroup(count: 2)
        try await onLoops(group) { loop, index in
            forever(on: loop)
            loop.onStop { if index == 0 { group.stop() } }
            if index == 0 { loop.nextTurn { group.stop() } }
        }
    }

    @Test func `a stop before the loops run is not forgotten`() async throws {
        let group = LoopGroup(count: 2)
        group.stop()
        try await onLoops(group) { loop, _ in forever(on: loop) }
    }

    // MARK: - Listening

    @Test(arguments: ["127.0.0.1", "::1"])
    func `all loops listen on the port that the first one got`(host: String) async throws {
        let ports = Locked<[Int]>([])
        let served = Locked<[Int]>([0, 0])
        let group = LoopGroup(count: 2)
        try await onLoops(group) { loop, index in
            var found: [Int] = []
            for _ in 0..<2 {
                let listener = try TCPListener(on: loop, host: host, port: 0) { stream in
                    served.withLock { $0[index] += 1 }
                    stream.close()
                    if served.withLock({ $0[0] > 0 && $0[1] > 0 }) { group.stop() }
                }
                found.append(listener.port)
            }
            ports.withLock { [found] in $0 += found }
            guard index == 1 else { return }
            try keepConnecting(to: SocketAddress(host: host, port: found[0]), on: loop)
        }
        let all = ports.withLock { $0 }
        #expect(all.count == 4 && all[0] == all[2] && all[1] == all[3] && all[0] != all[1])
    }

    @Test func `a port that somebody else has is refused although the loops would share it`() async throws {
        let outside = try EventLoop()
        defer { outside.closeAll() }
        let taken = try TCPListener(on: outside, host: "127.0.0.1", port: 0, reusePort: true) { _ in }
        let port = taken.port
        await #expect(throws: UVError.addressInUse) {
            try await onLoops(LoopGroup(count: 2)) { loop, _ in
                try TCPListener(on: loop, host: "127.0.0.1", port: port) { _ in }
            }
        }
    }

    @Test func `all loops accept from one unix socket, whose file goes with the first`() async throws {
        let path = "/tmp/uvloop-group-\(UInt32.random(in: 0 ... .max))"
        let served = Locked<[Int]>([0, 0])
        let group = LoopGroup(count: 2)
        try await onLoops(group) { loop, index in
            try TCPListener(on: loop, unix: path) { stream in
                served.withLock { $0[index] += 1 }
                stream.close()
                // Whoever has accepted stands aside, so that it is the other's turn.
                if served.withLock({ $0[0] > 0 && $0[1] > 0 }) { group.stop() } else { usleep(20_000) }
            }
            if index == 1 { try keepConnecting(to: SocketAddress(unix: path), on: loop) }
        }
        #expect(served.withLock { $0[0] > 0 && $0[1] > 0 })
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}

/// Says so when nobody holds it any more.
private final class Bell {
    private let ring: () -> Void
    init(_ ring: @escaping () -> Void) { self.ring = ring }
    deinit { ring() }
}

/// Keeps a loop alive until it is stopped.
func forever(on loop: EventLoop) {
    loop.mailbox.keepLoopAlive(true)
}

/// Connects again and again, one connection after the other, until the loop ends.
private func keepConnecting(to address: SocketAddress, on loop: EventLoop) throws {
    let guest = Recorder()
    guest.onClosed = { _ in
        do { try keepConnecting(to: address, on: loop) } catch { Issue.record(error) }
    }
    let stream = TCPStream.connect(on: loop, to: address, handler: guest)
    guest.onEnd = { stream.close() }
    guest.onConnected = { stream.start() }
}
