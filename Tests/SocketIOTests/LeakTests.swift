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
            for round in 0..<250 {
                try await self.visit(scene, round)
            }
            await scene.until { scene.io.engine.clientsCount == 0 && watch.alive == 0 }
            #expect(watch.sockets.count == 1_250)
            #expect(scene.io.sockets.isEmpty && admin.sockets.isEmpty)
            #expect(scene.io.main.adapter.roomNames.isEmpty)
        }
    }

    /// Four clients, each of whom goes in another way.
    private nonisolated(nonsending) func visit(_ scene: Scene, _ round: Int) async throws {
        var guests: [Guest] = []
        for _ in 0..<4 { guests.append(try await scene.join()) }
        guests[0].send("40/admin")
        #expect(try await guests[0].next().text.hasPrefix("40/admin"))
        guests[1].send(#"42["x","hello"]"#)
        guests[2].send(#"42["wait",1]"#)
        while try await !guests[2].next().text.contains("question") {}
        guests[0].peer.close()
        scene.io.socket(guests[1].id)?.disconnect(close: true)
        guests[2].send("42{}")
        guests[3].send("41")
        await guests[1].peer.closed()
        await guests[2].peer.closed()
        guests[3].peer.close()
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
}
