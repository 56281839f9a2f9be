// Command: what the command line asks for. By hand and not with swift-argument-parser, because this program also proves
// that our libraries bring no Foundation with them.

import Glibc
import SocketIO
import UVHTTP
import UVLoop

/// The options that the sub-commands share.
struct Command {
    var port = 3000
    /// How many loops serve, each on a thread of its own.
    var loops = 1
    /// A file to be served as the page; nil without `--page`.
    private(set) var page: String?
    private var flags: Set<String> = []

    /// Reads `--port N`, `--loops N` and flags such as `--recovery`; says what it does not know.
    ///
    /// `--page FILE` is known where `--page` is among the flags.
    init(_ arguments: ArraySlice<String>, flags known: Set<String>) throws(Misuse) {
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--port" {
                port = try Self.number(rest.popFirst(), of: argument, 0...65_535)
            } else if argument == "--loops" {
                loops = try Self.number(rest.popFirst(), of: argument, 1...256)
            } else if argument == "--page", known.contains(argument) {
                guard let file = rest.popFirst() else { throw Misuse(message: "--page takes a file") }
                page = file
            } else if known.contains(argument) {
                flags.insert(argument)
            } else {
                throw Misuse(message: "unknown argument \(argument)")
            }
        }
    }

    private static func number(
        _ text: String?,
        of option: String,
        _ range: ClosedRange<Int>
    ) throws(Misuse) -> Int {
        guard let number = text.flatMap({ Int($0) }), range.contains(number) else {
            throw Misuse(message: "\(option) takes a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool {
        flags.contains(flag)
    }
}

/// A command line that makes no sense.
struct Misuse: Error {
    let message: String
}

/// A sub-command: the flags it knows, and how it fills the servers.
private struct SubCommand: Sendable {
    var flags: Set<String> = []
    let serve: @Sendable (Command, Ground) throws -> Void
}

private func subCommands() -> [String: SubCommand] {
    [
        "client": SubCommand(serve: serveClientSupport),
        "engine-client": SubCommand(serve: serveEngineClientSupport),
        "http-echo": SubCommand(serve: serveHTTPEcho),
        "bench": SubCommand(flags: ["--page"], serve: serveBench),
        "echo": SubCommand(flags: ["--no-deflate"], serve: serveEcho),
        "plain": SubCommand(flags: ["--deflate", "--recovery", "--eio3"], serve: servePlain),
        "scenario": SubCommand(flags: ["--no-recovery", "--msgpack", "--eio3"], serve: serveScenario),
        "broadcast": SubCommand(serve: serveBroadcast),
        "teardown": SubCommand(flags: ["--impatient"], serve: serveTeardown),
        "browser": SubCommand(serve: serveBrowserSuite),
        "protocol": SubCommand(flags: ["--eio3"], serve: serveProtocol),
    ]
}

/// What every sub-command stands on: one of the loops, and an HTTP server on it.
final class Ground {
    let loop: EventLoop
    /// Makes the Socket.IO servers of all loops one; nil when there is one loop.
    let cluster: LoopHub?
    private(set) var app: HTTPServer
    private var kept: [AnyObject] = []

    init(_ loop: EventLoop, _ cluster: LoopHub?) {
        self.loop = loop
        self.cluster = cluster
        app = HTTPServer(on: loop)
    }

    /// Replaces the HTTP server by one with these options; for sub-commands that need other limits.
    func configure(_ options: HTTPOptions) {
        app = HTTPServer(on: loop, options: options)
    }

    /// Keeps a server alive as long as the program.
    func keep(_ server: AnyObject) {
        kept.append(server)
    }

    /// A Socket.IO server that lives until the loop is told to stop.
    func makeServer(_ options: ServerOptions) -> Server {
        let io = Server(on: app, options: options)
        loop.onStop { io.close() }
        return io
    }

    /// Listens, and lives until the loop is told to stop; then cuts everybody off, and lets everything go.
    func open(port: Int) throws {
        try app.listen(host: "localhost", port: port)
        loop.onStop { [self] in
            kept = []
            // What is mounted holds the servers that it speaks of, until this one is closed.
            app.close(within: 0) { [loop] in loop.stop() }
        }
    }
}

/// Serves on as many loops as asked for until TERM or INT, and says on the standard output when it listens.
private func serve(_ sub: SubCommand, _ command: Command) throws {
    let group = LoopGroup(count: command.loops)
    let cluster = group.count > 1 ? LoopHub() : nil
    try group.run { loop, index in
        let ground = Ground(loop, cluster)
        try sub.serve(command, ground)
        try ground.open(port: command.port)
        if index == 0 {
            for signal in [SIGTERM, SIGINT] { try SignalWatcher(on: loop, signal: signal) { group.stop() } }
        }
        guard index == group.count - 1 else { return }
        say("listening on 127.0.0.1:\(ground.app.port ?? command.port)\n", to: STDOUT_FILENO)
    }
}

/// Runs the sub-command and ends the program with its status.
func runConformance(_ arguments: [String]) -> Never {
    do {
        let known = subCommands()
        guard let name = arguments.first, let sub = known[name] else {
            throw Misuse(message: "usage: conformance \(known.keys.sorted().joined(separator: "|")) --port N")
        }
        let command = try Command(arguments.dropFirst(), flags: sub.flags)
        try serve(sub, command)
        exit(0)
    } catch let misuse as Misuse {
        say("conformance: \(misuse.message)\n", to: STDERR_FILENO)
        exit(64)
    } catch {
        say("conformance: \(error)\n", to: STDERR_FILENO)
        exit(1)
    }
}

/// Unbuffered, because whoever started this program waits for the line on a pipe.
private func say(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = write(descriptor, bytes, bytes.count)
}
