import EngineIO
import TestSupport
import Testing
import UVLoop

@testable import SocketIO

/// That whatever connects leaves nothing behind, however it goes, although handlers hold the sockets that hold them.
@Suite struct LeakTests {
    /// Weak references to what must go.
    private final class Watch {
        private(set) var sockets: [() -> Bool] = []

        func add(_ socket: Socket) {
            sockets.append { [weak socket, weak client = socket.client, weak session = socket.session] in
                socket != nil || client != nil || session != nil
            }
        }

        var alive: Int { sockets.filter { $0() }.count }
    }

    @Test func `a thousand clients come and go, and nothing of them stays`() throws {
        try play(within: 60_000) { scene in
            let watch = Watch()
            let admin = scene.io.of("/admin")
            admin.on(.connection) { watch.add($0) }
            scene.io.on(.connection) { socket in
                watch.add(socket)
                socket.join(["everyone", "room \(watch.sockets.count % 7)"])
                socket.on("x") { (text: String) in socket.to("everyone").emit("x", text) }
                socket.on("wait") { (a: Int) in
                    let _: Int = try await socket.emit("question", a, timeout: .seconds(100))
                }
                socket.on(.disconnect) { reason in socket.join("too late") }
            }
            for _ in 0..<10 { try await self.visit(scene, 25) }
            await scene.until { scene.io.engine.clientsCount == 0 && watch.alive == 0 }
            #expect(watch.sockets.count == 1_250)
            #expect(scene.io.sockets.isEmpty && admin.sockets.isEmpty)
            #expect(scene.io.main.adapter.roomNames.isEmpty)
        }
    }

    /// Four times so many clients, who go in four ways.
    private nonisolated(nonsending) func visit(_ scene: Scene, _ count: Int) async throws {
        let guests = try await scene.join(count: 4 * count)
        for guest in guests[..<count] { guest.send("40/admin") }
        for guest in guests[..<count] { #expect(try await guest.next().text.hasPrefix("40/admin")) }
        for guest in guests[..<count] { guest.peer.close() }
        for guest in guests[count..<2 * count] { guest.send(#"42["wait",1]"#) }
        for guest in guests[count..<2 * count] { while try await !guest.next().text.contains("question") {} }
        for guest in guests[count..<2 * count] { guest.send("42{}") }
        for guest in guests[2 * count..<3 * count] { scene.io.socket(guest.id)?.disconnect(close: true) }
        for guest in guests[3 * count..<4 * count] {
            guest.send(#"42["x","hello"]"#)
            guest.send("41")
            guest.peer.close()
        }
        await scene.until { scene.io.engine.clientsCount == 0 }
    }

    @Test func `a server that is closed goes with its HTTP server`() throws {
        weak var io: Server?
        weak var main: Namespace?
        try play { scene in
            io = scene.io
            main = scene.io.main
            let guest = try await scene.join()
            scene.io.close()
            await guest.peer.closed()
        }
        #expect(io == nil && main == nil)
    }

    @Test func `a socket that nothing else holds lives through its own end`() throws {
        try play { scene in
            var states: [String] = []
            scene.io.on(.connection) { socket in
                weak let socket = socket
                socket?.on(.disconnecting) { _ in states.append(socket?.rooms.count == 1 ? "in" : "gone") }
                socket?.on(.disconnect) { _ in states.append(socket?.rooms.isEmpty == true ? "out" : "gone") }
            }
            let guest = try await scene.join()
            guest.send("41")
            await scene.until { states.count == 2 }
            #expect(states == ["in", "out"])
        }
    }

    @Test func `handlers that use their server do not hold it when it is closed`() throws {
        weak var io: Server?
        weak var main: Namespace?
        var ends: [DisconnectReason] = []
        try play { scene in
            let server = scene.io
            io = server
            main = server.main
            server.use { _ in _ = server.counters }
            server.on(.connection) { socket in
                socket.on("all") { (text: String) in server.emit("all", text) }
                socket.on(.disconnect) { reason in ends.append(reason) }
            }
            server.on(.fault) { _ in server.emit("fault") }
            server.on(.newNamespace) { _ in server.emit("more") }
            server.onServerSide("count") { server.sockets.count }
            server.of(matching: { _, _ in server.options.allowEIO3 }) { _ in server.emit("family") }
            let guest = try await scene.join()
            server.close()
            await guest.peer.closed()
        }
        #expect(ends == [.serverShuttingDown])
        #expect(io == nil && main == nil)
    }
}
