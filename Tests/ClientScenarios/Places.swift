// Places: rooms, namespaces, who is let in, and what the server knows of the client.

import SocketIO

private let seconds = Duration.seconds(10)

private func refusal(_ place: Place, _ path: String, _ auth: JSON?) async throws -> ConnectError {
    do {
        let socket = try await place.connect(path, auth: auth)
        await socket.close()
    } catch ClientConnectError.refused(let refusal) {
        return refusal
    }
    throw Unexpected(description: "it was let in")
}

let placeScenarios: [(String, Scenario)] = [
    (
        "rooms reach their members only",
        { place in
            let (ann, bob) = (try await place.connect(), try await place.connect())
            let said = bob.events("said", as: String.self, String.self)
            let rooms: [String] = try await bob.emit("join", "red", timeout: seconds)
            try expect(rooms, ["red"])
            try await ann.emit("say", "blue", "to nobody")
            try await ann.emit("say", "red", "to bob")
            let (room, text) = try await next(said)
            try expect(room == "red" && text == "to bob", "\(room) \(text)")
            await ann.close()
            await bob.close()
        }
    ),
    (
        "namespaces share a connection and nothing else",
        { place in
            let main = try await place.connect()
            let admin = main.of("/admin", auth: ["token": "secret"])
            try await admin.connected()
            let (one, two) = (await main.id, await admin.id)
            try expect(one != nil && two != nil && one != two, "the same id")
            let rooms: [String] = try await admin.emit("join", "blue", timeout: seconds)
            try expect(rooms, ["blue"])
            await admin.disconnect()
            let echoed: String = try await main.emit("echo", "still here", timeout: seconds)
            try expect(echoed, "still here")
            await main.close()
        }
    ),
    (
        "a namespace may be named by a pattern",
        { place in
            let socket = try await place.connect("/dyn-7")
            try expect(socket.namespace, "/dyn-7")
            let rooms: [String] = try await socket.emit("join", "blue", timeout: seconds)
            try expect(rooms, ["blue"])
            await socket.close()
        }
    ),
    (
        "a refusal says why",
        { place in
            let denied = try await refusal(place, "", ["deny": true])
            try expect(denied, ConnectError("denied", data: ["code": 42]))
            try expect(try await refusal(place, "/admin", ["token": "wrong"]).message, "not authorized")
            try expect(try await refusal(place, "/admin", nil).message, "not authorized")
            try expect(try await refusal(place, "/dyn-x", nil).message, "Invalid namespace")
        }
    ),
    (
        "a refused socket may try again with something else to show",
        { place in
            let turns = AsyncStream<String>.makeStream()
            turns.continuation.yield("wrong")
            turns.continuation.yield("secret")
            let answers = turns.stream
            let socket = try SocketIOClient(
                place.url + "/admin",
                auth: { ["token": .string(try await next(answers))] },
                options: place.options
            )
            do {
                try await socket.connected()
            } catch let error as ClientConnectError {
                try expect(error.message, "not authorized")
            }
            await socket.connect()
            try await socket.connected()
            await socket.close()
        }
    ),
    (
        "the handshake carries query and auth",
        { place in
            let socket = try await place.connect("/?token=a%20b", auth: ["user": "ann"])
            let answer: JSON = try await socket.emit("whoami", timeout: seconds)
            try expect(answer["auth"], ["user": "ann"])
            try expect(answer["q"], "a b")
            try expect(answer["id"]?.string, await socket.id)
            await socket.close()
        }
    ),
    (
        "the transport is the one that was asked for",
        { place in
            let socket = try await place.connect()
            var transport: String?
            // A session that changes its transport does so in its own time.
            repeat {
                let answer: JSON = try await socket.emit("whoami", timeout: seconds)
                transport = answer["transport"]?.string
            } while place.way == .upgrade && transport == "polling"
            try expect(transport, place.way == .polling ? "polling" : "websocket")
            await socket.close()
        }
    ),
    (
        "twenty clients at once",
        { place in
            let sockets = try await withThrowingTaskGroup(of: SocketIOClient.self) { group in
                for _ in 0..<20 { group.addTask { try await place.connect() } }
                var all: [SocketIOClient] = []
                for try await socket in group { all.append(socket) }
                return all
            }
            let heard = sockets.map { $0.events("said", as: String.self, String.self) }
            for socket in sockets { let _: Int = try await socket.emit("echo", 1, timeout: seconds) }
            try await sockets[0].emit("say-all", "hello, everybody")
            for stream in heard { try expect(try await next(stream).1, "hello, everybody") }
            for socket in sockets { await socket.close() }
        }
    ),
]
