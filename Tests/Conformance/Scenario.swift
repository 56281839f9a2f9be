// Scenario: the server of the client suites. "/", "/admin" and "/dyn-<digits>" offer the same events.

import SocketIO
import UVHTTP
import UVLoop

/// Serves the namespaces of the client suites, with CORS open to every page; `--msgpack` changes the parser,
/// `--eio3` lets clients of Socket.IO 2 in, whose query of a namespace is their auth.
func serveScenario(_ command: Command, _ ground: Ground) throws {
    var options = ServerOptions(cluster: ground.cluster)
    options.cors = CORSOptions(origin: .any)
    // With recovery each event carries its offset as one argument more, as the reference's does, and suites that compare
    // whole argument lists do without.
    if !command.has("--no-recovery") { options.connectionStateRecovery = ConnectionStateRecovery() }
    if command.has("--msgpack") { options.parser = MessagePackParser() }
    options.allowEIO3 = command.has("--eio3")
    let io = ground.makeServer(options)
    serveScenarios(io) { namespace, socket in Scenario(namespace, socket, ground.loop).register() }
    reportCounts(io, on: ground)
}

/// The namespaces of the client suites, with the checks at their doors; `setUp` gives each socket its events.
func serveScenarios(_ io: Server, _ setUp: @escaping (Namespace, Socket) -> Void) {
    let register = { (namespace: Namespace) in
        namespace.on(.connection) { [unowned namespace] socket in setUp(namespace, socket) }
    }
    io.use { socket in
        if socket.handshake.auth["deny"] != nil { throw ConnectError("denied", data: ["code": 42]) }
    }
    io.of("/admin").use { socket in
        guard socket.handshake.auth["token"] == "secret" else { throw ConnectError("not authorized") }
    }
    register(io.main)
    register(io.of("/admin"))
    io.of(matching: { name, _ in isDynamic(name) }, register)
}

/// Whether this is "/dyn-" and a number.
private func isDynamic(_ name: String) -> Bool {
    let digits = name.dropFirst(5)
    return name.hasPrefix("/dyn-") && !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
}

/// The events of one socket.
struct Scenario {
    private unowned let namespace: Namespace
    private unowned let socket: Socket
    private unowned let loop: EventLoop

    init(_ namespace: Namespace, _ socket: Socket, _ loop: EventLoop) {
        self.namespace = namespace
        self.socket = socket
        self.loop = loop
    }

    func register() {
        registerAnswers()
        registerRooms()
        registerMemory()
        registerEndings()
    }

    private func registerAnswers() {
        socket.on("echo") { (arguments: Arguments, ack: Ack) in ack(all: arguments.values) }
        socket.on("bin") { (data: JSON) in socket.emit("bin", data) }
        socket.on("offset") { socket.emit("offset") }
        socket.on("multi") { (ack: Ack) in ack(1, "two", [3] as [UInt8]) }
        socket.on("whoami") { () -> JSON in whoami() }
        socket.on("later") { (delay: Int) async in await later(delay) }
        socket.on("ask") { (ack: Ack) in
            socket.emit("question", 20, timeout: .seconds(2)) { (answers: Result<Arguments, AckError>) in
                switch answers {
                case .success(let answers): ack(answers.values)
                case .failure: ack("timeout")
                }
            }
        }
    }

    private func registerRooms() {
        socket.on("join") { (room: String) -> [String] in
            socket.join(room)
            return rooms()
        }
        socket.on("leave") { (room: String) -> [String] in
            socket.leave(room)
            return rooms()
        }
        socket.on("say") { (room: String, text: String, ack: Ack?) in
            socket.to(room).emit("said", room, text)
            ack?()
        }
        socket.on("say-all") { (text: JSON, ack: Ack?) in
            namespace.emit("said", "*", text)
            ack?()
        }
    }

    /// What a recovery has to bring back, and a question to everybody.
    private func registerMemory() {
        socket.on("remember") { (value: JSON, ack: Ack?) in
            socket.data = value
            ack?()
        }
        socket.on("recall") { () -> JSON in
            let rooms = JSON.array(rooms().map { .string($0) })
            return ["data": socket.data, "rooms": rooms, "recovered": .bool(socket.recovered)]
        }
        socket.on("say-bytes") { (room: String, data: JSON, ack: Ack?) in
            socket.to(room).emit("bytes", data)
            ack?()
        }
        socket.on("ask-all") { (limit: Int, ack: Ack) in
            let deadline = Duration.milliseconds(max(1, min(limit, 60_000)))
            namespace.emit("question", 20, timeout: deadline) { (all: BroadcastAnswers<JSON>) in
                ack(all.answers, all.missing)
            }
        }
    }

    private func registerEndings() {
        socket.on("kick") { socket.conn.close() }
        socket.on("kick-clean") { socket.disconnect(close: true) }
        socket.on("kick-ns") { socket.disconnect() }
    }

    private func rooms() -> [String] {
        socket.rooms.filter { $0 != socket.id }
    }

    /// To the room that is the socket's id, so that it waits in the log of a socket that is away.
    private func later(_ delay: Int) async {
        await loop.sleep(for: UInt64(max(0, min(delay, 60_000))))
        namespace.to(socket.id).emit("late", "x\(delay)")
    }

    private func whoami() -> JSON {
        [
            "id": .string(socket.id), "auth": socket.handshake.auth,
            "q": socket.handshake.query("token").map { .string($0) } ?? .null,
            "transport": .string(socket.transport),
        ]
    }
}
