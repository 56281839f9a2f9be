import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct NamespaceFamilyTests {
    @Test func `a pattern names namespaces, and the whole name must match`() throws {
        try play { scene in
            var fresh: [String] = []
            scene.io.on(.newNamespace) { fresh.append($0.name) }
            let rooms = scene.io.of(/\/room-\d+/) { namespace in
                namespace.on(.connection) { socket in
                    socket.on("where") { namespace.name }
                }
            }
            let named = scene.io.of("/room-9")
            let first = try await scene.join("/room-1")
            let ninth = try await scene.join("/room-9")
            first.send(#"42/room-1,1["where"]"#)
            #expect(try await first.next() == #"43/room-1,1["/room-1"]"#)
            ninth.send(#"42/room-9,1["where"]"#)
            #expect(try await ninth.next() == #"43/room-9,1["/room-9"]"#)
            for refused in ["/room-", "/room-1/x", "/a/room-1"] {
                await #expect(throws: Refused.self) { _ = try await scene.join(refused) }
            }
            #expect(rooms.namespaces.map(\.name) == ["/room-9", "/room-1"])
            #expect(rooms.namespaces.first === named)
            #expect(fresh == ["/room-9", "/room-1"])
            rooms.emit("all", 1)
            #expect(try await first.next() == #"42/room-1,["all",1]"#)
            #expect(try await ninth.next() == #"42/room-9,["all",1]"#)
            first.peer.close()
            ninth.peer.close()
            await scene.until { rooms.namespaces.count == 1 }
            #expect(rooms.namespaces.first === named)
        }
    }

    @Test func `a namespace that has gone leaves nothing behind, although its handlers hold it`() throws {
        try play { scene in
            weak var made: Namespace?
            let family = scene.io.of(/\/x-\d+/) { namespace in
                made = namespace
                namespace.use { _ in _ = namespace.count }
                namespace.on(.connection) { socket in namespace.emit("joined", socket.id) }
                namespace.onServerSide("load") { namespace.count }
            }
            let guest = try await scene.join("/x-1")
            #expect(try await guest.next() == .text("42/x-1,[\"joined\",\"\(guest.id)\"]"))
            #expect(made != nil)
            guest.send("41/x-1,")
            await scene.until { family.namespaces.isEmpty }
            await scene.turn()
            #expect(made == nil)
            _ = try await scene.join("/x-1")
            #expect(family.namespaces.map(\.count) == [1])
        }
    }

    @Test func `a family's own function may make the namespace that it is asked about`() throws {
        try play { scene in
            var made: Namespace?
            let family = scene.io.of(matching: { name, _ in
                made = scene.io.of(name)
                return true
            }) { _ in }
            _ = try await scene.join("/x")
            #expect(made === scene.io.of("/x") && made?.count == 1)
            #expect(family.namespaces.isEmpty)
            made = nil
        }
    }

    @Test func `a namespace stays without sockets if the program wants that`() throws {
        var options = ServerOptions()
        options.cleanupEmptyChildNamespaces = false
        try play(options) { scene in
            var made = 0
            let family = scene.io.of(matching: { name, _ in name == "/a" }) { _ in made += 1 }
            for _ in 0..<2 {
                let guest = try await scene.join("/a")
                guest.peer.close()
                await scene.until { scene.io.engine.clientsCount == 0 }
            }
            #expect(made == 1)
            #expect(family.namespaces.map(\.count) == [0])
        }
    }

    @Test func `families are asked in the order in which they were added`() throws {
        try play { scene in
            var asked: [String] = []
            scene.io.of(/\/x.*/) { _ in asked.append("first") }
            scene.io.of(/\/.*/) { _ in asked.append("second") }
            _ = try await scene.join("/xy")
            _ = try await scene.join("/y")
            #expect(asked == ["first", "second"])
        }
    }
}
