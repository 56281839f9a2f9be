import SocketIO
import TestSupport
import Testing

@Suite struct HandlerTests {
    @Test func `what sockets share is cancelled for one of them only`() throws {
        try play { scene in
            var calls = 0
            var registrations: [Registration] = []
            scene.io.on(.connection) { socket in
                registrations.append(socket.on("x") { calls += 1 })
            }
            let (one, other) = (try await scene.join(), try await scene.join())
            registrations[0].cancel()
            for guest in [one, other] {
                guest.send(#"42["x"]"#)
                try await scene.settle(guest)
            }
            #expect(calls == 1)
            #expect(scene.io.counters.eventsUnhandled == 1)
        }
    }

    @Test func `what sockets share is once for one of them and often for the other`() throws {
        try play { scene in
            var calls = 0
            var registrations: [Registration] = []
            scene.io.on(.connection) { socket in
                registrations.append(socket.on("x") { calls += 1 })
            }
            let (one, other) = (try await scene.join(), try await scene.join())
            registrations[0].once()
            for guest in [one, other] {
                for _ in 0..<3 { guest.send(#"42["x"]"#) }
                try await scene.settle(guest)
            }
            #expect(calls == 1 + 3)
            #expect(registrations.map(\.event) == ["x", "x"])
        }
    }

    @Test func `the same closure registered twice on a socket is two handlers`() throws {
        try play { scene in
            var calls = 0
            scene.io.on(.connection) { socket in
                let handler = { (value: Int) in calls += value }
                let first = socket.on("x", handler)
                socket.on("x", handler)
                socket.on("stop") { first.cancel() }
            }
            let guest = try await scene.join()
            for packet in [#"42["x",1]"#, #"42["stop"]"#, #"42["x",10]"#] { guest.send(packet) }
            try await scene.settle(guest)
            #expect(calls == 1 + 1 + 10)
        }
    }

    @Test func `closures that hold different objects are not taken for the same`() throws {
        try play { scene in
            var names: [String] = []
            scene.io.on(.connection) { socket in
                let id = socket.id
                socket.on("x") { names.append(id) }
                socket.on("y") { names.append(socket.id) }
            }
            let (one, other) = (try await scene.join(), try await scene.join())
            for guest in [one, other] {
                guest.send(#"42["x"]"#)
                guest.send(#"42["y"]"#)
                try await scene.settle(guest)
            }
            #expect(names.count == 4 && names[0] == names[1] && names[2] == names[3] && names[0] != names[2])
        }
    }
}
