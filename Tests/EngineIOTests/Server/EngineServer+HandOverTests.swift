import Foundation
import TestSupport
import Testing
import UVHTTP
import UVLoop

@testable import EngineIO

/// Two loops with a port for each; scripts run on the first and know on which loop they begin a session.
@Suite struct EngineHandOverTests {
    /// The two servers as a script sees them: `here` is on the loop of the script.
    struct Scenes {
        let here: EngineScene
        let there: EngineScene
        let other: EventLoop
    }

    /// What both engines have counted.
    private func play(
        _ options: @escaping @Sendable () -> EngineOptions = { EngineScene.quick },
        hub: EngineHub = EngineHub(),
        _ script: @escaping @Sendable (Scenes) async throws -> Void
    ) async throws -> [EngineServer.Counters] {
        let group = LoopGroup(count: 2)
        let (ports, loops) = (Shared<[Int]>([]), Shared<[EventLoop]>([]))
        let counters = Shared([EngineServer.Counters(), EngineServer.Counters()])
        try await onLoops(group) { loop, index in
            var options = options()
            options.hub = hub
            let (app, log) = (HTTPServer(on: loop), SessionLog())
            let engine = EngineServer(on: app, options: options) { EchoHandler($0, log) }
            try app.listen(host: index == 0 ? "127.0.0.1" : "::1", port: 0)
            ports.change { [port = app.port ?? 0] in $0.append(port) }
            loops.change { $0.append(loop) }
            loop.onStop {
                engine.close()
                app.close(within: 1_000) {
                    #expect(app.liveConnections == 0 && engine.clientsCount == 0)
                    counters.change { $0[index] = engine.counters }
                    loop.stop()
                }
            }
            guard index == 0 else { return }
            loop.spawn {
                await withUnsafeContinuation { go in loop.nextTurn { go.resume() } }
                let scene = { (port: Int, host: String) in
                    EngineScene(loop: loop, app: app, engine: engine, log: log, port: port, host: host)
                }
                let (here, there) = (scene(ports.value[0], "127.0.0.1"), scene(ports.value[1], "::1"))
                do {
                    try await script(Scenes(here: here, there: there, other: loops.value[1]))
                } catch {
                    Issue.record(error)
                }
                group.stop()
            }
        }
        return counters.value
    }

    @Test func `polls, posts and WebSockets find the session wherever they come in`() async throws {
        let counters = try await play { scenes in
            let sid = try await scenes.there.openPolling()
            #expect(await scenes.here.post(sid, "4hello").body == "ok")
            #expect(await scenes.here.poll(sid).body == "4hello")
            let socket = await scenes.here.webSocket(sid: sid)
            #expect(socket.opening.status == 101)
            socket.send("2probe")
            #expect(await socket.receive() == .text("3probe"))
            socket.send("5")
            socket.send("4over WebSocket")
            #expect(await socket.receive() == .text("4over WebSocket"))
            let mine = try await scenes.here.openPolling()
            #expect(await scenes.there.post(mine, "4hello").body == "ok")
            #expect(await scenes.there.poll(mine).body == "4hello")
            socket.close()
        }
        #expect(counters.map(\.handedOver) == [3, 2])
        #expect(counters.map(\.takenOver) == [2, 3])
        #expect(counters.map(\.opened) == [1, 1])
        #expect(counters.map(\.refused) == [0, 0])
    }

    @Test func `ids that the program makes are found too, and none is given twice`() async throws {
        let next = Shared(0)
        let options = { @Sendable in
            var options = EngineScene.quick
            options.generateID = { _ in "session-\(next.change { $0 += 1; return $0 } / 3)" }
            return options
        }
        let counters = try await play(options) { scenes in
            let sid = try await scenes.there.openPolling()
            #expect(sid == "session-0")
            #expect(await scenes.here.post(sid, "4hello").body == "ok")
            #expect(await scenes.here.poll(sid).body == "4hello")
            let twice = await scenes.here.send("GET", EngineScene.polling)
            #expect(twice.status == 400)
            #expect(await scenes.here.post(sid, "1").body == "ok")
            #expect(await scenes.here.poll(sid).body.contains("Session ID unknown"))
        }
        #expect(counters[0].handedOver == 3)
    }

    @Test func `a session of a loop that has ended is unknown`() async throws {
        let counters = try await play { scenes in
            let sid = try await scenes.there.openPolling()
            let gone = Shared(false)
            let hub = scenes.here.engine.options.hub
            hub?.submit(to: 1) { engine in
                engine.close()
                gone.value = true
            }
            await scenes.here.waitUntil { gone.value }
            let reply = await scenes.here.poll(sid)
            #expect(reply.status == 400 && reply.body == "{\"code\":1,\"message\":\"Session ID unknown\"}")
            #expect(await scenes.here.poll("__" + sid.dropFirst(2)).body == reply.body)
        }
        #expect(counters[0].handedOver == 0)
    }

    @Test func `a loop that is busy delays nobody, and no more wait for it than may`() async throws {
        let counters = try await play(hub: EngineHub(maxWaiting: 2)) { scenes in
            let sid = try await scenes.there.openPolling()
            let (isBusy, end) = (Shared(false), DispatchSemaphore(value: 0))
            scenes.other.mailbox.submit {
                isBusy.value = true
                _ = end.wait(timeout: .now() + 10)
            }
            await scenes.here.waitUntil { isBusy.value }
            let waiting =
                [scenes.here.start("POST", EngineScene.polling + "&sid=\(sid)", body: "4a")]
                + [scenes.here.startPoll(sid)]
            await scenes.here.waitUntil { scenes.here.engine.counters.handedOver == 2 }
            let refused = await scenes.here.poll(sid)
            #expect(refused.status == 503 && refused.headers["retry-after"] == "1")
            let mine = try await scenes.here.openPolling()
            #expect(await scenes.here.post(mine, "4b").body == "ok")
            end.signal()
            #expect(await waiting[0].reply().body == "ok")
            #expect(await waiting[1].reply().body == "4a")
        }
        #expect(counters[0].handOversRefused == 1)
    }
}
