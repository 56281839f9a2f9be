import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

@Suite(.serialized) struct EngineClientLeakTests {
    /// Runs `round` many times and expects that nothing is left of it on either side.
    private static func run(
        _ options: EngineClientOptions,
        rounds: Int = 1_000,
        pingInterval: UInt64 = 20_000,
        _ round: nonisolated(nonsending) @escaping (EngineScene, EngineClient, ClientLog, Int) async throws -> Void
    ) throws {
        var server = EngineScene.quick
        server.pingInterval = pingInterval
        server.maxHandshakesPerSecond = 1_000_000
        try EngineScene.run(server, within: 120_000) { scene in
            var clients: [() -> AnyObject?] = []
            for number in 0..<rounds {
                let log = ClientLog()
                let client = try scene.client(log, options)
                clients.append { [weak client] in client }
                clients.append { [weak log] in log }
                try await round(scene, client, log, number)
                await scene.waitUntil { !log.isAlive }
            }
            await scene.waitUntil { clients.allSatisfy { $0() == nil } }
            await scene.waitUntil { scene.engine.clientsCount == 0 && scene.liveConnections == 0 }
            // What is left is the server's listener and the test's own timer.
            await scene.waitUntil { scene.loop.timeouts.count == 0 && scene.loop.liveHandles <= 2 }
        }
    }

    @Test func `nothing is left of a thousand WebSocket sessions`() throws {
        try Self.run(EngineClientTests.webSocketOnly) { scene, client, log, _ in
            client.send("x")
            await scene.waitUntil { !log.texts.isEmpty }
            client.close()
        }
    }

    @Test func `nothing is left of a thousand polling sessions`() throws {
        try Self.run(ClientPollingTests.pollingOnly) { scene, client, log, _ in
            client.send("x")
            await scene.waitUntil { !log.texts.isEmpty }
            client.close()
        }
    }

    @Test func `nothing is left of a thousand sessions that are closed somewhere in their upgrade`() throws {
        // An opening that is given up when the server has heard of it leaves a session that only its heartbeat ends.
        try Self.run(EngineClientOptions(), pingInterval: 300) { scene, client, log, number in
            for _ in 0..<number % 40 { await withUnsafeContinuation { next in scene.loop.nextTurn { next.resume() } } }
            client.close()
        }
    }
}
