import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct SocketFlagsTests {
    @Test func `what is volatile is dropped for one client that does not read`() throws {
        try play { scene in
            let guest = try await scene.join()
            let socket = try #require(scene.io.sockets.first)
            #expect(socket.volatile.emit("first", 1) == .accepted)
            #expect(try await guest.next() == #"42["first",1]"#)
            guest.peer.pause()
            let block = String(repeating: "x", count: 65_536)
            while socket.conn.bufferedBytes == 0 {
                socket.emit("block", block)
                await scene.turn()
            }
            #expect(socket.volatile.emit("dropped") == .dropped)
            #expect(socket.volatile.emit("dropped", all: [1]) == .dropped)
            #expect(scene.io.engine.counters.volatileDropped == 2)
            guest.peer.resume()
            try await scene.settle(guest)
            #expect(!guest.seen.contains { $0.text.contains("dropped") })
            #expect(socket.volatile.emit("heard", all: [1]) == .accepted)
            #expect(try await guest.next() == #"42["heard",1]"#)
        }
    }

    @Test func `a volatile word to the others leaves the socket itself out`() throws {
        try play { scene in
            let guests = try await scene.join(count: 3)
            let socket = try #require(scene.io.socket(guests[0].id))
            scene.io.socket(guests[1].id)?.join("room")
            socket.volatile.broadcast.emit("all")
            for guest in guests { try await scene.settle(guest) }
            socket.volatile.to("room").emit("room")
            socket.compress(false).volatile.broadcast.except("room").emit("rest")
            for guest in guests { try await scene.settle(guest) }
            #expect(guests[0].seen.isEmpty)
            #expect(guests[1].seen == [#"42["all"]"#, #"42["room"]"#])
            #expect(guests[2].seen == [#"42["all"]"#, #"42["rest"]"#])
        }
    }

    @Test func `a question may be volatile and kept from being compressed`() throws {
        try play { scene in
            let guest = try await scene.join()
            let socket = try #require(scene.io.sockets.first)
            var answer: Result<Int, AckError>?
            let manner = socket.compress(false).volatile.timeout(.seconds(5))
            #expect(manner.emit("ask", 1) { answer = $0 } == .accepted)
            #expect(try await guest.next() == #"421["ask",1]"#)
            guest.send("431[7]")
            await scene.until { answer != nil }
            #expect(answer == .success(7))
            guest.peer.pause()
            let block = String(repeating: "x", count: 65_536)
            while socket.conn.bufferedBytes == 0 {
                socket.emit("block", block)
                await scene.turn()
            }
            #expect(manner.emit("ask", 2) { answer = $0 } == .dropped)
            #expect(answer == .failure(.notSent))
            await #expect(throws: AckError.notSent) { let _: Int = try await manner.emit("ask", 3) }
            guest.peer.resume()
            try await scene.settle(guest)
            #expect(!guest.seen.contains { $0.text.contains("ask") })
        }
    }

    @Test func `the others in several rooms, or not in one, may be spoken to in a manner`() throws {
        try play { scene in
            let guests = try await scene.join(count: 3)
            let socket = try #require(scene.io.socket(guests[0].id))
            scene.io.socket(guests[1].id)?.join(["a", "b"])
            scene.io.socket(guests[2].id)?.join("c")
            socket.compress(false).to(["a", "b"]).emit("some")
            socket.volatile.except("a").emit("rest")
            for guest in guests { try await scene.settle(guest) }
            #expect(guests.map(\.seen) == [[], [#"42["some"]"#], [#"42["rest"]"#]])
        }
    }

    @Test func `a deadline may be put before the question`() throws {
        try play { scene in
            let guest = try await scene.join()
            let socket = try #require(scene.io.sockets.first)
            var answer: Result<Int, AckError>?
            socket.timeout(.seconds(5)).emit("ask", 1) { answer = $0 }
            #expect(try await guest.next() == #"421["ask",1]"#)
            guest.send("431[7]")
            await scene.until { answer != nil }
            #expect(answer == .success(7))
            await #expect(throws: AckError.timeout) {
                let _: Int = try await socket.timeout(.milliseconds(1)).emit("mute")
            }
            let answers: BroadcastAnswers<Int> = await scene.io.timeout(.milliseconds(1)).emit("mute")
            #expect(answers.missing == 1)
            var gathered: BroadcastAnswers<Int>?
            scene.io.to(guest.id).timeout(.milliseconds(1)).emit("mute") { gathered = $0 }
            await scene.until { gathered != nil }
            #expect(gathered?.answers == [])
        }
    }

    @Test func `a question without a deadline waits for the answer or the disconnect`() throws {
        try play { scene in
            var results: [String] = []
            scene.io.on(.connection) { socket in
                socket.on("go") {
                    let sum: Int = try await socket.emitWithAck("add", 1, 2)
                    results.append("\(sum)")
                    do {
                        let _: Int = try await socket.emitWithAck("mute")
                    } catch AckError.disconnected {
                        results.append("disconnected")
                    }
                }
            }
            let guest = try await scene.join()
            guest.send(#"42["go"]"#)
            #expect(try await guest.next() == #"421["add",1,2]"#)
            guest.send("431[3]")
            #expect(try await guest.next() == #"422["mute"]"#)
            guest.peer.close()
            await scene.until { results.count == 2 }
            #expect(results == ["3", "disconnected"])
        }
    }

    @Test func `sending is emitting the event message`() throws {
        try play { scene in
            let guest = try await scene.join()
            scene.io.sockets.first?.send("a", 1)
            scene.io.send("b")
            scene.io.main.send("c")
            scene.io.to(guest.id).send()
            try await scene.settle(guest)
            #expect(
                guest.seen == [
                    #"42["message","a",1]"#, #"42["message","b"]"#, #"42["message","c"]"#, #"42["message"]"#,
                ]
            )
        }
    }

    @Test func `everybody joins and leaves rooms at a word`() throws {
        try play { scene in
            let guests = try await scene.join(count: 2)
            scene.io.socketsJoin(["a"])
            scene.io.main.socketsJoin(["b", "c"])
            scene.io.in(guests[0].id).socketsJoin(["d"])
            scene.io.socketsLeave(["b"])
            scene.io.of("/").socketsLeave(["c"])
            #expect(scene.io.socket(guests[0].id)?.rooms == [guests[0].id, "a", "d"])
            #expect(scene.io.socket(guests[1].id)?.rooms == [guests[1].id, "a"])
        }
    }

    @Test func `what a program remembers of a client has a type`() throws {
        struct User: Codable, Equatable {
            var name: String
            var age: Int?
        }
        try play { scene in
            _ = try await scene.join()
            let socket = try #require(scene.io.sockets.first)
            #expect(throws: (any Error).self) { try socket.data(as: User.self) }
            try socket.setData(User(name: "ada", age: nil))
            #expect(try socket.data(as: User.self) == User(name: "ada", age: nil))
            #expect(socket.data["name"] == "ada")
        }
    }
}
