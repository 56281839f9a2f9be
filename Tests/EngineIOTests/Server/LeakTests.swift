import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// Remembers every session without keeping it.
private final class Census {
    private struct Entry {
        weak var session: Session?
        weak var handler: SessionHandler?
    }

    private var entries: [Entry] = []
    private(set) var closed = 0

    var sessions: Int { entries.count { $0.session != nil } }
    var handlers: Int { entries.count { $0.handler != nil } }
    var count: Int { entries.count }

    /// A handler that keeps its session, as the storey above does.
    func accept(_ session: Session) -> SessionHandler {
        let handler = Guest(session, self)
        entries.append(Entry(session: session, handler: handler))
        return handler
    }

    final class Guest: SessionHandler {
        private let session: Session
        private unowned let census: Census

        init(_ session: Session, _ census: Census) {
            self.session = session
            self.census = census
        }

        override func receive(text: RawSpan) {
            session.send(text: text)
        }

        override func closed(_ reason: CloseReason, _ description: String?) {
            census.closed += 1
        }
    }
}

@Suite(.serialized) struct LeakTests {
    /// Runs `round` many times and expects that nothing is left of it; `opened` sessions each.
    private static func run(
        opened: Int = 1,
        rounds: Int = 1_000,
        pingInterval: UInt64 = 20_000,
        finally: @escaping () -> Void = {},
        _ round: nonisolated(nonsending) @escaping (EngineScene) async throws -> Void
    ) throws {
        var options = EngineScene.quick
        options.pingInterval = pingInterval
        options.pingTimeout = 50
        options.upgradeTimeout = 200
        options.allowEIO3 = true
        options.maxHandshakesPerSecond = 1_000_000
        let census = Census()
        weak var engine: EngineServer?
        try EngineScene.run(options, within: 120_000, connect: { session, _ in census.accept(session) }) { scene in
            engine = scene.engine
            for _ in 0..<rounds { try await round(scene) }
            await scene.waitUntil { scene.engine.clientsCount == 0 }
            finally()
            await scene.waitUntil { scene.liveConnections == 0 }
            await scene.waitUntil { census.sessions == 0 && scene.loop.timeouts.count == 0 }
            #expect(census.count == rounds * opened)
            #expect(census.closed == rounds * opened)
            #expect(census.handlers == 0)
            #expect(scene.engine.counters.opened == rounds * opened)
            #expect(scene.engine.counters.closed == rounds * opened)
            scene.engine.close()
            scene.app.close()
        }
        // Sessions hold their server, those too that were never shown to anybody.
        #expect(engine == nil)
    }

    @Test func `nothing is left of sessions that end cleanly`() throws {
        try Self.run(opened: 2) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("4a")
            #expect(await socket.receive() == .text("4a"))
            socket.close()
            await socket.peer.waitForEnd()
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            #expect(await scene.post(sid, "4a\u{1E}1").body == "ok")
            _ = await poll.reply()
            poll.drop()
        }
    }

    @Test func `nothing is left of sessions whose connection is cut`() throws {
        try Self.run(opened: 2) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("4a")
            socket.peer.drop()
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            #expect(await scene.post(sid, "6").body == "ok")
            poll.drop()
        }
    }

    @Test func `nothing is left of sessions that were changing their transport`() throws {
        try Self.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await scene.post(sid, "4held\u{1E}1").body == "ok")
            #expect(await socket.receive() == .close(nil))
            socket.peer.drop()
        }
    }

    @Test func `nothing is left of sessions that fall silent`() throws {
        var round = 0
        var sockets: [TestWebSocket] = []
        let hangUp = { for socket in sockets { socket.peer.drop() } }
        try Self.run(pingInterval: 50, finally: hangUp) { scene in
            round += 1
            let sid = try await scene.openPolling()
            guard round.isMultiple(of: 8) else { return }
            let socket = await scene.webSocket(sid: sid)
            socket.send(round.isMultiple(of: 16) ? "2probe" : "5")
            sockets.append(socket)
        }
    }

    @Test func `nothing is left of old clients, whether they end, are cut or were upgrading`() throws {
        try Self.run(opened: 3, rounds: 300) { scene in
            let websocket = "/engine.io/?EIO=3&transport=websocket"
            let socket = await scene.webSocket(websocket)
            socket.send([4, 1])
            socket.peer.drop()
            for kind in 0..<2 {
                let polling = "/engine.io/?EIO=3&transport=polling\(kind == 0 ? "" : "&j=0")"
                let open = await scene.send("GET", polling)
                let sid = try #require(
                    open.body.split(separator: "\"").first { $0.utf8.count >= 20 && !$0.contains("{") }
                )
                let id = String(sid.prefix(20))
                let probing = await scene.webSocket(websocket, sid: id)
                probing.send("2probe")
                #expect(await probing.receive() == .text("3probe"))
                let body = kind == 0 ? "2:4a1:1" : "d=2:4a1:1"
                #expect(await scene.send("POST", "\(polling)&sid=\(id)", body: body).body == "ok")
                probing.peer.drop()
            }
        }
    }

    @Test func `nothing is left of requests that are refused`() throws {
        try Self.run(opened: 0) { scene in
            #expect(await scene.poll("unknown").status == 400)
            #expect(await scene.webSocket(sid: "unknown").opening.status == 400)
            let socket = await scene.webSocket(EngineScene.polling)
            #expect(await socket.receive() == .close(nil))
            socket.close()
            await socket.peer.waitForEnd()
        }
    }
}
