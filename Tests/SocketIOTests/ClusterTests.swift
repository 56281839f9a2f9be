import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@testable import SocketIO

private struct Failure: Error {}

/// Three servers on one loop, and what one of them can do with the sockets of all.
@Suite struct ClusterTests {
    private func options(_ hub: LoopHub, _ timing: ClusterOptions = ClusterOptions()) -> ServerOptions {
        var options = ServerOptions()
        options.adapter = { ClusterAdapter($0, bus: LoopBus(hub), options: timing) }
        return options
    }

    /// Plays with three servers, each with one guest.
    private func play(
        _ timing: ClusterOptions = ClusterOptions(),
        _ script: nonisolated(nonsending) @escaping ([Scene], [Guest]) async throws -> Void
    ) throws {
        var failure: (any Error)?
        try onLoop { loop in
            let hub = LoopHub()
            let scenes = try (0..<3).map { _ in try Scene(on: loop, options(hub, timing)) }
            for scene in scenes {
                scene.io.on(.connection) { socket in socket.on("settled?") { (ack: Ack) in ack() } }
            }
            loop.spawn {
                do {
                    var guests: [Guest] = []
                    for scene in scenes { guests.append(try await scene.join()) }
                    try await script(scenes, guests)
                } catch {
                    failure = error
                }
                for scene in scenes { scene.end() }
            }
        }
        if let failure { throw failure }
    }

    /// What each guest has got, after everything that was on its way has arrived.
    ///
    /// A message to another server takes one turn, and a question of a guest takes more.
    private nonisolated(nonsending) func expect(
        _ expected: [[String]],
        _ scenes: [Scene],
        _ guests: [Guest],
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        var seen: [[String]] = []
        for (scene, guest) in zip(scenes, guests) {
            try await scene.settle(guest)
            seen.append(guest.seen.map(\.text))
            guest.seen = []
        }
        #expect(seen == expected, sourceLocation: location)
    }

    @Test func `a broadcast reaches the sockets of every server once, or only those of one`() throws {
        try play { scenes, guests in
            scenes[0].io.emit("a", [1] as [UInt8], "é")
            let expected = [#"451-["a",{"_placeholder":true,"num":0},"é"]"#, ""]
            try await self.expect([expected, expected, expected], scenes, guests)
            scenes[1].io.local.emit("b")
            try await self.expect([[], [#"42["b"]"#], []], scenes, guests)
            scenes[2].io.to([guests[0].id, guests[2].id]).except(guests[2].id).emit("c")
            try await self.expect([[#"42["c"]"#], [], []], scenes, guests)
            scenes[0].io.socket(guests[0].id)?.broadcast.emit("d")
            try await self.expect([[], [#"42["d"]"#], [#"42["d"]"#]], scenes, guests)
            scenes[0].io.socket(guests[0].id)?.local.emit("e")
            try await self.expect([[], [], []], scenes, guests)
            scenes[0].io.of("/other").emit("e")
            try await self.expect([[], [], []], scenes, guests)
        }
    }

    @Test func `sockets of every server join and leave rooms and are disconnected`() throws {
        try play { scenes, guests in
            scenes[0].io.socketsJoin("x")
            scenes[0].io.to(guests[1].id).socketsLeave("x")
            scenes[0].io.to("x").emit("in x")
            try await self.expect([[#"42["in x"]"#], [], [#"42["in x"]"#]], scenes, guests)
            scenes[1].io.in("x").disconnectSockets(close: true)
            await guests[0].peer.closed()
            await guests[2].peer.closed()
            try await scenes[1].settle(guests[1])
            #expect(scenes.map(\.io.main.count) == [0, 1, 0])
        }
    }

    @Test func `sockets of every server are found, with all that is known of them`() throws {
        try play { scenes, guests in
            let socket = try #require(scenes[2].io.socket(guests[2].id))
            socket.data = ["n": 5]
            socket.join("x")
            let all = await scenes[0].io.fetchSockets()
            #expect(Set(all.map(\.id)) == Set(guests.map(\.id)))
            #expect(all.missingServers.isEmpty)
            let found = await scenes[0].io.in("x").fetchSockets()
            let remote = try #require(found.first)
            #expect(found.count == 1 && remote.id == guests[2].id && remote.data == ["n": 5])
            #expect(Set(remote.rooms) == [guests[2].id, "x"])
            #expect(remote.handshake["address"] == "127.0.0.1")
            let own = await scenes[0].io.local.fetchSockets()
            #expect(own.map(\.id) == [guests[0].id])
            remote.emit("hi")
            remote.join("y")
            scenes[1].io.to("y").emit("in y")
            try await self.expect([[], [], [#"42["hi"]"#, #"42["in y"]"#]], scenes, guests)
            remote.disconnect()
            let farewell = try await guests[2].next()
            #expect(farewell == "41")
        }
    }

    @Test func `a question to the sockets of every server gathers the answers, and counts who is mute`() throws {
        try play { scenes, guests in
            var outcome: BroadcastAnswers<Int>?
            scenes[0].io.emit("q", 20, timeout: .milliseconds(400)) { outcome = $0 }
            for (guest, answer) in zip(guests, ["5", "6", ""]) {
                let question = try await guest.next().text
                #expect(question.hasPrefix("42") && question.hasSuffix(#"["q",20]"#))
                let id = question.dropFirst(2).prefix { $0.isNumber }
                if !answer.isEmpty { guest.send("43\(id)[\(answer)]") }
            }
            await scenes[0].until { outcome != nil }
            #expect(outcome?.answers.sorted() == [5, 6])
            #expect(outcome?.missing == 1 && outcome?.missingServers == [])
            let all: BroadcastAnswers<Int> = await scenes[0].io.to("nowhere").emit("q", timeout: .seconds(5))
            #expect(all.answers.isEmpty && all.missing == 0)
        }
    }

    @Test func `servers tell and ask each other`() throws {
        try play { scenes, _ in
            var heard: [String] = []
            for (index, scene) in scenes.enumerated() {
                scene.io.onServerSide("tell") { (text: String) in heard.append("\(index) \(text)") }
                scene.io.onServerSide("ask") { (number: Int) in number * 10 + index }
            }
            scenes[1].io.serverSideEmit("tell", "x")
            await scenes[0].until { heard.count == 2 }
            #expect(heard.sorted() == ["0 x", "2 x"])
            var answers: ServerAnswers?
            scenes[0].io.serverSideEmit("ask", 7) { answers = $0 }
            await scenes[0].until { answers != nil }
            #expect(Set((answers?.answers ?? []).map(\.text)) == ["71", "72"])
            #expect(answers?.missing == [])
            var count = 0
            scenes[0].io.serverCount { count = $0 }
            #expect(count == 3)
        }
    }

    @Test func `what a last word says to others reaches the other servers`() throws {
        try play { scenes, guests in
            for scene in scenes {
                scene.io.of(/\/x/) { namespace in
                    namespace.on(.connection) { socket in
                        socket.on(.disconnect) { _ in namespace.emit("left", socket.id) }
                    }
                }
            }
            let goes = try await scenes[0].join("/x")
            let stays = try await scenes[1].join("/x")
            goes.send("41/x,")
            #expect(try await stays.next() == .text("42/x,[\"left\",\"\(goes.id)\"]"))
            let io = scenes[0].io
            io.socket(guests[0].id)?.on(.disconnect) { reason in io.emit("closed", reason.rawValue) }
            io.close()
            #expect(try await guests[1].next() == #"42["closed","server shutting down"]"#)
        }
    }

    @Test func `a server may take its time to answer, and may fail after that`() throws {
        var timing = ClusterOptions()
        timing.requestTimeout = 3_600_000
        try play(timing) { scenes, _ in
            let nodes = scenes.compactMap { ($0.io.main.adapter as? ClusterAdapter)?.node }
            var heard: [String] = []
            scenes[0].io.onServerSide("tell") { (text: String) in
                await scenes[0].turn()
                heard.append(text)
            }
            scenes[0].io.onServerSide("ask") { (a: Int, b: Int) in
                await scenes[0].turn()
                return a * b
            }
            scenes[1].io.onServerSide("ask") { (a: Int, b: Int) -> Int in
                await scenes[1].turn()
                throw Failure()
            }
            scenes[2].io.serverSideEmit("tell", "x")
            var answers: ServerAnswers?
            scenes[2].io.serverSideEmit("ask", 6, 7) { answers = $0 }
            await scenes[2].until { answers != nil }
            #expect(heard == ["x"])
            #expect(answers?.answers == [42] && answers?.missing == [nodes[1]])
            #expect(scenes[1].io.counters.handlerErrors == 1)
        }
    }

    @Test func `the first handler that has an answer gives it`() throws {
        try play { scenes, _ in
            scenes[0].io.onServerSide("ask") { () -> Int in throw Failure() }
            scenes[0].io.onServerSide("ask") { 2 }
            scenes[0].io.onServerSide("ask") { 3 }
            scenes[1].io.onServerSide("ask") { 4 }
            var answers: ServerAnswers?
            scenes[2].io.serverSideEmit("ask") { answers = $0 }
            await scenes[2].until { answers != nil }
            #expect(Set((answers?.answers ?? []).map(\.text)) == ["2", "4"])
            #expect(answers?.missing == [])
        }
    }

    @Test func `a server that cannot answer is named at once`() throws {
        var timing = ClusterOptions()
        timing.requestTimeout = 3_600_000
        try play(timing) { scenes, _ in
            let nodes = scenes.compactMap { ($0.io.main.adapter as? ClusterAdapter)?.node }
            scenes[0].io.onServerSide("ask") { (number: Int) in number }
            scenes[1].io.onServerSide("ask") { (number: Int) -> Int in throw Failure() }
            var answers: ServerAnswers?
            scenes[2].io.serverSideEmit("ask", 7) { answers = $0 }
            await scenes[2].until { answers != nil }
            #expect(answers?.answers == [7] && answers?.missing == [nodes[1]])
            answers = nil
            scenes[2].io.serverSideEmit("ask", "no number") { answers = $0 }
            await scenes[2].until { answers != nil }
            #expect(answers?.answers == [] && answers?.missing == nodes[..<2].sorted())
            answers = nil
            scenes[2].io.serverSideEmit("nobody listens") { answers = $0 }
            await scenes[2].until { answers != nil }
            #expect(answers?.answers == [] && answers?.missing == nodes[..<2].sorted())
            #expect(scenes[1].io.counters.handlerErrors == 1 && scenes[1].io.counters.eventsUndecodable == 1)
        }
    }

    @Test func `a server that does not answer is named, and one that has left is not waited for`() throws {
        var timing = ClusterOptions()
        timing.requestTimeout = 100
        try play(timing) { scenes, guests in
            let mute = try #require(scenes[2].io.main.adapter as? ClusterAdapter)
            var answers: ServerAnswers?
            for scene in scenes[..<2] { scene.io.onServerSide("ask") { 1 } }
            scenes[0].io.serverSideEmit("ask") { answers = $0 }
            await scenes[0].until { answers != nil }
            #expect(answers?.answers == [1] && answers?.missing == [mute.node])
            mute.close()
            let asker = try #require(scenes[0].io.main.adapter as? ClusterAdapter)
            await scenes[0].until { asker.others.count == 1 }
            let found = await scenes[0].io.fetchSockets()
            #expect(Set(found.map(\.id)) == [guests[0].id, guests[1].id] && found.missingServers.isEmpty)
        }
    }
}
