// Support: scenarios against a server of ours on the same loop, with its good handlers or with bad ones.

import ArgumentParser
import SocketIO
import TestSupport
import UVHTTP
import UVLoop
import Wire

@testable import chatload

/// The handlers that every scenario needs.
func serveAll(_ io: Server) {
    io.on(.connection) { socket in
        socket.on("echo") { (arguments: Arguments, ack: Ack?) in ack?(arguments) }
        socket.on("chat message") { (text: JSON) in io.emit("chat message", text) }
        socket.on("join") { (room: String) in
            socket.join(room)
            return true
        }
        socket.on("room message") { (room: String, text: JSON) in io.to(room).emit("room message", text) }
    }
}

/// Carries out a command line against a server on the same loop; "URL" stands for its address.
func perform(
    _ line: String,
    within deadline: UInt64 = 30_000,
    serving options: ServerOptions = ServerOptions(),
    _ serve: @escaping (Server) -> Void = serveAll,
    during: @escaping (EventLoop, LoadRun) -> Void = { _, _ in }
) throws -> Report {
    var report: Report?
    var kept: [AnyObject] = []
    try onLoop(within: deadline) { loop in
        let app = HTTPServer(on: loop)
        let io = Server(on: app, options: options)
        serve(io)
        try app.listen(host: "127.0.0.1", port: 0)
        let words = line.replacing("URL", with: "http://127.0.0.1:\(app.port ?? 0)").split(separator: " ").map(
            String.init
        )
        guard let command = try Chatload.parseAsRoot(words) as? any ScenarioCommand else { return loop.stop() }
        let run = try LoadRun(on: loop, try command.plan()) { found in
            report = found
            loop.stop()
        }
        during(loop, run)
        kept = [app, io, run]
    }
    kept = []
    _ = kept
    guard let report else { throw NoReport() }
    return report
}

struct NoReport: Error {}
