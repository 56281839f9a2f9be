import TestSupport
import Testing
import UVLoop
import Wire

@testable import SocketIO

/// Three servers on three threads, each with a loop and a client of its own.
@Suite struct LoopBusTests {
    /// What one client has seen.
    private static func run(
        _ hub: LoopHub,
        _ script: @escaping @Sendable (Scene) -> Void,
        until farewell: String
    ) throws -> [String] {
        var options = ServerOptions()
        options.adapter = { ClusterAdapter($0, bus: LoopBus(hub)) }
        var seen: [String] = []
        try play(options, within: 60_000) { scene in
            scene.io.onServerSide("who") { [unowned io = scene.io] in io.main.count }
            scene.io.on(.connection) { socket in socket.on("mine") { 1 } }
            let guest = try await scene.join()
            script(scene)
            while true {
                let text = try await guest.next().text
                // Whoever is first waits for the others' threads, for longer than a ping's time on a busy machine.
                if text == "2" {
                    guest.send("3")
                    continue
                }
                seen.append(text)
                if text == farewell { return }
                if text.hasSuffix(#"["question"]"#) {
                    let id = text.dropFirst(2).prefix { $0.isNumber }
                    guest.send("43\(id)[2]")
                }
            }
        }
        return seen
    }

    @Test func `servers on threads of their own share broadcasts, rooms, questions and sockets`() async throws {
        let hub = LoopHub()
        let farewell = #"42["bye"]"#
        async let second = onThread { try Self.run(hub, { _ in }, until: farewell) }
        async let third = onThread { try Self.run(hub, { _ in }, until: farewell) }
        let first = try await onThread {
            try Self.run(
                hub,
                { scene in
                    scene.loop.spawn {
                        var found = await scene.io.fetchSockets()
                        while found.count < 3 {
                            await scene.turn()
                            found = await scene.io.fetchSockets()
                        }
                        scene.io.emit("all", "x", [1, 2] as [UInt8])
                        scene.io.socketsJoin("room")
                        scene.io.to("room").except(found[0].id).emit("others")
                        let answers: BroadcastAnswers<Int> = await scene.io.emit("question", timeout: .seconds(5))
                        scene.io.emit("sum", answers.answers.reduce(0, +), answers.missing)
                        scene.io.serverSideEmit("who") { answers in
                            scene.io.emit("servers", answers.answers.count)
                            scene.io.emit("bye")
                        }
                    }
                },
                until: farewell
            )
        }
        let all = [first, try await second, try await third]
        for (index, seen) in all.enumerated() {
            #expect(seen.first == #"451-["all","x",{"_placeholder":true,"num":0}]"#)
            #expect(seen.contains(#"42["others"]"#) == (index > 0))
            #expect(seen.filter { $0.hasSuffix(#"["question"]"#) }.count == 1)
            #expect(Array(seen.suffix(3)) == [#"42["sum",6,0]"#, #"42["servers",2]"#, farewell])
        }
    }
}
