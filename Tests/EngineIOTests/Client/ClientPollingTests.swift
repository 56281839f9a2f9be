import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@Suite(.serialized) struct ClientPollingTests {
    static var pollingOnly: EngineClientOptions {
        var options = EngineClientOptions()
        options.transports = [.polling]
        return options
    }

    @Test func `a polling session opens, echoes both kinds of messages and closes`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.pollingOnly)
            #expect(client.send("early") == .queued)
            await scene.waitUntil { client.isOpen }
            #expect(client.transport == .polling)
            #expect(client.send("läte") == .accepted)
            #expect(client.send(binary: ([1, 2, 255] as [UInt8]).span.bytes) == .accepted)
            await scene.waitUntil { log.events.count == 4 }
            #expect(log.events == ["opened", "text early", "text läte", "binary [1, 2, 255]"])
            client.send("last")
            client.close()
            #expect(log.isAlive)
            await scene.waitUntil { !log.isAlive }
            #expect(log.events.last == "closed forced close")
            #expect(scene.log.closed == ["transport close"])
        }
    }

    @Test func `polls and posts go on over the connections that there are`() throws {
        try EngineScene.run { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.pollingOnly)
            log.onText = { text in
                guard let number = Int(text), number < 100 else { return }
                client.send("\(number + 1)")
            }
            client.send("0")
            await scene.waitUntil { log.texts.last == "100" }
            #expect(log.texts == (0...100).map { "\($0)" })
            #expect(scene.requests >= 200)
            #expect(scene.app.counters.connections <= 3)
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `what is sent is cut into posts that the server takes`() throws {
        var options = EngineScene.quick
        options.maxHttpBufferSize = 100
        try EngineScene.run(options) { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.pollingOnly)
            await scene.waitUntil { client.isOpen }
            let texts = (0..<50).map { "number \($0) " + String(repeating: "x", count: 30) }
            for text in texts { client.send(text) }
            await scene.waitUntil { log.texts.count == texts.count }
            #expect(log.texts == texts)
            #expect(client.send(String(repeating: "x", count: 100)) == .refused(.tooLarge(limit: 100)))
            #expect(client.send(String(repeating: "x", count: 99)) == .accepted)
            #expect(client.send(binary: [UInt8](repeating: 1, count: 75).span.bytes) == .refused(.tooLarge(limit: 100)))
            #expect(client.send(binary: [UInt8](repeating: 1, count: 72).span.bytes) == .accepted)
            await scene.waitUntil { log.events.count == texts.count + 3 }
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `pings of the server are answered for as long as it pings`() throws {
        var options = EngineScene.quick
        options.pingInterval = 50
        options.pingTimeout = 2_000  // a machine may be busy
        try EngineScene.run(options) { scene in
            let log = ClientLog()
            let client = try scene.client(log, Self.pollingOnly)
            let end = scene.now + 600
            await scene.waitUntil { scene.now >= end }
            #expect(client.isOpen)
            #expect(scene.log.closed == [])
            client.close()
            await scene.waitUntil { !log.isAlive }
        }
    }

    @Test func `the server's refusal is told with its code and its words`() throws {
        var options = EngineScene.quick
        options.allowRequest = { _, decide in decide(.deny(message: "not today")) }
        try EngineScene.run(options) { scene in
            let log = ClientLog()
            _ = try scene.client(log, Self.pollingOnly)
            await scene.waitUntil { !log.isAlive }
            #expect(log.error == .refused(status: 403, code: 4, message: "not today"))
        }
    }
}
