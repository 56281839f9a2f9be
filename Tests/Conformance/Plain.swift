// Plain: Socket.IO with every option at its default, and 404 elsewhere. The bad input suite is run against it.
// `--deflate` turns compression of WebSocket messages on, `--eio3` lets clients of Socket.IO 2 in.

import SocketIO
import UVHTTP
import UVLoop

/// Event "echo" acknowledges with its arguments, or emits "echo" with them when nobody asked for an acknowledgement.
func servePlain(_ command: Command, _ ground: Ground) throws {
    var options = ServerOptions(cluster: ground.cluster)
    if command.has("--deflate") { options.perMessageDeflate = PerMessageDeflate() }
    if command.has("--recovery") { options.connectionStateRecovery = ConnectionStateRecovery() }
    options.allowEIO3 = command.has("--eio3")
    let io = ground.makeServer(options)
    io.on(.connection) { socket in
        socket.on("echo") { (arguments: Arguments, ack: Ack?) in
            if let ack {
                ack(all: arguments.values)
            } else {
                socket.emit("echo", all: arguments.values)
            }
        }
    }
    reportCounts(io, on: ground)
}

/// Answers `/__counts` with how many objects of each kind are alive on all loops, for tests that look for leaks.
func reportCounts(_ io: Server, on ground: Ground) {
    let count = {
        [
            "sessions": io.engine.clientsCount, "sockets": io.sockets.count,
            "connections": ground.app.liveConnections, "handles": ground.loop.liveHandles,
            "handedOver": io.engine.counters.handedOver, "takenOver": io.engine.counters.takenOver,
        ]
    }
    io.onServerSide("counts") { count() }
    ground.app.get("/__counts") { exchange in
        io.serverSideEmit("counts") { others in
            var sum = count()
            for (name, number) in others.answers.flatMap({ $0.object ?? [:] }) {
                sum[name, default: 0] += number.int ?? 0
            }
            exchange.json(sum)
        }
    }
}
