import TestSupport
import Testing
import UVLoop
import Wire

@testable import SocketIO

/// That a client which was cut off comes back as who it was, over real connections.
@Suite struct RecoveryTests {
    /// A client that has connected, and what it was sent before it was told so.
    private struct Visit {
        let guest: Guest
        let pid: String
        let missed: [String]
    }

    private static func options(
        _ change: (inout ConnectionStateRecovery) -> Void = { _ in }
    ) -> ServerOptions {
        var options = ServerOptions()
        var recovery = ConnectionStateRecovery()
        change(&recovery)
        options.connectionStateRecovery = recovery
        return options
    }

    private nonisolated(nonsending) func visit(
        _ scene: Scene,
        pid: String? = nil,
        offset: String? = nil
    ) async throws -> Visit {
        var auth = JSONObject()
        if let pid { auth["pid"] = .string(pid) }
        if let offset { auth["offset"] = .string(offset) }
        let peer = try await scene.open()
        peer.send("40" + JSON.object(auth).text)
        var missed: [String] = []
        while true {
            let text = try await peer.next().text
            guard text.hasPrefix("40{") else {
                missed.append(text)
                continue
            }
            let answer = try JSON(parsing: String(text.dropFirst(2)))
            let id = try #require(answer["sid"]?.string)
            return Visit(guest: Guest(peer: peer, id: id), pid: try #require(answer["pid"]?.string), missed: missed)
        }
    }

    /// Cuts the connection and goes on when the server has noticed.
    private nonisolated(nonsending) func cut(_ visit: Visit, _ scene: Scene) async {
        visit.guest.peer.close()
        await scene.until { scene.io.socket(visit.guest.id) == nil }
    }

    private func misses(_ scene: Scene) -> () -> [RecoveryMiss.Reason] {
        final class List { var reasons: [RecoveryMiss.Reason] = [] }
        let list = List()
        scene.io.on(.recoveryMissed) { list.reasons.append($0.reason) }
        return { list.reasons }
    }

    /// An adapter that takes its time to look a session up.
    private final class SlowAdapter: Adapter {
        private let local: LocalAdapter
        private(set) var isClosed = false
        var restoring: (() -> Void)?

        init(_ audience: Audience) { local = LocalAdapter(audience) }

        var roomNames: [String] { local.roomNames }
        func join(_ member: Member, _ room: String) { local.join(member, room) }
        func leave(_ member: Member, _ room: String) { local.leave(member, room) }
        func leaveAll(_ member: Member) { local.leaveAll(member) }
        func members(_ selection: Selection) -> [Member] { local.members(selection) }
        func broadcast(_ packet: EncodedPacket, to selection: Selection) { local.broadcast(packet, to: selection) }
        func close() { isClosed = true }

        func restore(_ pid: String, offset: String?, _ done: @escaping (RecoveryOutcome) -> Void) {
            restoring = { done(.missed(.unknownSession)) }
        }
    }

    @Test func `a namespace does not go while a session of it is looked up`() throws {
        var adapters: [String: SlowAdapter] = [:]
        var options = Self.options()
        options.adapter = { audience in
            let adapter = SlowAdapter(audience)
            adapters[audience.namespace] = adapter
            return adapter
        }
        try play(options) { scene in
            let family = scene.io.of(/\/x/) { _ in }
            let first = try await scene.open()
            first.send("40/x,")
            _ = try await first.next()
            let adapter = try #require(adapters["/x"])
            let second = try await scene.open()
            second.send(#"40/x,{"pid":"secret"}"#)
            await scene.until { adapter.restoring != nil }
            first.close()
            await scene.until { scene.io.engine.clientsCount == 1 }
            #expect(family.namespaces.map(\.count) == [0] && !adapter.isClosed)
            adapter.restoring?()
            #expect(try await second.next().text.hasPrefix("40/x,"))
            #expect(family.namespaces.map(\.count) == [1])
            second.close()
            await scene.until { family.namespaces.isEmpty }
            #expect(adapter.isClosed)
            adapter.restoring = nil
        }
    }

    @Test func `a client that was cut off gets id, rooms, data and what it missed, in order`() throws {
        try play(Self.options()) { scene in
            var seen: [Bool] = []
            scene.io.on(.connection) { seen.append($0.recovered) }
            let first = try await self.visit(scene)
            let other = try await self.visit(scene)
            let socket = try #require(scene.io.socket(first.guest.id))
            socket.join("room")
            socket.data = ["name": "Ann"]
            scene.io.emit("hello", 1)
            let hello = try await first.guest.next()
            #expect(hello == #"42["hello",1,"1"]"#)
            await self.cut(first, scene)
            scene.io.emit("all", 2)
            scene.io.to("room").emit("room", [7] as [UInt8])
            scene.io.to("elsewhere").emit("not for you")
            scene.io.to(other.guest.id).emit("nor this")
            scene.io.to(first.guest.id).emit("you")
            scene.io.except("room").emit("but the room")
            let again = try await self.visit(scene, pid: first.pid, offset: "1")
            #expect(again.guest.id == first.guest.id && again.pid == first.pid)
            #expect(
                again.missed == [
                    #"42["all",2,"2"]"#, #"451-["room",{"_placeholder":true,"num":0},"3"]"#, "", #"42["you","6"]"#,
                ]
            )
            let back = try #require(scene.io.socket(first.guest.id))
            #expect(back !== socket && back.recovered && back.data == ["name": "Ann"])
            #expect(Set(back.rooms) == [first.guest.id, "room"])
            #expect(seen == [false, false, true])
            scene.io.to("room").emit("live")
            let live = try await again.guest.next()
            #expect(live == #"42["live","8"]"#)
            #expect(scene.io.counters.recoveries == 1 && scene.io.counters.recoveryMisses == 0)
        }
    }

    @Test func `a client that has not received any event misses what came since it connected`() throws {
        try play(Self.options()) { scene in
            scene.io.emit("too early")
            let first = try await self.visit(scene)
            await self.cut(first, scene)
            scene.io.emit("missed")
            let again = try await self.visit(scene, pid: first.pid)
            #expect(again.guest.id == first.guest.id)
            #expect(again.missed == [#"42["missed","2"]"#])
        }
    }

    @Test func `a volatile event carries an offset like any other and is not replayed`() throws {
        try play(Self.options()) { scene in
            let first = try await self.visit(scene)
            scene.io.emit("a")
            let stored = try await first.guest.next()
            #expect(stored == #"42["a","1"]"#)
            try await scene.settle(first.guest)
            scene.io.volatile.emit("b", "text")
            let fleeting = try await first.guest.next()
            #expect(fleeting == #"42["b","text","2"]"#)
            await self.cut(first, scene)
            scene.io.volatile.emit("gone")
            scene.io.emit("c")
            let again = try await self.visit(scene, pid: first.pid, offset: "2")
            #expect(again.missed == [#"42["c","4"]"#])
        }
    }

    @Test func `an old connection that has not noticed its death is adopted at once`() throws {
        try play(Self.options()) { scene in
            var reasons: [DisconnectReason] = []
            scene.io.on(.connection) { socket in socket.on(.disconnect) { reason in reasons.append(reason) } }
            let first = try await self.visit(scene)
            scene.io.socket(first.guest.id)?.join("room")
            let again = try await self.visit(scene, pid: first.pid)
            #expect(again.guest.id == first.guest.id)
            #expect(scene.io.socket(first.guest.id)?.rooms.contains("room") == true)
            await first.guest.peer.closed()
            #expect(reasons == [.transportClose])
            try await scene.settle(again.guest)
        }
    }

    @Test func `a session is used up by its recovery, and an old offset repeated is refused`() throws {
        try play(Self.options()) { scene in
            let misses = self.misses(scene)
            let first = try await self.visit(scene)
            await self.cut(first, scene)
            scene.io.emit("missed")
            let again = try await self.visit(scene, pid: first.pid)
            try await scene.settle(again.guest)
            let replay = try await self.visit(scene, pid: first.pid)
            #expect(replay.guest.id != first.guest.id && replay.pid != first.pid && replay.missed.isEmpty)
            #expect(misses() == [.staleOffset])
            try await scene.settle(again.guest)
            await self.cut(again, scene)
            let stale = try await self.visit(scene, pid: first.pid)
            #expect(stale.guest.id != first.guest.id)
            let right = try await self.visit(scene, pid: first.pid, offset: "1")
            #expect(right.guest.id == first.guest.id && right.missed.isEmpty)
        }
    }

    @Test func `whoever says farewell does not come back`() throws {
        try play(Self.options()) { scene in
            let misses = self.misses(scene)
            let first = try await self.visit(scene)
            first.guest.send("41")
            await scene.until { scene.io.sockets.isEmpty }
            _ = try await self.visit(scene, pid: first.pid)
            let second = try await self.visit(scene)
            scene.io.socket(second.guest.id)?.disconnect(close: true)
            await second.guest.peer.closed()
            _ = try await self.visit(scene, pid: second.pid)
            let broken = try await self.visit(scene)
            broken.guest.send("42{}")
            await broken.guest.peer.closed()
            _ = try await self.visit(scene, pid: broken.pid)
            #expect(misses() == [.unknownSession, .unknownSession, .unknownSession])
            #expect(scene.io.counters.recoveryMisses == 3 && scene.io.counters.recoveries == 0)
        }
    }

    @Test func `a client that comes too late is new`() throws {
        try play(Self.options { $0.maxDisconnectionDuration = 2 }) { scene in
            let misses = self.misses(scene)
            let first = try await self.visit(scene)
            await self.cut(first, scene)
            let then = scene.loop.now
            await scene.until { scene.loop.now > then + 20 }
            let again = try await self.visit(scene, pid: first.pid)
            #expect(again.guest.id != first.guest.id)
            #expect(misses() == [.expired] || misses() == [.unknownSession])
        }
    }

    @Test func `what no bounded log can hold is told as a miss`() throws {
        try play(Self.options { $0.maxLoggedEvents = 2 }) { scene in
            let misses = self.misses(scene)
            let first = try await self.visit(scene)
            let second = try await self.visit(scene)
            await self.cut(first, scene)
            await self.cut(second, scene)
            for number in 1...3 { scene.io.emit("n", number) }
            let again = try await self.visit(scene, pid: first.pid)
            #expect(again.missed.isEmpty && again.guest.id != first.guest.id)
            let bogus = try await self.visit(scene, pid: second.pid, offset: "99")
            #expect(bogus.guest.id != second.guest.id)
            let right = try await self.visit(scene, pid: second.pid, offset: "1")
            #expect(right.missed == [#"42["n",2,"2"]"#, #"42["n",3,"3"]"#])
            #expect(misses() == [.logExceeded, .unknownOffset])
        }
    }

    @Test func `a client in a quiet room comes back although loud ones have filled the log`() throws {
        try play(Self.options { $0.maxLoggedEvents = 2 }) { scene in
            let misses = self.misses(scene)
            let first = try await self.visit(scene)
            scene.io.to(first.guest.id).emit("seen")
            #expect(try await first.guest.next() == #"42["seen","1"]"#)
            for number in 1...5 { scene.io.to("elsewhere").emit("loud", number) }
            await self.cut(first, scene)
            scene.io.to(first.guest.id).emit("missed")
            let second = try await self.visit(scene, pid: first.pid, offset: "1")
            #expect(second.guest.id == first.guest.id && second.missed == [#"42["missed","7"]"#])
            // It is cut again before it was heard from, and names the same offset once more: that event is gone.
            for number in 1...5 { scene.io.to("elsewhere").emit("loud", number) }
            await self.cut(second, scene)
            let third = try await self.visit(scene, pid: first.pid, offset: "1")
            #expect(third.guest.id != first.guest.id)
            #expect(misses() == [.logExceeded])
        }
    }

    @Test func `what is said in handlers of the end is missed, and what was said before joining is not`() throws {
        try play(Self.options()) { scene in
            scene.io.on(.connection) { socket in
                socket.on(.disconnecting) { _ in scene.io.to("room").emit("bye") }
            }
            let first = try await self.visit(scene)
            scene.io.to("room").emit("too early")
            scene.io.socket(first.guest.id)?.join("room")
            await self.cut(first, scene)
            let second = try await self.visit(scene, pid: first.pid)
            #expect(second.guest.id == first.guest.id)
            #expect(second.missed == [#"42["bye","2"]"#])
        }
    }

    @Test func `middlewares are asked again only if that is wanted, and may refuse`() throws {
        for skips in [true, false] {
            try play(Self.options { $0.skipMiddlewares = skips }) { scene in
                var asked = 0
                scene.io.use { _ in asked += 1 }
                let first = try await self.visit(scene)
                await self.cut(first, scene)
                let again = try await self.visit(scene, pid: first.pid)
                #expect(again.guest.id == first.guest.id)
                #expect(asked == (skips ? 1 : 2))
            }
        }
    }

    @Test func `a dynamic namespace waits for the clients that may come back to it`() throws {
        try play(Self.options()) { scene in
            var made = 0
            let family = scene.io.of(matching: { name, _ in name == "/dyn-1" }, { _ in made += 1 })
            let peer = try await scene.open()
            peer.send("40/dyn-1,")
            let answer = try JSON(parsing: String(try await peer.next().text.dropFirst("40/dyn-1,".count)))
            peer.close()
            await scene.until { scene.io.engine.clientsCount == 0 }
            let again = try await scene.open()
            again.send("40/dyn-1," + (["pid": answer["pid"] ?? .null] as JSON).text)
            let joined = try await again.next().text
            #expect(joined == "40/dyn-1," + answer.text)
            #expect(made == 1)
            #expect(family.namespaces.count == 1)
        }
    }

    @Test func `a dynamic namespace goes when its clients can come back no more`() throws {
        try play(Self.options { $0.maxDisconnectionDuration = 20 }) { scene in
            let family = scene.io.of(matching: { name, _ in name == "/dyn-1" }, { _ in })
            let guest = try await scene.join("/dyn-1")
            #expect(family.namespaces.count == 1)
            guest.peer.close()
            await scene.until { family.namespaces.isEmpty }
            #expect(scene.io.engine.clientsCount == 0)
        }
    }
}
