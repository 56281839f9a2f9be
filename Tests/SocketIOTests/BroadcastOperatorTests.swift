import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct BroadcastOperatorTests {
    /// Three guests, of whom the first two are in room "x" and the last two in room "y".
    private func threesome(
        _ script: nonisolated(nonsending) @escaping (Scene, [Guest], [Socket]) async throws -> Void
    ) throws {
        try play { scene in
            var guests: [Guest] = []
            var sockets: [Socket] = []
            for rooms in [["x"], ["x", "y"], ["y"]] {
                let guest = try await scene.join()
                let socket = try #require(scene.io.socket(guest.id))
                socket.join(rooms)
                guests.append(guest)
                sockets.append(socket)
            }
            try await script(scene, guests, sockets)
        }
    }

    /// Expects that those whose digits are named get "e", each once, and nobody else.
    private nonisolated(nonsending) func expect(
        _ expected: String,
        _ scene: Scene,
        _ guests: [Guest],
        at place: SourceLocation = #_sourceLocation
    ) async throws {
        var receivers = ""
        for (index, guest) in guests.enumerated() {
            guest.seen = []
            try await scene.settle(guest)
            if guest.seen == [#"42["e",1]"#] { receivers += "\(index)" } else { #expect(guest.seen.isEmpty) }
        }
        #expect(receivers == expected, sourceLocation: place)
    }

    @Test func `everybody, rooms, unions and exceptions are reached, each client once`() throws {
        try threesome { scene, guests, sockets in
            scene.io.emit("e", 1)
            try await expect("012", scene, guests)
            scene.io.to("x").emit("e", 1)
            try await expect("01", scene, guests)
            scene.io.to("x").to("y").emit("e", 1)
            try await expect("012", scene, guests)
            scene.io.in(["x", "nowhere"]).except("y").emit("e", 1)
            try await expect("0", scene, guests)
            scene.io.except(guests[1].id).emit("e", 1)
            try await expect("02", scene, guests)
            scene.io.to(guests[2].id).emit("e", 1)
            try await expect("2", scene, guests)
            scene.io.to("nowhere").emit("e", 1)
            try await expect("", scene, guests)
        }
    }

    @Test func `a socket speaks to all but itself`() throws {
        try threesome { scene, guests, sockets in
            sockets[0].broadcast.emit("e", 1)
            try await expect("12", scene, guests)
            sockets[0].to("x").emit("e", 1)
            try await expect("1", scene, guests)
            sockets[1].in(["x", "y"]).except("y").emit("e", 1)
            try await expect("0", scene, guests)
            sockets[2].except("x").emit("e", 1)
            try await expect("", scene, guests)
        }
    }

    @Test func `an operator is a value that may be kept and used again`() throws {
        try threesome { scene, guests, sockets in
            let x = scene.io.to("x")
            let both = x.to("y")
            x.emit("e", 1)
            try await expect("01", scene, guests)
            both.emit("e", 1)
            try await expect("012", scene, guests)
            x.emit("e", 1)
            try await expect("01", scene, guests)
        }
    }

    @Test func `attachments follow the text to each`() throws {
        try threesome { scene, guests, sockets in
            scene.io.to("y").emit("e", ["a", "b"], [7, 8] as [UInt8], [9] as [UInt8])
            let text = #"452-["e",["a","b"],{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
            for guest in guests.dropFirst() {
                try await scene.settle(guest)
                #expect(guest.seen == [.text(text), .binary([7, 8]), .binary([9])])
            }
        }
    }

    @Test func `selected sockets join, leave, are listed and disconnected`() throws {
        try threesome { scene, guests, sockets in
            scene.io.to("y").socketsJoin("z")
            #expect(Set(scene.io.in("z").sockets.map(\.id)) == Set(guests.dropFirst().map(\.id)))
            scene.io.to(guests[1].id).socketsLeave("z")
            #expect(scene.io.in("z").sockets.map(\.id) == [guests[2].id])
            scene.io.in("x").disconnectSockets(close: true)
            await guests[0].peer.closed()
            await guests[1].peer.closed()
            #expect(scene.io.sockets.map(\.id) == [guests[2].id])
        }
    }

    @Test func `a pending socket may join rooms and hears nothing before it is connected`() throws {
        try play { scene in
            scene.io.use { socket in
                socket.join("x")
                scene.io.to("x").emit("too early")
                #expect(socket.emit("too early") == .dropped)
                #expect(scene.io.to("x").sockets.isEmpty, "it is not one of the sockets yet")
            }
            let guest = try await scene.join()
            scene.io.to("x").emit("e", 1)
            #expect(try await guest.next() == #"42["e",1]"#)
            #expect(scene.io.to("x").sockets.map(\.id) == [guest.id])
        }
    }

    @Test func `a broadcast is encoded once, however many hear it`() throws {
        final class Count { var value = 0 }
        struct Watched: Encodable {
            let count: Count
            func encode(to encoder: any Encoder) throws {
                count.value += 1
                var container = encoder.singleValueContainer()
                try container.encode("x")
            }
        }
        try play { scene in
            let guests = try await scene.join(count: 3)
            let count = Count()
            scene.io.emit("e", Watched(count: count))
            for guest in guests { #expect(try await guest.next() == #"42["e","x"]"#) }
            #expect(count.value == 1)
        }
    }

    @Test func `what is volatile is dropped for a client that does not read`() throws {
        try play(within: 20_000) { scene in
            let slow = try await scene.join()
            let quick = try await scene.join()
            slow.peer.pause()
            let socket = try #require(scene.io.socket(slow.id))
            let large = String(repeating: "x", count: 100_000)
            var results: Set<EmitResult> = []
            for _ in 0..<100 {
                results.insert(socket.emit("fill", large))
                await scene.turn()
            }
            #expect(results == [.accepted, .queued])
            scene.io.volatile.emit("e", 1)
            #expect(try await quick.next() == #"42["e",1]"#)
            slow.peer.resume()
            try await scene.settle(slow)
            #expect(slow.seen.count == 100)
            #expect(!slow.seen.contains(#"42["e",1]"#))
        }
    }
}
