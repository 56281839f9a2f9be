import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@testable import SocketIO

@Suite struct ManagerTests {
    /// What a manager tells, in words.
    private final class Log {
        private(set) var lines: [String] = []

        init(_ io: Manager) {
            io.on(.open) { [self] in lines.append("open") }
            io.on(.close) { [self] reason in lines.append("close \(reason)") }
            io.on(.error) { [self] (error: ClientConnectError) in lines.append("error") }
            io.on(.reconnectAttempt) { [self] number in lines.append("attempt \(number)") }
            io.on(.reconnect) { [self] number in lines.append("reconnect \(number)") }
            io.on(.reconnectError) { [self] error in lines.append("reconnect error") }
            io.on(.reconnectFailed) { [self] in lines.append("failed") }
        }
    }

    @Test func `attempts are told, counted and given up`() throws {
        try play { scene in
            var options = ManagerOptions()
            options.reconnectionDelay = 1
            options.reconnectionDelayMax = 2
            options.reconnectionAttempts = 2
            let io = Manager(on: scene.loop, url: "http://127.0.0.1:1", options: options)
            let log = Log(io)
            let socket = io.socket()
            let diary = Diary(socket)
            await scene.until { log.lines.contains("failed") }
            let attempts = ["attempt 1", "error", "reconnect error", "attempt 2", "error"]
            // Giving up comes before the last error is told as one of reconnecting, as in the JavaScript client.
            #expect(log.lines == ["error"] + attempts + ["failed", "reconnect error"])
            #expect(diary.lines.count == 3 && diary.lines.allSatisfy { $0.hasPrefix("connect_error") })
            io.close()
        }
    }

    @Test func `a lost connection comes back, and says by which attempt`() throws {
        try play { scene in
            let io = scene.manager()
            let log = Log(io)
            let socket = io.socket()
            await scene.connected(socket)
            await scene.cut(socket)
            await scene.connected(socket)
            #expect(log.lines == ["open", "close transport close", "attempt 1", "open", "reconnect 1"])
            io.close()
            #expect(log.lines.last == "close forced close")
        }
    }

    @Test func `a URL that is none is not tried again`() throws {
        try play { scene in
            let io = Manager(on: scene.loop, url: "nonsense")
            let log = Log(io)
            let diary = Diary(io.socket())
            await scene.until { !log.lines.isEmpty }
            await scene.turn()
            #expect(log.lines == ["error"] && diary.lines.count == 1)
        }
    }

    @Test func `the connection goes with the last of its sockets`() throws {
        try play { scene in
            _ = scene.io.of("/other")
            let io = scene.manager()
            let (one, two) = (io.socket("/"), io.socket("other"))
            await scene.connected(one)
            await scene.connected(two)
            #expect(io.socket("/") === one && scene.io.engine.clientsCount == 1)
            one.disconnect()
            #expect(io.isOpen && two.isConnected)
            two.disconnect()
            #expect(!io.isOpen)
            await scene.until { scene.io.engine.clientsCount == 0 }
            one.connect()
            await scene.connected(one)
            io.close()
            one.connect()
            #expect(!one.isConnected)
        }
    }

    @Test func `what is no packet is a parse error, and the client comes back`() throws {
        try play { scene in
            let io = scene.manager()
            let socket = io.socket()
            let diary = Diary(socket)
            await scene.connected(socket)
            scene.other(socket)?.conn.send(text: "no packet".utf8.span.bytes)
            await scene.until { diary.lines.count == 3 }
            #expect(diary.lines == ["connect", "disconnect parse error", "connect"])
            io.close()
        }
    }

    @Test func `a thousand losses leave nothing behind`() throws {
        try play(within: 60_000) { scene in
            final class Watch { var engines: [() -> Bool] = [] }
            let watch = Watch()
            let io = scene.manager {
                $0.transports = [.websocket]
                $0.reconnectionDelay = 0
            }
            io.on(.open) { [unowned io] in
                watch.engines.append { [weak engine = io.engine] in engine != nil }
            }
            let socket = io.socket()
            var connects = 0
            socket.on(.connect) { connects += 1 }
            await scene.connected(socket)
            let handles = scene.loop.liveHandles
            for _ in 0..<1_000 {
                await scene.cut(socket)
                await scene.connected(socket)
            }
            await scene.until { scene.loop.liveHandles <= handles }
            #expect(connects == 1_001 && watch.engines.count == 1_001)
            await scene.until { watch.engines.filter { $0() }.count == 1 }
            #expect(scene.io.engine.clientsCount == 1)
            io.close()
        }
    }

    @Test func `a manager that is closed goes, although its handlers hold its sockets`() throws {
        weak var io: Manager?
        weak var socket: ClientSocket?
        try play { scene in
            let manager = scene.manager()
            let made = manager.socket()
            made.on("x") { made.emit("y") }
            made.on(.connect) { made.emit("z") }
            await scene.connected(made)
            (io, socket) = (manager, made)
            manager.close()
        }
        #expect(io == nil && socket == nil)
    }
}
