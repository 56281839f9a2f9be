// Broadcast: a server that says large things to everybody when it is asked to, and tells what became of those who do not
// listen. Tests/Clients/test_slow.py is the one who asks.

import SocketIO
import UVHTTP

/// GET /__say emits one "chunk" of 64 KiB to everybody; GET /__report tells what was queued at most, and who ended why.
func serveBroadcast(_ command: Command, _ ground: Ground) {
    var options = ServerOptions()
    options.maxHandshakesPerSecond = 1_000_000
    // Who does not read answers no pings either; here it is to be the bytes that end it, however slow the machine is.
    options.pingTimeout = 3_600_000
    let io = ground.makeServer(options)
    var ends: [JSON] = []
    var highest = 0
    io.on(.connection) { socket in
        socket.on(.disconnect) { reason, detail in ends.append([.string(reason.rawValue), .string(detail ?? "")]) }
    }
    let filling = String(repeating: "x", count: 65_536)
    var number = 1_000_000
    ground.app.get("/__say") { exchange in
        number += 1
        io.emit("chunk", number, filling)
        highest = io.sockets.reduce(highest) { max($0, $1.conn.bufferedBytes) }
        exchange.json(["number": number])
    }
    ground.app.get("/__report") { exchange in
        exchange.json(
            [
                "highest": .int(Int64(highest)), "limit": .int(Int64(options.maxBufferedBytes)),
                "soft": .int(Int64(options.softBufferedBytes)),
                "sockets": .int(Int64(io.sockets.count)), "ends": .array(ends),
            ] as JSON
        )
    }
}
