import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct SocketTests {
    /// What the handlers of a socket's end have seen.
    private final class Ends {
        var lines: [String] = []

        init(_ io: Namespace) {
            io.on(.connection) { socket in
                socket.join("room")
                socket.on(.disconnecting) { reason, _ in
                    self.lines.append("disconnecting \(reason) \(socket.rooms.count)")
                }
                socket.on(.disconnect) { reason in self.lines.append("disconnect \(reason) \(socket.rooms.count)") }
            }
        }
    }

    private func expectEnd(
        _ reason: String,
        _ options: ServerOptions = ServerOptions(),
        _ end: nonisolated(nonsending) @escaping (Scene, Guest) async throws -> Void
    ) throws {
        try play(options) { scene in
            let ends = Ends(scene.io.main)
            let guest = try await scene.join()
            try await end(scene, guest)
            await scene.until { ends.lines.count >= 2 }
            #expect(ends.lines.prefix(2) == ["disconnecting \(reason) 2", "disconnect \(reason) 0"])
            #expect(scene.io.socket(guest.id) == nil)
        }
    }

    @Test func `a client that leaves its namespace keeps its connection`() throws {
        try expectEnd("client namespace disconnect") { scene, guest in
            guest.send("41")
            guest.send(#"42["late"]"#)
            guest.send("40")
            #expect(try await guest.next().text.hasPrefix("40{"))
            try await scene.settle(guest)
        }
    }

    @Test func `the server disconnects a client from a namespace`() throws {
        try expectEnd("server namespace disconnect") { scene, guest in
            scene.io.sockets.first?.disconnect()
            let farewell = try await guest.next()
            #expect(farewell == "41")
            guest.send("40")
            #expect(try await guest.next().text.hasPrefix("40{"))
            #expect(!guest.peer.isClosed)
        }
    }

    @Test func `the server disconnects a client altogether`() throws {
        try expectEnd("server namespace disconnect") { scene, guest in
            scene.io.sockets.first?.disconnect(close: true)
            let farewell = try await guest.next()
            #expect(farewell == "41")
            await guest.peer.closed()
        }
    }

    @Test func `a lost connection is a transport close`() throws {
        try expectEnd("transport close") { _, guest in guest.peer.close() }
    }

    @Test func `a client that does not answer pings is timed out`() throws {
        var options = ServerOptions()
        options.pingInterval = 50
        options.pingTimeout = 50
        try expectEnd("ping timeout", options) { _, guest in await guest.peer.closed() }
    }

    @Test func `what is no packet is a parse error`() throws {
        try expectEnd("parse error") { _, guest in
            guest.send("42{}")
            await guest.peer.closed()
        }
    }

    @Test func `a broken rule is a forced server close`() throws {
        try expectEnd("forced server close") { _, guest in
            guest.send("40")
            await guest.peer.closed()
        }
    }

    @Test func `closing the server disconnects everybody`() throws {
        try expectEnd("server shutting down") { scene, guest in
            scene.io.close()
            await guest.peer.closed()
        }
    }

    @Test func `a session that the program closes is a forced close`() throws {
        try expectEnd("forced close") { scene, guest in
            scene.io.sockets.first?.conn.close()
            await guest.peer.closed()
        }
    }

    @Test func `a client that breaks the rules of its transport is a transport error`() throws {
        try expectEnd("transport error") { _, guest in
            guest.send("2")
            await guest.peer.closed()
        }
    }

    @Test func `a client that takes too little is cut with a reason of its own`() throws {
        var options = ServerOptions()
        options.maxBufferedBytes = 1_000_000
        try expectEnd("backlog exceeded", options) { scene, guest in
            guest.peer.pause()
            let socket = try #require(scene.io.sockets.first)
            let block = String(repeating: "x", count: 65_536)
            while socket.isConnected {
                for _ in 0..<16 { socket.emit("block", block) }
                await scene.turn()
            }
        }
    }

    @Test func `a handler of the end is told what happened exactly`() throws {
        try play { scene in
            var details: [String?] = []
            scene.io.on(.connection) { socket in
                socket.on(.disconnect) { _, detail in details.append(detail) }
            }
            let guest = try await scene.join()
            guest.send("42[}")
            await guest.peer.closed()
            #expect(details.count == 1)
            #expect(details.first??.contains("json") == true)
        }
    }

    @Test func `disconnecting again while it is told of changes nothing`() throws {
        try play { scene in
            var calls = 0
            scene.io.on(.connection) { socket in
                socket.on(.disconnecting) { _ in
                    calls += 1
                    socket.disconnect()
                    socket.disconnect(close: true)
                    socket.emit("too late")
                }
                socket.on(.disconnect) { _ in calls += 1 }
                socket.on("go") { socket.disconnect() }
                socket.on("go") { calls += 100 }
            }
            let guest = try await scene.join()
            guest.send(#"42["go"]"#)
            #expect(try await guest.next() == "41")
            guest.send("40")
            try await scene.settle(guest)
            #expect(calls == 2)
            #expect(guest.seen.count == 1)
        }
    }

    @Test func `rooms are joined and left, and limited in number`() throws {
        var options = ServerOptions()
        options.maxRoomsPerSocket = 3
        try play(options) { scene in
            let guest = try await scene.join()
            let socket = try #require(scene.io.sockets.first)
            socket.join(["a", "b"])
            socket.join("a")
            #expect(socket.rooms == [guest.id, "a", "b"])
            var faults: [Fault] = []
            scene.io.on(.fault) { faults.append($0) }
            socket.join(["c", "d", "e"])
            #expect(socket.rooms == [guest.id, "a", "b", "c"])
            #expect(faults.map(\.kind) == [.tooManyRooms, .tooManyRooms])
            #expect(faults.first?.message == "\"d\" would be more than 3 rooms")
            #expect(faults.first?.socket == guest.id)
            socket.join(["a", guest.id])
            #expect(scene.io.counters.joinsRefused == 2, "whoever is in a room already joins no further one")
            socket.leave("b")
            socket.leave("nowhere")
            #expect(socket.rooms == [guest.id, "a", "c"])
            socket.leave(guest.id)
            #expect(socket.rooms == ["a", "c"])
            guest.peer.close()
            await scene.until { !socket.isConnected }
            socket.join("f")
            #expect(socket.rooms.isEmpty)
            #expect(scene.io.main.adapter.roomNames.isEmpty)
        }
    }
}
