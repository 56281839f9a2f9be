// Protocols: the server that the protocol suites of Engine.IO 4 and Socket.IO 5 expect, both on one port.

import EngineIO
import SocketIO
import UVHTTP

/// An Engine.IO echo at /engine.io/ and a Socket.IO server at /socket.io/, with the suites' short heartbeat.
func serveProtocol(_ command: Command, _ ground: Ground) throws {
    var engineOptions = EngineOptions()
    engineOptions.pingInterval = 300
    engineOptions.pingTimeout = 200
    engineOptions.allowEIO3 = command.has("--eio3")
    engineOptions.cors = CORSOptions(origin: .any)
    let engine = EngineServer(on: ground.app, options: engineOptions) { session in EngineEcho(session) }
    ground.keep(engine)

    var options = ServerOptions()
    options.engine = engineOptions
    options.path = "/socket.io"
    options.connectTimeout = 1_000
    let io = ground.makeServer(options)
    serveSuite(io)
}

/// What the Socket.IO suite expects of "/" and "/custom".
private func serveSuite(_ io: Server) {
    io.on(.connection) { socket in
        socket.emit("auth", socket.handshake.auth)
        socket.on("message") { (arguments: Arguments) in
            socket.emit("message-back", all: arguments.values)
        }
        socket.on("message-with-ack") { (arguments: Arguments, ack: Ack) in
            ack(all: arguments.values)
        }
    }
    io.of("/custom").on(.connection) { socket in
        socket.emit("auth", socket.handshake.auth)
    }
}

/// Echoes every message as what it came.
private final class EngineEcho: SessionHandler {
    private unowned let session: Session

    init(_ session: Session) {
        self.session = session
    }

    override func receive(text: RawSpan) {
        session.send(text: text)
    }

    override func receive(binary: RawSpan) {
        session.send(binary: binary)
    }
}
