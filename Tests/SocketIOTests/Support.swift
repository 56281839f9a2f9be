// What the tests of SocketIO share: a scene with a server in it, played as one asynchronous script on its own loop.

import SocketIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// A server, and a way to connect to it.
final class Scene {
    let loop: EventLoop
    let app: HTTPServer
    let io: Server
    let port: Int
    private var peers: [WebSocketPeer] = []

    init(on loop: EventLoop, _ options: ServerOptions) throws {
        self.loop = loop
        loop.log = { _, _ in }
        app = HTTPServer(on: loop)
        io = Server(on: app, options: options)
        try app.listen(host: "127.0.0.1", port: 0)
        port = app.port ?? 0
    }

    /// Begins a connection.
    func dial(query: String = "", version: Int = 4) throws -> WebSocketPeer {
        let path = "/socket.io/?EIO=\(version)&transport=websocket" + query
        let peer = try WebSocketPeer(on: loop, port: port, path: path)
        peers.append(peer)
        return peer
    }

    /// A connection whose open packet was read, and nothing else.
    func open(query: String = "") async throws -> WebSocketPeer {
        let peer = try dial(query: query)
        try await expectOpen(peer)
        return peer
    }

    /// Reads the open packet.
    func expectOpen(_ peer: WebSocketPeer) async throws {
        let hello = try await peer.next()
        #expect(hello.text.hasPrefix("0{\"sid\":"))
    }

    /// A connection that has joined a namespace; `id` is its socket's.
    func join(_ namespace: String = "/", auth: String = "", query: String = "") async throws -> Guest {
        let peer = try await open(query: query)
        let prefix = namespace == "/" ? "" : namespace + ","
        peer.send("40\(prefix)\(auth)")
        return try await expectJoined(peer, prefix)
    }

    /// Reads the permission to enter a namespace.
    func expectJoined(_ peer: WebSocketPeer, _ prefix: String = "") async throws -> Guest {
        let answer = try await peer.next().text
        let start = "40\(prefix){\"sid\":\""
        guard answer.hasPrefix(start), answer.hasSuffix("\"}") else { throw Refused(answer: answer) }
        return Guest(peer: peer, id: String(answer.dropFirst(start.count).dropLast(2)))
    }

    /// Many connections that have joined "/", made at the same time.
    func join(count: Int) async throws -> [Guest] {
        var guests: [Guest] = []
        let peers = try (0..<count).map { _ in try dial() }
        for peer in peers { try await expectOpen(peer) }
        for peer in peers { peer.send("40") }
        for peer in peers { guests.append(try await expectJoined(peer)) }
        return guests
    }

    /// Goes on after everything that was on its way has arrived: a question to the server is answered behind it.
    func settle(_ guest: Guest) async throws {
        guest.peer.send("42999[\"settled?\"]")
        while true {
            let message = try await guest.peer.next()
            if message == "43999[]" { return }
            guest.seen.append(message)
        }
    }

    /// Lets the loop turn until `condition` holds; the scene's deadline ends it otherwise.
    func until(_ condition: () -> Bool) async {
        while !condition() { await turn() }
    }

    /// Goes on in the next turn.
    func turn() async {
        await withUnsafeContinuation { (turn: UnsafeContinuation<Void, Never>) in loop.nextTurn { turn.resume() } }
    }

    func end() {
        for peer in peers { peer.close() }
        io.close()
        app.close(within: 0)
    }
}

/// A connected client of the scene.
final class Guest {
    let peer: WebSocketPeer
    let id: String
    /// What `settle` found before the answer it was waiting for.
    var seen: [PeerMessage] = []

    init(peer: WebSocketPeer, id: String) {
        self.peer = peer
        self.id = id
    }

    func send(_ text: String) { peer.send(text) }
    func send(_ bytes: [UInt8]) { peer.send(bytes) }
    func next() async throws -> PeerMessage { try await peer.next() }
}

/// The server answered a connect with this.
struct Refused: Error, Equatable {
    let answer: String
}

/// Plays a scene; afterwards nothing of it may be left.
func play(
    _ options: ServerOptions = ServerOptions(),
    within deadline: UInt64 = 10_000,
    _ script: nonisolated(nonsending) @escaping (Scene) async throws -> Void
) throws {
    var failure: (any Error)?
    try onLoop(within: deadline) { loop in
        let scene = try Scene(on: loop, options)
        scene.io.on(.connection) { socket in
            socket.on("settled?") { (ack: Ack) in ack() }
        }
        loop.spawn {
            do { try await script(scene) } catch { failure = error }
            scene.end()
        }
    }
    if let failure { throw failure }
}
