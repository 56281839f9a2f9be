import EngineIO
import Testing
import UVLoop

@Suite struct WebSocketTransportTests {
    @Test func `the open packet offers no upgrade`() throws {
        try EngineScene.run { scene in
            let socket = await scene.webSocket()
            #expect(socket.opening.status == 101)
            guard case .text(let packet) = await socket.receive() else { return #expect(Bool(false)) }
            let sid = try EngineScene.sid(of: packet)
            #expect(
                packet
                    == "0{\"sid\":\"\(sid)\",\"upgrades\":[],\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":1000000}"
            )
        }
    }

    @Test(arguments: ["", "abc", "2", "b!"]) func `what is no packet closes the WebSocket without a code`(
        _ packet: String
    ) throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send(packet)
            #expect(await socket.receive() == .close(nil))
            #expect(scene.engine.clientsCount == 0)
            #expect(scene.log.closed == [packet == "2" ? "transport error" : "parse error"])
        }
    }

    @Test func `base64 in a text frame is a binary message, as clients with forceBase64 send it`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("bAQIDBA==")
            #expect(await socket.receive() == .binary([1, 2, 3, 4]))
        }
    }

    @Test func `a close packet closes the WebSocket at once`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("1")
            #expect(await socket.receive() == .close(nil))
            #expect(scene.log.closed == ["transport close"])
        }
    }

    @Test(arguments: ["0", "3", "5", "6"]) func `packets without a meaning are forgiven`(_ packet: String) throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send(packet)
            socket.send("4still here")
            #expect(await socket.receive() == .text("4still here"))
        }
    }

    @Test func `an empty message is a message`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send("4")
            #expect(await socket.receive() == .text("4"))
        }
    }

    @Test func `a close frame and a lost connection are the client's end`() throws {
        try EngineScene.run { scene in
            let (closing, _) = try await scene.openWebSocket()
            closing.close()
            #expect(await closing.receive() == .close(nil))
            let (dropped, _) = try await scene.openWebSocket()
            dropped.peer.drop()
            await scene.waitUntil { scene.engine.clientsCount == 0 }
            #expect(scene.log.closed == ["transport close", "transport close"])
        }
    }

    @Test func `a broken frame and a message that is too long are errors`() throws {
        var options = EngineScene.quick
        options.maxHttpBufferSize = 100
        try EngineScene.run(options) { scene in
            let (broken, _) = try await scene.openWebSocket()
            broken.peer.write([0x83, 0x80, 0, 0, 0, 0])
            #expect(await broken.receive() == .close(1002))
            let (long, _) = try await scene.openWebSocket()
            long.send("4" + String(repeating: "x", count: 99))
            #expect(await long.receive() == .text("4" + String(repeating: "x", count: 99)))
            long.send("4" + String(repeating: "x", count: 100))
            #expect(await long.receive() == .close(1009))
            #expect(scene.log.closed == ["transport error", "transport error"])
        }
    }

    @Test func `many messages of one write come back in order`() throws {
        try EngineScene.run { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.peer.write((0..<200).flatMap { TestWebSocket.frame(0x81, Array("4\($0)".utf8)) })
            for number in 0..<200 { #expect(await socket.receive() == .text("4\(number)")) }
        }
    }

    @Test func `a client that does not read ends when too much waits for it`() throws {
        var options = EngineScene.quick
        options.maxBufferedBytes = 200_000
        options.pingInterval = 20_000
        try EngineScene.run(options, connect: { session, log in FloodHandler(session, log) }) { scene in
            let socket = await scene.webSocket()
            guard case .text = await socket.receive() else { return #expect(Bool(false)) }
            socket.peer.stream?.pauseReading()
            socket.send("4flood")
            await scene.waitUntil { !scene.log.closed.isEmpty }
            #expect(scene.log.closed == ["backlog exceeded"])
        }
    }
}

/// Sends more than any client takes.
private final class FloodHandler: SessionHandler {
    private unowned let session: Session
    private let log: SessionLog

    init(_ session: Session, _ log: SessionLog) {
        self.session = session
        self.log = log
    }

    override func receive(text: RawSpan) {
        let message = Outgoing(String(repeating: "x", count: 10_000))
        for _ in 0..<100_000 where session.isOpen { session.send(message) }
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        log.closed.append(reason.rawValue)
    }
}
