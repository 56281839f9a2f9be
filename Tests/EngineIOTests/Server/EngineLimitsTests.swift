import TestSupport
import Testing
import UVLoop

@testable import EngineIO

/// The bounds on handshakes and on what one client may cost.
@Suite struct EngineLimitsTests {
    private static let tooMany = "{\"code\":4,\"message\":\"Too many connections from this address\"}"

    @Test func `an address has so many sessions, and is told to come back`() throws {
        var options = EngineScene.quick
        options.maxConnectionsPerAddress = 2
        try EngineScene.run(options) { scene in
            let (first, _) = try await scene.openWebSocket()
            _ = try await scene.openPolling()
            let refused = await scene.send("GET", EngineScene.polling)
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "1")
            #expect(refused.headers["content-type"] == "application/json")
            #expect(refused.body == Self.tooMany)
            let upgrade = await scene.webSocket()
            #expect(upgrade.opening.status == 429)
            #expect(upgrade.opening.headers["retry-after"] == "1")
            #expect(upgrade.opening.body == Self.tooMany)
            #expect(scene.engine.counters.tooManyConnections == 2)
            first.close()
            await scene.waitUntil { scene.engine.clientsCount == 1 }
            #expect(await scene.send("GET", EngineScene.polling).status == 200)
        }
    }

    @Test func `an address begins so many sessions in a time`() throws {
        var options = EngineScene.quick
        options.maxHandshakesPerSecond = 1
        var names: [String?] = []
        try EngineScene.run(options) { scene in
            scene.engine.onConnectionError = { names.append($0.context["name"]) }
            for _ in 0..<10 { #expect(await scene.send("GET", EngineScene.polling).status == 200) }
            let refused = await scene.send("GET", EngineScene.polling)
            #expect(refused.status == 429)
            #expect(refused.headers["retry-after"] == "1")
            #expect(refused.body == "{\"code\":4,\"message\":\"Too many handshakes from this address\"}")
            #expect(scene.engine.counters.tooManyHandshakes == 1)
            #expect(names == ["TOO_MANY_HANDSHAKES"])
        }
    }

    @Test func `there are so many sessions in all`() throws {
        var options = EngineScene.quick
        options.maxSessions = 1
        try EngineScene.run(options) { scene in
            _ = try await scene.openPolling()
            let refused = await scene.webSocket()
            #expect(refused.opening.status == 503)
            #expect(refused.opening.headers["retry-after"] == "1")
            #expect(refused.opening.body == "{\"code\":4,\"message\":\"Too many sessions\"}")
            #expect(scene.engine.counters.tooManySessions == 1)
        }
    }

    /// Begins two handshakes, has both decided, and returns their statuses, the first in order of arrival first.
    private func statuses(
        _ options: EngineOptions,
        _ decide: nonisolated(nonsending) @escaping (EngineScene) async -> Void
    ) throws -> [Int] {
        var statuses: [Int] = []
        try EngineScene.run(options) { scene in
            let peers = [scene.start("GET", EngineScene.polling), scene.start("GET", EngineScene.polling)]
            await decide(scene)
            for peer in peers { statuses.append(await peer.reply().status) }
            #expect(scene.engine.clientsCount == 1)
        }
        return statuses.sorted()
    }

    @Test func `who had to wait for the program's word finds no more room than others`() throws {
        var decisions: [(Admission) -> Void] = []
        var options = EngineScene.quick
        options.pingInterval = 20_000
        options.allowRequest = { decisions.append($1) }
        let decide: nonisolated(nonsending) (EngineScene) async -> Void = { scene in
            await scene.waitUntil { decisions.count == 2 }
            for decide in decisions { decide(.allow) }
            decisions = []
        }
        options.maxSessions = 1
        #expect(try statuses(options, decide) == [200, 503])
        options.maxSessions = 100
        options.maxConnectionsPerAddress = 1
        #expect(try statuses(options, decide) == [200, 429])
    }

    @Test func `who had to wait for an id finds no more room than others`() throws {
        var asked = 0
        var options = EngineScene.quick
        options.pingInterval = 20_000
        options.maxSessions = 1
        options.generateIDAsync = { _ in
            asked += 1
            let id = "id \(asked)"
            while asked < 2 { await Task.yield() }
            return id
        }
        #expect(try statuses(options) { await $0.waitUntil { asked == 2 } } == [200, 503])
    }

    @Test func `more messages than ten seconds may bring end the session, which is told why`() throws {
        var options = EngineScene.quick
        options.maxPacketsPerSecond = 2
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.peer.write((0..<30).flatMap { TestWebSocket.frame(0x81, Array("4\($0)".utf8)) })
            for number in 0..<20 { #expect(await socket.receive() == .text("4\(number)")) }
            #expect(await socket.receiveClose() == "1008 rate exceeded")
            let sid = try await scene.openPolling()
            let body = (0..<30).map { "4\($0)" }.joined(separator: "\u{1E}")
            #expect(await scene.post(sid, body).body == "ok")
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["rate exceeded", "rate exceeded"])
            #expect(scene.log.descriptions.last == "more than 2 messages or 16777216 bytes per second")
            #expect(scene.engine.counters.rateExceeded == 2)
            #expect(scene.engine.counters.received == 40)
        }
    }

    @Test func `packets that are no messages count as well`() throws {
        var options = EngineScene.quick
        options.maxPacketsPerSecond = 2
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.peer.write((0..<30).flatMap { _ in TestWebSocket.frame(0x81, Array("6".utf8)) })
            #expect(await socket.receiveClose() == "1008 rate exceeded")
            #expect(scene.log.closed == ["rate exceeded"])
        }
    }

    @Test func `answers to pings count as what waits for a client`() throws {
        var options = EngineScene.quick
        options.allowEIO3 = true
        options.softBufferedBytes = 4
        options.maxBufferedBytes = 8
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let socket = await scene.webSocket("/engine.io/?EIO=3&transport=websocket")
            _ = await socket.receive()
            socket.peer.write((0..<6).flatMap { _ in TestWebSocket.frame(0x81, Array("2".utf8)) })
            while await socket.receive() == .text("3") {}
            #expect(scene.log.closed == ["backlog exceeded"])
        }
    }

    @Test func `more bytes than ten seconds may bring end the session`() throws {
        var options = EngineScene.quick
        options.maxBytesPerSecond = 100
        options.maxHttpBufferSize = 2_000
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let (socket, _) = try await scene.openWebSocket()
            let most = [UInt8](repeating: 7, count: 2_000)
            socket.send(most)
            #expect(await socket.receive() == .binary(most))
            socket.send(most)
            #expect(await socket.receiveClose() == "1008 rate exceeded")
            #expect(scene.log.closed == ["rate exceeded"])
            #expect(scene.engine.counters.rateExceeded == 1)
        }
    }

    @Test func `a message that is too big ends with words for both sides`() throws {
        var options = EngineScene.quick
        options.maxHttpBufferSize = 100
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let (socket, _) = try await scene.openWebSocket()
            socket.send([UInt8](repeating: 7, count: 101))
            #expect(await socket.receiveClose() == "1009 message too big")
            #expect(scene.log.closed == ["transport error"])
            #expect(scene.log.descriptions == ["message too big (more than 100 bytes)"])
            let sid = try await scene.openPolling()
            let reply = await scene.post(sid, "4" + String(repeating: "x", count: 100))
            #expect(reply.status == 413)
            #expect(reply.body == "message too big (more than 100 bytes)")
            #expect(scene.engine.counters.tooBig == 2)
        }
    }

    @Test func `a client that takes nothing ends at the hard limit, at once`() throws {
        var options = EngineScene.quick
        options.maxBufferedBytes = 1_000
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            let half = "4" + String(repeating: "x", count: 600)
            #expect(await scene.post(sid, half + "\u{1E}4\(half)").body == "ok")
            #expect(scene.log.closed == ["backlog exceeded"])
            #expect(scene.log.descriptions == ["more than 1000 bytes were waiting for the client"])
            #expect(scene.engine.counters.backlogExceeded == 1)
        }
    }

    @Test func `a client that does not catch up ends at the soft limit, after its time`() throws {
        var options = EngineScene.quick
        options.softBufferedBytes = 100
        options.softLimitTime = 100
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let (slow, late) = (try await scene.openPolling(), try await scene.openPolling())
            let (start, large) = (scene.now, "4" + String(repeating: "x", count: 80))
            for sid in [slow, late] { #expect(await scene.post(sid, large + "\u{1E}" + large).body == "ok") }
            #expect(scene.log.closed.isEmpty)
            // In time: nothing waits for it any more when its time comes.
            #expect(await scene.poll(late).body == large + "\u{1E}" + large)
            await scene.waitUntil { !scene.log.closed.isEmpty }
            #expect(scene.now - start >= 100)
            #expect(scene.log.closed == ["backlog exceeded"])
            #expect(scene.log.descriptions == ["more than 100 bytes were waiting for the client for 100 ms"])
            #expect(scene.engine.counters.backlogTooLong == 1)
            #expect(await scene.poll(slow).status == 400)
            #expect(await scene.post(late, "4still here").body == "ok")
        }
    }

    @Test func `a volatile message is not for a client that is not ready`() throws {
        var session: Session?
        try EngineScene.run(connect: { opened, log in
            session = opened
            return EchoHandler(opened, log)
        }) { scene in
            let sid = try await scene.openPolling()
            #expect(session?.takesVolatile() == false)
            let poll = scene.startPoll(sid)
            await scene.waitUntil { session?.isWritable == true }
            #expect(session?.takesVolatile() == true)
            poll.drop()
            #expect(scene.engine.counters.volatileDropped == 1)
            session = nil
        }
    }
}
