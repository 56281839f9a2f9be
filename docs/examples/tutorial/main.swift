import SocketIO
import UVHTTP
import UVLoop

let loop = try EventLoop()
let app = HTTPServer(on: loop)
let io = Server(on: app)

app.use(.json())
app.use(.urlencoded(extended: true))

app.get("/") { exchange in
    exchange.sendFile("docs/examples/tutorial/static/index.html")
}

io.on(.connection) { socket in
    print("user connected")
    socket.on(.disconnect) { reason in
        print("user disconnected")
    }
    socket.on("chat message") { (message: String) in
        io.emit("chat message", message)
    }
}

try app.listen(port: CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 3000)
try loop.run()
