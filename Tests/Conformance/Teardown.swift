// Teardown: a server that tells how much of what came and went is still there. Tests/Clients/test_teardown.py lets ten
// thousand clients of each kind come and go.

import CMalloc
import EngineIO
import SocketIO
import UVHTTP
import UVLoop

/// Handlers hold the sockets that hold them, and some clients are refused.
///
/// That is those with "deny" in the query, and those without a name. "x" is acknowledged. `--impatient` makes every
/// timeout short.
func serveTeardown(_ command: Command, _ ground: Ground) throws {
    var options = ServerOptions()
    options.maxHandshakesPerSecond = 1_000_000
    options.allowRequest = { request, decide in
        decide(request.query.contains { $0.0 == "deny" } ? .deny() : .allow)
    }
    if command.has("--impatient") {
        options.pingInterval = 1_500
        options.pingTimeout = 1_000
        options.upgradeTimeout = 1_000
        options.connectTimeout = 1_000
    }
    let io = ground.makeServer(options)
    let census = Census()
    io.use { socket in
        if socket.handshake.auth["name"]?.string == nil { throw ConnectError("who are you?") }
    }
    io.on(.connection) { socket in
        census.add(socket)
        socket.join(["everyone", "room \(io.counters.connections % 7)"])
        socket.on("x") { (text: String, ack: Ack) in ack(text, socket.rooms.count) }
        socket.on(.disconnect) { _ in socket.join("too late") }
    }
    ground.app.get("/__counts") { exchange in
        exchange.json(
            [
                "sessions": io.engine.clientsCount, "sockets": io.sockets.count, "alive": census.alive,
                "rooms": io.main.adapter.roomNames.count, "connections": ground.app.liveConnections,
                "handles": ground.loop.liveHandles, "opened": io.engine.counters.opened,
                "bytes": malloc_bytes_in_use(),
            ]
        )
    }
}

/// Remembers every socket and its session without keeping them.
private final class Census {
    private struct Entry {
        weak var socket: Socket?
        weak var session: Session?

        var isGone: Bool { socket == nil && session == nil }
    }

    private var entries: [Entry] = []

    /// How many are still there.
    var alive: Int {
        entries.removeAll(where: \.isGone)
        return entries.count
    }

    func add(_ socket: Socket) {
        // What is weakly referred to keeps a few bytes; nobody should count them as the server's.
        if entries.count.isMultiple(of: 1_000) { _ = alive }
        entries.append(Entry(socket: socket, session: socket.conn))
    }
}
