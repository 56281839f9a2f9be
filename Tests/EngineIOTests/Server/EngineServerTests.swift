import EngineIO
import Testing

@Suite struct EngineServerTests {
    @Test func `a polling session echoes text and binary in one answer, in order`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let posted = await scene.post(sid, "4test1\u{1E}4test2\u{1E}bAQIDBA==")
            #expect(posted.status == 200)
            #expect(posted.body == "ok")
            let reply = await scene.poll(sid)
            #expect(reply.body == "4test1\u{1E}4test2\u{1E}bAQIDBA==")
        }
    }

    @Test func `a WebSocket session echoes text and binary`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("4hello")
            #expect(await socket.receive() == .text("4hello"))
            socket.send([1, 2, 3, 4])
            #expect(await socket.receive() == .binary([1, 2, 3, 4]))
        }
    }
}
