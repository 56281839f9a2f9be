import EngineIO
import TestSupport
import Testing

@Suite struct SessionTests {
    @Test func `a ping comes after each interval on a poll, and its pong keeps the session`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            for _ in 0..<2 {
                let start = scene.now
                #expect(await scene.poll(sid).body == "2")
                #expect(scene.now - start >= 290)
                #expect(await scene.post(sid, "3").body == "ok")
            }
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `a ping comes after each interval on a WebSocket, and its pong keeps the session`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            for _ in 0..<2 {
                let start = scene.now
                #expect(await socket.receive() == .text("2"))
                #expect(scene.now - start >= 290)
                socket.send("3")
            }
            socket.send("4still here")
            #expect(await socket.receive() == .text("4still here"))
        }
    }

    @Test func `a ping that nobody answers ends a session on either transport`() throws {
        try EngineScene.run { scene in
            let start = scene.now
            let sid = try await scene.openPolling()
            let (socket, _) = try await scene.openWebSocket()
            #expect(await scene.poll(sid).body == "2")
            #expect(await socket.receive() == .text("2"))
            let poll = scene.startPoll(sid)
            #expect(await socket.receive() == .close(nil))
            #expect(await poll.reply().body == "1")
            #expect(scene.now - start >= 490)
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["ping timeout", "ping timeout"])
        }
    }

    @Test func `an upgraded session keeps its heartbeat`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send("2probe")
            socket.send("5")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await socket.receive() == .text("2"))
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["ping timeout"])
        }
    }

    @Test func `closing takes what was sent before, on a WebSocket`() throws {
        try EngineScene.run(connect: { FarewellHandler($0, $1) }) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("4go")
            #expect(await socket.receive() == .text("4bye"))
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["forced close"])
            #expect(scene.engine.clientsCount == 0)
        }
    }

    @Test func `closing answers the poll that waits, and the next one with the end`() throws {
        try EngineScene.run(connect: { FarewellHandler($0, $1) }) { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            await scene.waitUntil { scene.requests == 2 }
            #expect(await scene.post(sid, "4go").body == "ok")
            #expect(await poll.reply().body == "4bye")
            #expect(scene.log.closed.isEmpty)
            #expect(await scene.poll(sid).body == "6\u{1E}1")
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["forced close"])
        }
    }

    @Test func `closing waits for the next poll`() throws {
        try EngineScene.run(connect: { FarewellHandler($0, $1) }) { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.post(sid, "4go").body == "ok")
            #expect(scene.log.closed.isEmpty)
            #expect(scene.engine.clientsCount == 1)
            #expect(await scene.post(sid, "4ignored").body == "ok")
            #expect(await scene.poll(sid).body == "4bye")
            #expect(await scene.poll(sid).body == "6\u{1E}1")
            #expect(scene.log.closed == ["forced close"])
            #expect(await scene.poll(sid).status == 400)
        }
    }

    @Test func `closing does not wait for ever`() throws {
        var options = EngineScene.quick
        options.closeTimeout = 60
        try EngineScene.run(options, connect: { FarewellHandler($0, $1) }) { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.post(sid, "4go").body == "ok")
            await scene.waitUntil { scene.engine.clientsCount == 0 }
            #expect(scene.log.closed == ["forced close"])
        }
    }

    @Test func `a session may be closed while it is being accepted`() throws {
        try EngineScene.run(connect: { session, log in
            session.close()
            return EchoHandler(session, log)
        }) { scene in
            let socket = await scene.webSocket()
            guard case .text = await socket.receive() else { return #expect(Bool(false)) }
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["forced close"])
        }
    }

    @Test func `a greeting follows the open packet and is not part of it`() throws {
        try EngineScene.run(connect: { session, log in
            session.send(Outgoing("hi"))
            return EchoHandler(session, log)
        }) { scene in
            let open = await scene.send("GET", EngineScene.polling)
            #expect(!open.body.contains("\u{1E}"))
            let sid = try EngineScene.sid(of: open.body)
            #expect(await scene.poll(sid).body == "4hi")
            let (socket, _) = try await scene.openWebSocket()
            #expect(await socket.receive() == .text("4hi"))
        }
    }

    @Test func `the server closes all its sessions and takes no more`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            let (socket, _) = try await scene.openWebSocket()
            await scene.waitUntil { scene.requests == 3 }
            scene.engine.close()
            #expect(scene.engine.clientsCount == 0)
            #expect(await poll.reply().body == "1")
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["server shutting down", "server shutting down"])
            #expect(await scene.send("GET", EngineScene.polling).status == 503)
            scene.engine.close()
        }
    }

    @Test func `a session tells what it is`() throws {
        var seen: Session?
        try EngineScene.run(connect: { session, log in
            seen = session
            return EchoHandler(session, log)
        }) { scene in
            let (_, sid) = try await scene.openWebSocket()
            let session = try #require(seen)
            #expect(session.id == sid)
            #expect(session.transport == .websocket)
            #expect(session.protocolVersion == 4)
            #expect(session.isOpen)
            #expect(session.isWritable)
            #expect(session.bufferedBytes == 0)
            let polled = try await scene.openPolling()
            #expect(seen?.id == polled)
            #expect(seen?.transport == .polling)
            #expect(seen?.isWritable == false)
            seen = nil
        }
    }
}

/// Says good-bye at the first message, and closes.
private final class FarewellHandler: SessionHandler {
    private unowned let session: Session
    private let log: SessionLog

    init(_ session: Session, _ log: SessionLog) {
        self.session = session
        self.log = log
    }

    override func receive(text: RawSpan) {
        session.send(Outgoing("bye"))
        session.close()
        session.send(Outgoing("too late"))
        session.close()
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        log.closed.append(reason.rawValue)
    }
}
