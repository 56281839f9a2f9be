// GuideSnippets: every piece of code in docs/guides, so that it compiles. GuidesTests compares the two; the functions are
// never called.

import EngineIO
import Glibc
import SocketIO
import UVHTTP
import UVLoop

private func acknowledgements1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("add") { (a: Int, b: Int) in a + b }
    socket.on("save") { (text: String, ack: Ack?) in
        print(text)
        ack?("saved", text.utf8.count)
    }
}

private func acknowledgements2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("begin") {
        let age: Int = try await socket.emit("age?", timeout: .seconds(5))
        let (first, last): (String, String) = try await socket.timeout(.seconds(5)).emit("name?")
        print(first, last, age)
    }
    socket.emit("ready?", timeout: .seconds(5)) { (answer: Result<Bool, AckError>) in
        print(answer)
    }
}

private func acknowledgements3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("poll") {
        let votes: BroadcastAnswers<Int> = await io.to("voters").timeout(.seconds(2)).emit("vote")
        print(votes.answers, "and", votes.missing, "without an answer")
    }
}

private func acknowledgements4(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    var options = ServerOptions()
    options.failureAnswer = { fault in ["error": .string(fault.message)] }
}

private func errors1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.on(.fault) { fault in
        print(fault.kind, fault.event, fault.socket ?? "-", fault.message)
    }
}

private func errors2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on(.disconnect) { reason, detail in
        print(reason, detail ?? "")
    }
}

private func errors3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.engine.onConnectionError = { error in
        print(error.fault, error.message, error.context, error.request.address)
    }
}

private func events1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("move") { (x: Int, y: Int, label: String?) in
        print("moved to", x, y, label ?? "nowhere in particular")
    }
    socket.on("picture") { (bytes: [UInt8], name: String) in
        print(name, "has", bytes.count, "bytes")
    }
}

private func events2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    struct ChatMessage: Codable {
        var author: String
        var text: String
    }
    enum Events {
        static let said = Event<ChatMessage>("said")
    }
    socket.on(Events.said) { message in
        io.emit(Events.said, message)
    }
}

private func events3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("slow") { (name: String) in
        try await Task.sleep(for: .seconds(1))
        socket.emit("done", name)
    }
}

private func events4(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    let registration = socket.on("tick") { print("tick") }
    socket.once("ready") { print("ready") }
    registration.cancel()
    socket.off("ready")
    print(socket.eventNames)
}

private func events5(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.onAny { event, values in print("came", event, values.count) }
    socket.onUnhandled { event, values, ack in print("nobody handles", event) }
    socket.onAnyOutgoing { event, values in print("left", event, values.count) }
}

private func events6(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    switch socket.volatile.emit("position", 1, 2) {
    case .accepted: break
    case .queued, .dropped: print("the client reads slowly")
    }
}

private func limits1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    var options = ServerOptions()
    options.maxHttpBufferSize = 100_000
    options.maxBufferedBytes = 1_000_000
    options.maxRoomsPerSocket = 100
    options.connectTimeout = 10_000
    _ = Server(on: app, options: options)
}

private func limits2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    print(io.counters.eventsReceived, io.engine.counters.sent, socket.conn.bufferedBytes)
}

private func middleware1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.use { socket in
        guard let name = socket.handshake.auth["name"]?.string else {
            throw ConnectError("who are you?", data: ["code": 401])
        }
        try await Task.sleep(for: .milliseconds(10))  // the database is asked
        socket.data = ["name": .string(name)]
        socket.join("users")
    }
}

private func middleware2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    struct TooLong: Error {}
    socket.use { event in
        guard event.arguments.count < 10 else { throw TooLong() }
    }
    socket.on(.error) { error in print("refused:", error) }
}

private func namespaces1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    let admin = io.of("/admin")
    admin.use { socket in
        guard socket.handshake.auth["token"] == "secret" else { throw ConnectError("not authorized") }
    }
    admin.on(.connection) { socket in
        socket.on("count") { admin.count }
    }
}

private func namespaces2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    let projects = io.of(/\/project-\d+/) { project in
        project.on(.connection) { socket in
            project.emit("joined", socket.id)
        }
    }
    io.of(matching: { name, auth in name.hasPrefix("/user-") && auth["token"] != nil }) { user in
        user.on(.connection) { socket in socket.emit("welcome") }
    }
    projects.emit("maintenance", "in five minutes")
    io.on(.newNamespace) { namespace in print("new:", namespace.name) }
}

private func rooms1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.join("kitchen")
    socket.join(["garden", "cellar"])
    socket.leave("cellar")
    print(socket.rooms)
}

private func rooms2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.emit("news", "to all")
    io.to("kitchen").to("garden").except("guests").emit("news", "to some")
    socket.to("kitchen").emit("news", "to the others there")
    socket.broadcast.emit("news", "to all others")
    io.volatile.to("kitchen").emit("temperature", 21.5)
}

private func rooms3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    let kitchen = io.in("kitchen")
    kitchen.socketsJoin("dinner")
    kitchen.socketsLeave("kitchen")
    for guest in io.in("dinner").sockets { print(guest.id) }
    kitchen.disconnectSockets(close: true)
}

private func rooms4(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on(.disconnecting) { reason in
        for room in socket.rooms { socket.to(room).emit("left", socket.id) }
    }
}

private func recovery1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    var options = ServerOptions()
    var recovery = ConnectionStateRecovery()
    recovery.maxDisconnectionDuration = 60_000
    recovery.maxLoggedBytes = 16 << 20
    options.connectionStateRecovery = recovery
    _ = Server(on: app, options: options)
}

private func recovery2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.on(.connection) { socket in
        if socket.recovered { return print(socket.data, "is back") }
        socket.data = ["name": "nobody"]
        socket.join("lobby")
    }
}

private func recovery3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.on(.recoveryMissed) { miss in
        print(miss.namespace, miss.reason)
    }
}

private func adapters1(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    let hub = LoopHub()
    var options = ServerOptions()
    options.adapter = { audience in ClusterAdapter(audience, bus: LoopBus(hub)) }
    _ = Server(on: app, options: options)
}

private func adapters2(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    socket.on("who") {
        let found = await io.in("lobby").fetchSockets()
        for each in found { print(each.id, each.rooms, each.data) }
        print("no answer from", found.missingServers)
    }
    io.in("lobby").socketsJoin("dinner")
    io.local.emit("restart", "this server only")
}

private func adapters3(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    io.onServerSide("load") { io.main.count }
    io.serverSideEmit("load") { loads in
        print(loads.answers, loads.missing)
    }
}

private func adapters4(_ io: Server, _ socket: Socket, _ app: HTTPServer) async throws {
    var options = ServerOptions()
    options.adapter = { audience in
        audience.onRoom = { event in print(event) }
        return LocalAdapter(audience)
    }
    _ = Server(on: app, options: options)
}

private func freshToken() async throws -> String { "token" }

private func swiftClient1() async throws {
    let socket = try await SocketIOClient.connect("http://localhost:3000", auth: ["token": "secret"])
    socket.on("question") { (number: Int) in number + 1 }
    try await socket.emit("hi", 1)
    let sum: Int = try await socket.emit("add", 1, 2, timeout: .seconds(5))
    for await message in socket.events("chat message", as: String.self) {
        print(message, sum)
    }
    await socket.close()
}

private func swiftClient2(_ loop: EventLoop) {
    let io = Manager(on: loop, url: "http://localhost:3000")
    let socket = io.socket("/", auth: .each { ["token": .string(try await freshToken())] })
    socket.on(.connect) { print("here as", socket.id ?? "", socket.recovered) }
    socket.on(.connectError) { error in print("not yet:", error) }
    socket.on(.disconnect) { reason in print("gone:", reason) }
    socket.on("chat message") { (text: String) in print(text) }
    socket.emit("chat message", "hi")
    socket.emit("add", 1, 2, timeout: .seconds(5)) { (answer: Result<Int, AckError>) in print(answer) }
    io.on(.reconnectAttempt) { number in print("attempt", number) }
}

private func swiftClient3(_ loop: EventLoop) {
    var options = ManagerOptions()
    options.reconnectionDelayMax = 30_000
    options.transports = [.websocket]
    options.maxKeptEvents = 1_000
    var sending = ClientSocketOptions()
    sending.retries = 3
    sending.ackTimeout = 10_000
    let io = Manager(on: loop, url: "http://localhost:3000", options: options)
    let socket = io.socket(options: sending)
    socket.deadline(.seconds(30)).emit("order", 42)
    socket.volatile.emit("position", 1, 2)
}

private func manyLoops1() throws {
    let group = LoopGroup(count: 2)
    let hub = LoopHub()
    try group.run { loop, index in
        let app = HTTPServer(on: loop)
        let io = Server(on: app, options: ServerOptions(cluster: hub))
        io.on(.connection) { socket in
            socket.on("chat message") { (text: String) in
                io.emit("chat message", text)  // to everybody on every loop
            }
        }
        try app.listen(port: 8080)
        if index == 0 { try SignalWatcher(on: loop, signal: SIGTERM) { group.stop() } }
        loop.onStop {
            io.close()
            app.close(within: 5_000) { loop.stop() }
        }
    }
}
