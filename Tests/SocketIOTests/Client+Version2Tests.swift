import SocketIO
import TestSupport
import Testing
import UVLoop
import Wire

/// Clients of Socket.IO 2: what they send and expect, word for word.
@Suite struct ClientVersion2Tests {
    private static var options: ServerOptions {
        var options = ServerOptions()
        options.allowEIO3 = true
        return options
    }

    /// Such a client, and the id that it reads from the engine's handshake.
    private nonisolated(nonsending) func open(
        _ scene: Scene,
        query: String = ""
    ) async throws -> (peer: WebSocketPeer, id: String) {
        let peer = try scene.dial(query: query, version: 3)
        let hello = try JSON(parsing: String(try await peer.next().text.dropFirst()))
        return (peer, try #require(hello["sid"]?.string))
    }

    @Test func `it is in the main namespace without asking, under the id of its connection`() throws {
        try play(Self.options) { scene in
            var auths: [JSON] = []
            scene.io.on(.connection) { socket in
                auths.append(socket.handshake.auth)
                socket.emit("hello", socket.handshake.query("token") ?? "")
                socket.on("add") { (a: Int, b: Int) in a + b }
            }
            let (peer, id) = try await open(scene, query: "&token=abc")
            #expect(try await peer.next() == "40")
            #expect(try await peer.next() == "42[\"hello\",\"abc\"]")
            #expect(scene.io.sockets.map(\.id) == [id])
            #expect(auths == [[:]])
            peer.send("427[\"add\",1,2]")
            #expect(try await peer.next() == "437[3]")
            scene.io.to(id).emit("only", "you")
            #expect(try await peer.next() == "42[\"only\",\"you\"]")
        }
    }

    @Test func `it joins a namespace with a query, and is known there by both names`() throws {
        try play(Self.options) { scene in
            var auths: [JSON] = []
            scene.io.of("/chat").on(.connection) { socket in
                auths.append(socket.handshake.auth)
                socket.on("who") { socket.id }
            }
            let (peer, id) = try await open(scene)
            #expect(try await peer.next() == "40")
            peer.send("40/chat?token=a%20b&room=1&room=2")
            #expect(try await peer.next() == "40/chat,")
            #expect(auths == [["token": "a b", "room": "2"]])
            for name in ["/chat", "/chat?token=a%20b&room=1&room=2"] {
                peer.send("42\(name),1[\"who\"]")
                #expect(try await peer.next() == .text("43/chat,1[\"/chat#\(id)\"]"))
            }
            peer.send("41/chat")
            peer.send("420[\"settled?\"]")
            #expect(try await peer.next() == "430[]")
            #expect(scene.io.of("/chat").count == 0)
            #expect(scene.io.sockets.count == 1)
        }
    }

    @Test func `a client of today may use a question mark in a name, and gets an id of its own`() throws {
        try play(Self.options) { scene in
            let exact = scene.io.of("/chat?x")
            let guest = try await scene.join("/chat?x")
            #expect(exact.sockets.map(\.id) == [guest.id])
            #expect(guest.id.count == 15)
        }
    }

    @Test(
        arguments: [
            (nil, "\"no\""), ("because", "\"because\""), (["code": 42], "{\"code\":42}"), (0, "\"no\""), ("", "\"no\""),
            (false, "\"no\""), ([1], "[1]"),
        ] as [(JSON?, String)]
    )
    func `a refusal is the data, or else the text`(_ data: JSON?, _ told: String) throws {
        try play(Self.options) { scene in
            scene.io.use { _ in throw ConnectError("no", data: data) }
            scene.io.of("/chat").use { _ in throw ConnectError("no", data: data) }
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == .text("44" + told))
            peer.send("40/chat?a=b")
            #expect(try await peer.next() == .text("44/chat," + told))
            #expect(scene.io.counters.refusals == 2)
            #expect(scene.io.sockets.isEmpty)
        }
    }

    @Test func `an unknown namespace is refused as the reference refuses it`() throws {
        try play(Self.options) { scene in
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == "40")
            peer.send("40/nowhere")
            #expect(try await peer.next() == "44/nowhere,{\"message\":\"Invalid namespace\"}")
        }
    }

    @Test func `a second connect ends the connection`() throws {
        try play(Self.options) { scene in
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == "40")
            peer.send("40/?again=1")
            await peer.closed()
            #expect(scene.io.counters.protocolErrors == 1)
        }
    }

    @Test func `a handler may send it away while it comes`() throws {
        try play(Self.options) { scene in
            var reasons: [DisconnectReason] = []
            scene.io.on(.connection) { socket in
                socket.on(.disconnect) { reasons.append($0) }
                socket.disconnect(close: true)
            }
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == "40")
            #expect(try await peer.next() == "41")
            await peer.closed()
            await scene.until { !reasons.isEmpty && scene.io.engine.clientsCount == 0 }
            #expect(reasons == [.serverNamespaceDisconnect])
        }
    }

    @Test func `an asynchronous middleware lets it in later`() throws {
        try play(Self.options) { scene in
            scene.io.use { _ async throws in await scene.turn() }
            let (peer, id) = try await open(scene)
            #expect(try await peer.next() == "40")
            #expect(scene.io.socket(id) != nil)
        }
    }

    @Test func `it cannot come back, and gets no secret for that`() throws {
        var options = Self.options
        options.connectionStateRecovery = ConnectionStateRecovery()
        try play(options) { scene in
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == "40")
            peer.send("40/?pid=abc&offset=1")
            await peer.closed()
            await scene.until { scene.io.sockets.isEmpty }
            #expect(scene.io.counters.recoveryMisses == 0)
        }
    }

    @Test func `it may not come where old clients are not allowed`() throws {
        try play { scene in
            let peer = try scene.dial(version: 3)
            await peer.closed()
            #expect(peer.received == 0)
        }
    }

    @Test func `bytes go both ways in frames that carry their type`() throws {
        try play(Self.options) { scene in
            scene.io.on(.connection) { socket in
                socket.on("bin") { (bytes: [UInt8]) in socket.emit("bin", bytes) }
            }
            let (peer, _) = try await open(scene)
            #expect(try await peer.next() == "40")
            peer.send("451-[\"bin\",{\"_placeholder\":true,\"num\":0}]")
            peer.send([4, 1, 2, 3])
            #expect(try await peer.next() == "451-[\"bin\",{\"_placeholder\":true,\"num\":0}]")
            #expect(try await peer.next() == .binary([4, 1, 2, 3]))
        }
    }
}
