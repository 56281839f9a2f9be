import EngineIO
import Testing

@Suite struct SessionUpgradeTests {
    @Test func `a session changes from polling to WebSocket and keeps its order`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            let socket = await scene.webSocket(sid: sid)
            #expect(socket.opening.status == 101)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await poll.reply().body == "6")
            #expect(await scene.post(sid, "4one\u{1E}bAQID").body == "ok")
            #expect(await scene.poll(sid).body == "6")
            #expect(scene.engine.clientsCount == 1)
            socket.send("5")
            #expect(await socket.receive() == .text("4one"))
            #expect(await socket.receive() == .binary([1, 2, 3]))
            socket.send("4two")
            #expect(await socket.receive() == .text("4two"))
            #expect(scene.log.upgraded == 1)
            #expect(scene.engine.counters.upgrades == 1)

            let late = await scene.poll(sid)
            #expect(late.status == 400)
            #expect(late.body == "{\"code\":3,\"message\":\"Bad request\"}")
            #expect(await scene.post(sid, "4three").status == 400)
            socket.send("4four")
            #expect(await socket.receive() == .text("4four"))
        }
    }

    @Test func `probe, upgrade and a message may come in one piece`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.peer.write(["2probe", "5", "4hello"].flatMap { TestWebSocket.frame(0x81, Array($0.utf8)) })
            #expect(await socket.receive() == .text("3probe"))
            #expect(await socket.receive() == .text("4hello"))
        }
    }

    @Test func `an upgrade without a probe is one, and ends the pending poll`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            let socket = await scene.webSocket(sid: sid)
            socket.send("5")
            #expect(await poll.reply().body == "6")
            socket.send("4hello")
            #expect(await socket.receive() == .text("4hello"))
        }
    }

    @Test(arguments: ["2", "4hello", "abc", "", "2prob", "2probe ", "3probe"])
    func `anything else ends the attempt and not the session`(_ packet: String) throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send(packet)
            #expect(await socket.receive() == .close(nil))
            _ = await scene.post(sid, "4still polling")
            #expect(await scene.poll(sid).body == "4still polling")
            #expect(scene.log.closed.isEmpty)
        }
    }

    @Test func `a binary message ends the attempt, too`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send([0x35])
            #expect(await socket.receive() == .close(nil))
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `a second WebSocket is closed, before the upgrade and after it`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let first = await scene.webSocket(sid: sid)
            first.send("2probe")
            #expect(await first.receive() == .text("3probe"))
            let second = await scene.webSocket(sid: sid)
            #expect(second.opening.status == 101)
            #expect(await second.receive() == .close(nil))
            first.send("5")
            first.send("4a")
            #expect(await first.receive() == .text("4a"))
            let third = await scene.webSocket(sid: sid)
            #expect(await third.receive() == .close(nil))
            first.send("4b")
            #expect(await first.receive() == .text("4b"))
        }
    }

    @Test func `a WebSocket session has nothing to upgrade`() throws {
        try EngineScene.run { scene in
            let (socket, sid) = try await scene.openWebSocket()
            let second = await scene.webSocket(sid: sid)
            #expect(await second.receive() == .close(nil))
            socket.send("4a")
            #expect(await socket.receive() == .text("4a"))
        }
    }

    @Test func `a WebSocket that goes away after its probe gives back what was held`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            _ = await scene.post(sid, "4held")
            socket.peer.drop()
            var body = "6"
            while body == "6" { body = await scene.poll(sid).body }
            #expect(body == "4held")
        }
    }

    @Test func `an upgrade that takes too long is closed, and the session goes on polling`() throws {
        var options = EngineScene.quick
        options.upgradeTimeout = 100
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            let silent = await scene.webSocket(sid: sid)
            #expect(await silent.receive() == .close(nil))
            let probed = await scene.webSocket(sid: sid)
            probed.send("2probe")
            #expect(await probed.receive() == .text("3probe"))
            #expect(await probed.receive() == .close(nil))
            _ = await scene.post(sid, "4still polling")
            #expect(await scene.poll(sid).body == "4still polling")
        }
    }

    @Test func `where upgrades are not allowed none is offered or taken`() throws {
        var options = EngineScene.quick
        options.allowUpgrades = false
        try EngineScene.run(options) { scene in
            let open = await scene.send("GET", EngineScene.polling)
            #expect(open.body.contains("\"upgrades\":[],"))
            let socket = await scene.webSocket(sid: try EngineScene.sid(of: open.body))
            #expect(await socket.receive() == .close(nil))
            #expect(scene.engine.clientsCount == 1)
        }
    }

    @Test func `closing the session during an upgrade waits for it, and the client learns of it`() throws {
        try EngineScene.run(connect: { session, log in ClosingHandler(session, log) }) { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await scene.post(sid, "4close").body == "ok")
            #expect(await scene.poll(sid).body == "6")
            #expect(scene.log.closed.isEmpty)
            socket.send("5")
            #expect(await socket.receive() == .text("4bye"))
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["forced close"])
        }
    }

    @Test func `closing the session during an upgrade that fails ends at the next poll`() throws {
        try EngineScene.run(connect: { session, log in ClosingHandler(session, log) }) { scene in
            let sid = try await scene.openPolling()
            let socket = await scene.webSocket(sid: sid)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            #expect(await scene.post(sid, "4close").body == "ok")
            socket.peer.drop()
            var body = "6"
            while body == "6" { body = await scene.poll(sid).body }
            #expect(body == "4bye")
            #expect(await scene.poll(sid).body == "6\u{1E}1")
            #expect(scene.log.closed == ["forced close"])
        }
    }
}

/// Says good-bye and closes its session at the first message.
final class ClosingHandler: SessionHandler {
    private unowned let session: Session
    private let log: SessionLog

    init(_ session: Session, _ log: SessionLog) {
        self.session = session
        self.log = log
    }

    override func receive(text: RawSpan) {
        session.send(text: "bye".utf8.span.bytes)
        session.close()
        #expect(log.closed.isEmpty, "the end must not be told inside the call")
        #expect(!session.isOpen)
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        log.closed.append(reason.rawValue)
    }
}
