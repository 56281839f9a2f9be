// Command: what the command line asks for. By hand and not with swift-argument-parser, because this program also proves
// that our libraries bring no Foundation with them.

import Glibc
import SocketIO
import UVHTTP
import UVLoop

/// The options that the sub-commands share.
struct Command {
    var port = 3000
    private var flags: Set<String> = []

    /// Reads `--port N` and flags such as `--recovery`; says what it does not know.
    init(_ arguments: ArraySlice<String>, flags known: Set<String>) throws(Misuse) {
        var rest = arguments
        while let argument = rest.popFirst() {
            if argument == "--port" {
                guard let text = rest.popFirst(), let port = Int(text), (0...65_535).contains(port) else {
                    throw Misuse(message: "--port takes a number from 0 to 65535")
                }
                self.port = port
            } else if known.contains(argument) {
                flags.insert(argument)
            } else {
                throw Misuse(message: "unknown argument \(argument)")
            }
        }
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
private struct SubCommand {
    var flags: Set<String> = []
    let serve: (Command, Ground) throws -> Void
}

private func subCommands() -> [String: SubCommand] {
    [
        "client": SubCommand(serve: serveClientSupport),
        "engine-client": SubCommand(serve: serveEngineClientSupport),
        "http-echo": SubCommand(serve: serveHTTPEcho),
        "bench": SubCommand(serve: serveBench),
        "echo": SubCommand(flags: ["--no-deflate"], serve: serveEcho),
        "plain": SubCommand(flags: ["--deflate", "--recovery", "--eio3"], serve: servePlain),
        "scenario": SubCommand(flags: ["--no-recovery", "--msgpack", "--eio3"], serve: serveScenario),
        "broadcast": SubCommand(serve: serveBroadcast),
        "teardown": SubCommand(flags: ["--impatient"], serve: serveTeardown),
        "browser": SubCommand(serve: serveBrowserSuite),
        "protocol": SubCommand(flags: ["--eio3"], serve: serveProtocol),
    ]
}

/// What every sub-command stands on: a loop that ends on TERM or INT, and an HTTP server on it.
final class Ground {
    let loop: EventLoop
    private(set) var app: HTTPServer
    private var signals: [SignalWatcher] = []
    private var kept: [AnyObject] = []

    init() throws {
        loop = try EventLoop()
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

    /// Listens, says so on the standard output, and runs until a signal.
    func run(port: Int) throws {
        for signal in [SIGTERM, SIGINT] {
            signals.append(try SignalWatcher(on: loop, signal: signal) { [unowned loop] in loop.stop() })
        }
        try app.listen(host: "localhost", port: port)
        say("listening on 127.0.0.1:\(app.port ?? port)\n", to: STDOUT_FILENO)
        try loop.run()
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
        let ground = try Ground()
        try sub.serve(command, ground)
        try ground.run(port: command.port)
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
