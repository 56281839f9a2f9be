// EngineScene: an Engine.IO server on a loop of its own, and a script that talks to it over real sockets.

import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// What a session under test has told its handler.
final class SessionLog {
    var closed: [String] = []
    var descriptions: [String?] = []
    var upgraded = 0
}

/// Sends every message back as it came.
final class EchoHandler: SessionHandler {
    private unowned let session: Session
    private let log: SessionLog

    init(_ session: Session, _ log: SessionLog) {
        self.session = session
        self.log = log
    }

    override func receive(text: RawSpan) {
        session.send(text: text)
    }

    override func receive(binary: RawSpan) {
        session.send(binary: binary)
    }

    override func upgraded() {
        log.upgraded += 1
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        log.closed.append(reason.rawValue)
        log.descriptions.append(description)
    }
}

/// A server and what a script needs to talk to it.
struct EngineScene {
    let loop: EventLoop
    let app: HTTPServer
    let engine: EngineServer
    let log: SessionLog
    let port: Int
    /// Where the script connects to.
    var host = "127.0.0.1"

    /// The heartbeat of the protocol's own test suite.
    static var quick: EngineOptions {
        var options = EngineOptions()
        options.pingInterval = 300
        options.pingTimeout = 200
        return options
    }

    /// Runs `script` against a server that echoes, or whose sessions `connect` listens to.
    static func run(
        _ options: EngineOptions = quick,
        within deadline: UInt64 = 20_000,
        connect: ((Session, SessionLog) -> SessionHandler)? = nil,
        _ script: nonisolated(nonsending) @escaping (EngineScene) async throws -> Void
    ) throws {
        var failure: (any Error)?
        try onLoop(within: deadline) { loop in
            let app = HTTPServer(on: loop)
            let log = SessionLog()
            let engine = EngineServer(on: app, options: options) { connect?($0, log) ?? EchoHandler($0, log) }
            try app.listen(host: "127.0.0.1", port: 0)
            let port = try #require(app.port)
            let scene = EngineScene(loop: loop, app: app, engine: engine, log: log, port: port)
            loop.spawn {
                do { try await script(scene) } catch { failure = error }
                loop.stop()
            }
        }
        if let failure { throw failure }
    }

    /// The loop's clock.
    var now: UInt64 { loop.now }

    /// The requests that the HTTP server has seen.
    var requests: Int { app.counters.requests }

    /// The connections that live on the HTTP server.
    var liveConnections: Int { app.liveConnections }

    // MARK: - Requests

    func connect() -> TestPeer {
        TestPeer(on: loop, host: host, port: port)
    }

    /// Sends a request on a connection of its own, which is not waited for.
    func start(
        _ method: String,
        _ target: String,
        body: String? = nil,
        headers: [String: String] = [:]
    ) -> TestPeer {
        let peer = connect()
        peer.write(Self.request(method, target, body: body, headers: headers))
        return peer
    }

    func send(
        _ method: String,
        _ target: String,
        body: String? = nil,
        headers: [String: String] = [:]
    ) async -> TestReply {
        let peer = start(method, target, body: body, headers: headers)
        let reply = await peer.reply(toHead: method == "HEAD")
        peer.drop()
        return reply
    }

    static func request(
        _ method: String,
        _ target: String,
        body: String? = nil,
        headers: [String: String] = [:]
    ) -> String {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return text + "\r\n" + (body ?? "")
    }

    // MARK: - Engine.IO

    static let polling = "/engine.io/?EIO=4&transport=polling"
    static let websocket = "/engine.io/?EIO=4&transport=websocket"

    /// Begins a polling session; its id.
    func openPolling() async throws -> String {
        let reply = await send("GET", Self.polling)
        try #require(reply.status == 200)
        return try Self.sid(of: reply.body)
    }

    /// The id in an open packet.
    static func sid(of packet: String) throws -> String {
        let parts = packet.split(separator: "\"")
        let key = try #require(parts.firstIndex(of: "sid"))
        return String(try #require(parts.dropFirst(key + 2).first))
    }

    func startPoll(_ sid: String) -> TestPeer {
        start("GET", Self.polling + "&sid=\(sid)")
    }

    func poll(_ sid: String) async -> TestReply {
        await send("GET", Self.polling + "&sid=\(sid)")
    }

    func post(_ sid: String, _ body: String, headers: [String: String] = [:]) async -> TestReply {
        await send("POST", Self.polling + "&sid=\(sid)", body: body, headers: headers)
    }

    static let upgradeHeaders = [
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    /// Opens a WebSocket, on a session that polls or for one of its own.
    func webSocket(_ target: String = websocket, sid: String? = nil, headers: [String: String] = [:]) async
        -> TestWebSocket
    {
        let target = sid.map { "\(target)&sid=\($0)" } ?? target
        let headers = Self.upgradeHeaders.merging(headers) { $1 }
        let peer = start("GET", target, headers: headers)
        return TestWebSocket(peer: peer, opening: await peer.reply())
    }

    /// Begins a WebSocket session and takes its open packet.
    func openWebSocket() async throws -> (TestWebSocket, sid: String) {
        let socket = await webSocket()
        try #require(socket.opening.status == 101)
        guard case .text(let packet) = await socket.receive() else { return (socket, sid: "") }
        return (socket, sid: try Self.sid(of: packet))
    }
}

extension EngineScene {
    /// Waits until `condition` holds, asking once per turn of the loop; an issue when it does not within 5 s.
    func waitUntil(_ condition: @escaping () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async {
        let limit = loop.now + patience(5_000)
        while !condition() {
            guard loop.now < limit else {
                Issue.record("the condition never held", sourceLocation: sourceLocation)
                return
            }
            await withUnsafeContinuation { continuation in loop.nextTurn { continuation.resume() } }
        }
    }
}
