// Bench: the server that load generators measure: every limit on, those per address and the rates beyond what one
// generator sends, because it comes from a single address.

import SocketIO
import UVHTTP

/// Serves what load generators and the curves of docs/benchmarks.md ask for.
///
/// "echo" acknowledges with its arguments, "chat message" goes to everybody, "join" enters a room and "room message" goes
/// to its members, and GET / is a page of 1,500 bytes. "/n1", "/n2" and so on echo as "/" does. "join rooms" and
/// "join and leave" do in one call what would otherwise be measured through a message each. With
/// `--page FILE` GET / is that file and GET /files/... its folder.
func serveBench(_ command: Command, _ ground: Ground) throws {
    var options = ServerOptions(cluster: ground.cluster)
    options.maxConnectionsPerAddress = 1_000_000
    options.maxHandshakesPerSecond = 1_000_000
    options.maxPacketsPerSecond = 10_000_000
    options.maxBytesPerSecond = 10_000_000_000
    let io = ground.makeServer(options)
    io.on(.connection) { socket in
        registerEcho(socket)
        registerRooms(socket)
        socket.on("chat message") { (text: JSON) in
            io.emit("chat message", text)
        }
        socket.on("room message") { (room: String, text: JSON) in
            io.to(room).emit("room message", text)
        }
    }
    io.of(matching: { name, _ in name.hasPrefix("/n") }) { namespace in
        namespace.on(.connection) { registerEcho($0) }
    }
    if let page = command.page { serveFile(page, ground) } else { servePage(ground) }
}

/// A page that the program holds itself.
private func servePage(_ ground: Ground) {
    let page = String(repeating: "<p>A page of fifteen hundred bytes, which is what many pages are.</p>\n", count: 22)
    let body = Array(page.utf8.prefix(1_500))
    ground.app.get("/") { exchange in
        exchange.setHeader("Content-Type", "text/html; charset=utf-8")
        exchange.send(body)
    }
}

/// A page from the disk, in both ways in which users serve one.
private func serveFile(_ path: String, _ ground: Ground) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    ground.app.use("/files", .static(folder))
    ground.app.get("/") { exchange in
        exchange.sendFile(path)
    }
}

private func registerEcho(_ socket: Socket) {
    socket.on("echo") { (arguments: Arguments, ack: Ack?) in
        ack?(arguments)
    }
}

/// Many rooms at once, and rooms joined and left many times, so that the message around them costs nothing.
private func registerRooms(_ socket: Socket) {
    socket.on("join") { (room: String) in
        socket.join(room)
        return true
    }
    socket.on("join rooms") { (prefix: String, count: Int) in
        for number in 0..<max(0, min(count, 1_000_000)) { socket.join("\(prefix)\(number)") }
        return socket.rooms.count - 1
    }
    socket.on("join and leave") { (prefix: String, count: Int, times: Int) in
        let names = (0..<max(1, min(count, 1_000_000))).map { "\(prefix)\($0)" }
        var place = 0
        for _ in 0..<max(0, min(times, 10_000_000)) {
            socket.join(names[place])
            socket.leave(names[place])
            // A stride, so that the next room is not the neighbour in memory of this one.
            place = (place + 7_919) % names.count
        }
        return socket.rooms.count - 1
    }
}
