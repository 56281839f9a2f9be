// Daemon: builds the chat from its parts, listens, and ends it on a signal.

import Glibc
import Logging
import SocketIO
import UVHTTP
import UVLoop

/// Serves until a signal says stop.
///
/// A free function and not the body of `main`: closures written in `main` would belong to the main actor.
func runDaemon(_ options: DaemonOptions) throws {
    let log = makeLogger(options)
    let daemon = try Daemon(options, log)
    try daemon.run()
}

/// A logger that writes lines to standard error.
private func makeLogger(_ options: DaemonOptions) -> Logger {
    var handler = LineLog()
    handler.logLevel = DaemonOptions.level(options.logLevel) ?? .info
    return Logger(label: "chatd") { _ in handler }
}

/// One running chatd: its loop, its servers and its signals.
private final class Daemon {
    /// How long what is in progress may take to finish after TERM, in milliseconds.
    private static let drainTime: UInt64 = 5_000

    private let options: DaemonOptions
    private let log: Logger
    private let loop: EventLoop
    private let app: HTTPServer
    private let io: Server
    private let chat: ChatService
    private var signals: [SignalWatcher] = []
    private var isStopping = false

    init(_ options: DaemonOptions, _ log: Logger) throws {
        self.options = options
        self.log = log
        loop = try EventLoop()
        loop.log = { level, message in log.log(level: level.asLogged, "\(message)") }
        app = HTTPServer(on: loop)
        io = Server(on: app)
        // A restart forgets the messages, so its numbering has another name.
        let logName = String(EventLoop.wallClock, radix: 36)
        chat = ChatService(io: io, log: log, logName: logName, now: { Int(EventLoop.wallClock) })
    }

    func run() throws {
        if let folder = options.staticFolder {
            try checkFolder(folder)
            app.use(.static(folder))
        } else {
            serveEmbeddedPage(on: app)
        }
        chat.start()
        try watchSignals()
        try listen()
        log.info("listening", metadata: ["host": "\(options.host)", "port": "\(app.port ?? options.port)"])
        try loop.run()
        log.info("ended")
    }

    private func listen() throws(StartError) {
        do throws(UVError) {
            try app.listen(host: options.host, port: options.port)
        } catch {
            throw .cannotListen(host: options.host, port: options.port, error)
        }
    }

    private func watchSignals() throws {
        for signal in [SIGTERM, SIGINT] {
            signals.append(try SignalWatcher(on: loop, signal: signal) { [unowned self] in stop(signal) })
        }
    }

    /// The first signal drains; a second one ends at once.
    private func stop(_ signal: Int32) {
        guard !isStopping else { return loop.stop() }
        isStopping = true
        log.info("stopping", metadata: ["signal": "\(signal)", "clients": "\(io.engine.clientsCount)"])
        io.close()
        app.close(within: Self.drainTime) { [unowned self] in loop.stop() }
    }
}
