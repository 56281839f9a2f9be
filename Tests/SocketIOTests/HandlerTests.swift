import TestSupport
import Testing

@testable import SocketIO

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

    @Test func `what was shared may make itself once while it is called`() throws {
        final class Box {
            var calls = 0
            var registration: Registration?
            weak var handler: Handler?
            var isKept = false
        }
        try play { scene in
            let box = Box()
            scene.io.on(.connection) { socket in
                box.registration = socket.on("x") { [box] in
                    box.calls += 1
                    box.registration?.once()
                    if box.calls == 1 { box.isKept = box.handler != nil }
                }
                let handler = socket.registrations.all(.event)[socket.eventNames.count - 1]
                #expect(box.handler == nil || box.handler === handler, "it is shared")
                box.handler = handler
            }
            let gone = try await scene.join()
            let guest = try await scene.join()
            gone.peer.close()
            await scene.until { scene.io.sockets.count == 1 }
            await scene.turn()
            for _ in 0..<3 { guest.send(#"42["x"]"#) }
            try await scene.settle(guest)
            #expect(box.calls == 2 && box.isKept)
            box.registration = nil
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

    @Test func `closures that hold nothing but their socket are kept once, and each call has its own socket`() throws {
        try play { scene in
            var sockets: [Socket] = []
            scene.io.on(.connection) { socket in
                sockets.append(socket)
                socket.on("join") { (room: String) in
                    socket.join(room)
                    return socket.id
                }
                socket.on("say") { socket.emit("said", socket.id) }
                socket.once("first") { socket.emit("once", socket.id) }
            }
            let guests = [try await scene.join(), try await scene.join(), try await scene.join()]
            for name in ["join", "say"] {
                let kept = sockets.compactMap { $0.registrations.all(.event).first { $0.event == name } }
                #expect(kept.count == 3 && kept[0] === kept[1] && kept[1] === kept[2])
            }
            for (guest, socket) in zip(guests, sockets) {
                let packets = [#"420["join","a"]"#, #"42["say"]"#, #"42["first"]"#, #"42["first"]"#]
                for packet in packets { guest.send(packet) }
                #expect(try await guest.next().text == #"430["\#(guest.id)"]"#)
                #expect(try await guest.next().text == #"42["said","\#(guest.id)"]"#)
                #expect(try await guest.next().text == #"42["once","\#(guest.id)"]"#)
                try await scene.settle(guest)
                #expect(socket.rooms == [guest.id, "a"])
            }
            #expect(scene.io.counters.eventsUnhandled == 3)
        }
    }

    @Test func `a closure that holds another socket than its own is called with that one`() throws {
        try play { scene in
            var first: Socket?
            scene.io.on(.connection) { socket in
                let speaker = first ?? socket
                first = speaker
                socket.on("say") { speaker.emit("said", speaker.id) }
            }
            let (one, other) = (try await scene.join(), try await scene.join())
            other.send(#"42["say"]"#)
            one.send(#"42["say"]"#)
            for _ in 0..<2 { #expect(try await one.next().text == #"42["said","\#(one.id)"]"#) }
        }
    }

    @Test func `what holds its socket is cancelled and made single for one socket only`() throws {
        try play { scene in
            var calls: [String] = []
            var registrations: [Registration] = []
            scene.io.on(.connection) { socket in
                registrations.append(
                    socket.on("x") {
                        socket.join("x")
                        if socket.rooms.count == 2 { socket.leave("x") }
                        socket.data = .int(1)
                    }
                )
                socket.on("y") { calls.append(socket.id) }
            }
            let guests = [try await scene.join(), try await scene.join(), try await scene.join()]
            registrations[0].once()
            registrations[1].cancel()
            for guest in guests {
                for _ in 0..<2 { guest.send(#"42["x"]"#) }
                guest.send(#"42["y"]"#)
                try await scene.settle(guest)
            }
            #expect(calls == guests.map(\.id))
            #expect(guests.map { scene.io.socket($0.id)?.data } == [.int(1), .null, .int(1)])
            #expect(scene.io.counters.eventsUnhandled == 1 + 2)
        }
    }
}
