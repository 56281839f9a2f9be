// Daemon: builds the chat from its parts, on as many loops as asked for, listens, and ends it on a signal.

import Glibc
import Logging
import SocketIO
import UVHTTP
import UVLoop

/// Serves until a signal says stop.
///
/// A free function and not the body of `main`: closures written in `main` would belong to the main actor.
func runDaemon(_ options: DaemonOptions) throws {
    if let folder = options.staticFolder { try checkFolder(folder) }
    let log = makeLogger(options)
    let group = LoopGroup(count: options.loops ?? LoopGroup.processors)
    let shared = DaemonShare(options: options, log: log, group: group)
    try group.run { loop, index in
        let part = DaemonLoop(shared, loop, index)
        try part.start()
        loop.onStop { part.stop() }
    }
    log.info("ended")
}

/// A logger that writes lines to standard error.
private func makeLogger(_ options: DaemonOptions) -> Logger {
    var handler = LineLog()
    handler.logLevel = DaemonOptions.level(options.logLevel) ?? .info
    return Logger(label: "chatd") { _ in handler }
}

/// What the loops of chatd have in common.
private struct DaemonShare: Sendable {
    let options: DaemonOptions
    let log: Logger
    let group: LoopGroup
    let desk = ChatDesk()
    /// Makes the servers of several loops one.
    let hub = LoopHub()
    /// A restart forgets the messages, so its numbering has another name.
    let logName = String(EventLoop.wallClock, radix: 36)

    var isAlone: Bool { group.count == 1 }
}

/// One loop of a running chatd, with its servers.
private final class DaemonLoop {
    /// How long what is in progress may take to finish after TERM, in milliseconds.
    private static let drainTime: UInt64 = 5_000

    private let shared: DaemonShare
    private let loop: EventLoop
    private let index: Int
    private let app: HTTPServer
    private let io: Server
    private let room: ChatRoom?
    private let chat: ChatService

    private var log: Logger { shared.log }
    private var options: DaemonOptions { shared.options }

    init(_ shared: DaemonShare, _ loop: EventLoop, _ index: Int) {
        self.shared = shared
        self.loop = loop
        self.index = index
        let log = shared.log
        loop.log = { level, message in log.log(level: level.asLogged, "\(message)") }
        app = HTTPServer(on: loop)
        io = Server(on: app, options: ServerOptions(cluster: shared.isAlone ? nil : shared.hub))
        room = index > 0 ? nil : ChatRoom(io: io, logName: shared.logName, now: { Int(EventLoop.wallClock) })
        chat = ChatService(io: io, log: log, desk: shared.desk, index: index, room: room)
    }

    /// Begins to serve; the first loop minds the signals, the last one says that all listen.
    func start() throws {
        if let folder = options.staticFolder { app.use(.static(folder)) } else { serveEmbeddedPage(on: app) }
        if let room { shared.desk.open(room, on: loop) }
        chat.start()
        if index == 0 { try watchSignals() }
        try listen()
        guard index == shared.group.count - 1 else { return }
        log.info(
            "listening",
            metadata: [
                "host": "\(options.host)", "port": "\(app.port ?? options.port)", "loops": "\(shared.group.count)",
            ]
        )
    }

    private func listen() throws(StartError) {
        do throws(UVError) {
            try app.listen(host: options.host, port: options.port)
        } catch {
            throw .cannotListen(host: options.host, port: options.port, error)
        }
    }

    /// The first signal drains; a second one ends at once.
    private func watchSignals() throws {
        for signal in [SIGTERM, SIGINT] {
            try SignalWatcher(on: loop, signal: signal) { [log, group = shared.group] in
                log.info("stopping", metadata: ["signal": "\(signal)"])
                group.stop()
            }
        }
    }

    /// Drains this loop, and says what it has done.
    func stop() {
        let clients = io.engine.clientsCount
        io.close()
        app.close(within: Self.drainTime) { [self] in
            logCounters(clients)
            loop.stop()
        }
    }

    private func logCounters(_ clients: Int) {
        let (http, engine, socket) = (app.counters, io.engine.counters, io.counters)
        log.info(
            "loop ended",
            metadata: [
                "loop": "\(index)", "clients": "\(clients)", "connections": "\(http.connections)",
                "requests": "\(http.requests)", "sessions": "\(engine.opened)", "events": "\(socket.eventsReceived)",
                "handed-over": "\(engine.handedOver)", "taken-over": "\(engine.takenOver)",
            ]
        )
    }
}
