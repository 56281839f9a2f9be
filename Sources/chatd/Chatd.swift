// Chatd: the command line of the chat daemon.

import ArgumentParser

/// `chatd`: serves the chat page and the chat.
@main
struct Chatd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chatd",
        abstract: "A chat that browsers join: a page, and Socket.IO behind it.",
        discussion: """
            chatd serves its page and its chat on one port. TERM and INT end it: it stops to accept, closes its
            connections, and exits with 0. Log lines go to standard error.
            """,
        version: chatdVersion
    )

    @Option(help: "The address to listen on, in digits, or localhost; :: is every address of the machine.")
    var host = "localhost"

    @Option(help: "The port to listen on; 0 lets the system choose one.")
    var port = 8080

    @Option(help: "How many loops serve, each on a thread of its own; one per processor unless you say otherwise.")
    var loops: Int?

    @Option(name: .customLong("static"), help: "Serve the files of this folder in place of the page inside the binary.")
    var staticFolder: String?

    @Option(help: "How much to log: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes a number from 0 to 65535.") }
        guard loops.map({ (1...256).contains($0) }) ?? true else {
            throw ValidationError("--loops takes a number from 1 to 256.")
        }
        guard DaemonOptions.level(logLevel) != nil else {
            throw ValidationError("--log-level does not know \"\(logLevel)\".")
        }
    }

    func run() throws {
        try runDaemon(
            DaemonOptions(host: host, port: port, loops: loops, staticFolder: staticFolder, logLevel: logLevel)
        )
    }
}

/// The version of chatd and of the libraries in this package.
let chatdVersion = "0.1.0"
