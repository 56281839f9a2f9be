// The face: that the lines of the README compile with these three imports, and choose the overloads that they mean.
// The closures here are never called; what they do is tested beside what does it.

import SocketIO
import Testing
import UVHTTP
import UVLoop

private struct ChatMessage: Codable {
    var text: String
    var picture: [UInt8]?
}

private enum Events {
    static let said = Event<ChatMessage>("said")
    static let moved = Event<Int, Int>("moved")
    static let bell = BareEvent("bell")
}

private func lookUp(_ name: String) async throws -> Int { name.utf8.count }

private struct Wrong: Error {}

private func tutorial(_ app: HTTPServer) {
    let io = Server(on: app)
    io.on(.connection) { socket in
        socket.on(.disconnect) { reason in print("user disconnected", reason) }
        socket.on("chat message") { (message: String) in
            io.emit("chat message", message)
        }
    }
}

private func handlers(_ socket: Socket, _ io: Server) {
    socket.on("add") { (a: Int, b: Int) in a + b }
    socket.on("nothing") {}
    socket.on("answer") { 42 }
    socket.on("maybe") { (name: String?) in print(name ?? "nobody") }
    socket.on("ack") { (name: String, ack: Ack) in ack(name, 1, ["a": 2]) }
    socket.on("perhaps") { (name: String, ack: Ack?) in ack?(name) }
    socket.on("refuse") { (a: Int) in if a > 3 { throw Wrong() } }
    socket.on("bytes") { (bytes: [UInt8]) in bytes.count }
    socket.on("any") { (value: JSON) in value["name"]?.string ?? "" }
    socket.on("all") { (rest: Arguments, ack: Ack?) in ack?(all: rest.values) }
    socket.once("once") { (a: Int) in print(a) }
    socket.onUnhandled { event, values, ack in print(event, values.count, ack == nil) }
    socket.on("emits") { (m: String) in socket.to("room").emit("m", m) }
    socket.on("emits too") { (m: String) in socket.emit("m", m) }
    let registration = socket.on("gone") { (a: Int) in print(a) }
    registration.cancel()
    socket.off("add")
}

private func asynchronous(_ socket: Socket, _ io: Server) {
    socket.on("find") { (name: String) in try await lookUp(name) }
    socket.on("wait") { (name: String) in _ = try await lookUp(name) }
    socket.on("wait none") { _ = try await lookUp("a") }
    socket.on("pair") { (a: Int, b: String) in
        let found = try await lookUp(b)
        return a + found
    }
    socket.on("ask") { (ack: Ack) in
        let answer: Int = try await socket.emit("question", 20, timeout: .seconds(5))
        let (name, age): (String, Int) = try await socket.emit("who", timeout: .milliseconds(500))
        ack(answer, name, age)
    }
    socket.on(.disconnect) { reason in _ = try await lookUp(reason.rawValue) }
    io.on(.connection) { socket in _ = try await lookUp(socket.id) }
    io.use { socket in
        guard try await lookUp(socket.handshake.auth["token"]?.string ?? "") > 0 else { throw ConnectError("no") }
    }
}

private func declared(_ socket: Socket, _ io: Server) {
    socket.on(Events.said) { message in io.to("room").emit(Events.said, message) }
    socket.on(Events.said) { message in message.text }
    socket.on(Events.said) { message in _ = try await lookUp(message.text) }
    socket.on(Events.moved) { x, y in x * y }
    socket.on(Events.bell) { print("ring") }
    socket.emit(Events.moved, 1, 2)
    io.emit(Events.said, ChatMessage(text: "hello"))
}

private func widely(_ socket: Socket, _ io: Server) {
    io.to("a").in("b").except("c").emit("x", 1, "two", 3.5, [4], ["five": 6], nil as Int?, JSON.null)
    socket.broadcast.emit("x", ["name": "a", "tags": [1, nil]] as JSON)
    socket.to(["a", "b"]).volatile.emit("x")
    io.of("/admin").use { socket in throw ConnectError("no", data: ["code": 42]) }
    io.of("/admin").on(.connection) { socket in socket.join("a") }
    socket.on(.disconnecting) { reason, detail in print(reason, detail ?? "", socket.rooms) }
    io.on(.fault) { fault in print(fault) }
    socket.emit("q", 20, timeout: .seconds(2)) { (result: Result<Int, AckError>) in print(result) }
    socket.emit("q") { (result: Result<(Int, String), AckError>) in print(result) }
    let handshake: Handshake = socket.handshake
    let counters: Server.Counters = io.counters
    print(handshake.address, handshake.headers.first("user-agent") ?? "", counters.connections)
    switch socket.emit("x") {
    case .accepted, .queued, .dropped: break
    }
}

@Suite struct FaceTests {
    @Test func `the lines of the README choose the handlers that they mean`() throws {
        let app = HTTPServer(on: try EventLoop())
        tutorial(app)
        var options = ServerOptions()
        options.pingInterval = 10_000
        options.path = "/other"
        options.connectTimeout = 1_000
        let io = Server(on: app, options: options)
        let uses: [(Socket, Server) -> Void] = [handlers, asynchronous, declared, widely]
        #expect(uses.count == 4)
        #expect(io.sockets.isEmpty)
    }
}
