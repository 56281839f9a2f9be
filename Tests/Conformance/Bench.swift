// Bench: the server that load generators measure: every limit on, those per address and the rates beyond what one
// generator sends, because it comes from a single address.

import SocketIO
import UVHTTP

/// "echo" acknowledges with its arguments, "chat message" goes to everybody, "join" enters a room and "room message" goes
/// to its members, and GET / is a page of 1,500 bytes.
func serveBench(_ command: Command, _ ground: Ground) throws {
    var options = ServerOptions(cluster: ground.cluster)
    options.maxConnectionsPerAddress = 1_000_000
    options.maxHandshakesPerSecond = 1_000_000
    options.maxPacketsPerSecond = 10_000_000
    options.maxBytesPerSecond = 10_000_000_000
    let io = Server(on: ground.app, options: options)
    io.on(.connection) { socket in
        socket.on("echo") { (arguments: Arguments, ack: Ack?) in
            ack?(arguments)
        }
        socket.on("chat message") { (text: JSON) in
            io.emit("chat message", text)
        }
        socket.on("join") { (room: String) in
            socket.join(room)
            return true
        }
        socket.on("room message") { (room: String, text: JSON) in
            io.to(room).emit("room message", text)
        }
    }
    let page = String(repeating: "<p>A page of fifteen hundred bytes, which is what many pages are.</p>\n", count: 22)
    let body = Array(page.utf8.prefix(1_500))
    ground.app.get("/") { exchange in
        exchange.setHeader("Content-Type", "text/html; charset=utf-8")
        exchange.send(body)
    }
}
