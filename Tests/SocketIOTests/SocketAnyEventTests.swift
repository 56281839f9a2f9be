import SocketIO
import TestSupport
import Testing
import UVLoop

private struct Wrong: Error {}

@Suite struct SocketAnyEventTests {
    @Test func `a handler of any event sees each before its own handlers do`() throws {
        try play { scene in
            var seen: [String] = []
            scene.io.on(.connection) { socket in
                socket.on("known") { (a: Int) in seen.append("handler \(a)") }
                socket.onAny { event, values in seen.append("second \(event) \(values.count)") }
                socket.prependAny { event, _ in seen.append("first \(event)") }
                #expect(socket.anyHandlers.count == 2)
                socket.on("stop") {
                    socket.offAny()
                    #expect(socket.anyHandlers.isEmpty)
                }
            }
            let guest = try await scene.join()
            guest.send(#"42["known",7]"#)
            guest.send(#"42["unknown"]"#)
            guest.send(#"42["stop"]"#)
            guest.send(#"42["known",8]"#)
            try await scene.settle(guest)
            #expect(
                seen == [
                    "first known", "second known 1", "handler 7", "first unknown", "second unknown 0",
                    "first stop", "second stop 0", "handler 8",
                ]
            )
            #expect(scene.io.counters.eventsUnhandled == 1)
        }
    }

    @Test func `a handler of any event may answer, and one that throws is contained`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.onAny { _, _ in throw Wrong() }.once()
                socket.onAny { event, values, ack in
                    if event == "echo" { ack?(all: values) }
                }
            }
            let guest = try await scene.join()
            guest.send(#"421["echo",1,[2]]"#)
            #expect(try await guest.next() == "431[1,[2]]")
            guest.send(#"422["echo",3]"#)
            #expect(try await guest.next() == "432[3]")
            #expect(scene.io.counters.handlerErrors == 1)
        }
    }

    @Test func `what leaves is shown, whether it was said to one or to many`() throws {
        try play { scene in
            var seen: [String] = []
            scene.io.on(.connection) { socket in
                guard socket.handshake.auth["log"] != nil else { return }
                socket.onAnyOutgoing { event, values in seen.append("\(event) \(JSON.array(values).text)") }
                socket.prependAnyOutgoing { event, _ in seen.append("first") }.once()
                #expect(socket.anyOutgoingHandlers.count == 2)
                socket.on("ask") { 42 }
                socket.on("stop") { socket.offAnyOutgoing() }
            }
            let guest = try await scene.join(auth: #"{"log":true}"#)
            let other = try await scene.join()
            let socket = try #require(scene.io.socket(guest.id))
            socket.emit("one", 1, "x")
            scene.io.emit("many", ["a": true] as JSON)
            socket.broadcast.emit("others")
            socket.emit("list", all: [1, 2])
            guest.send(#"421["ask"]"#)
            await scene.until { seen.count == 4 }
            try await scene.settle(guest)
            #expect(seen == ["first", #"one [1,"x"]"#, #"many [{"a":true}]"#, "list [1,2]"])
            guest.send(#"42["stop"]"#)
            try await scene.settle(guest)
            scene.io.emit("unseen")
            try await scene.settle(guest)
            try await scene.settle(other)
            #expect(seen.count == 4)
        }
    }

    @Test func `handlers are listed, taken away, and called once`() throws {
        try play { scene in
            var calls: [String] = []
            scene.io.on(.connection) { socket in
                socket.once("add") { (a: Int, b: Int) in a + b }
                socket.on("later") { (a: Int) in
                    await Task.yield()
                    return a
                }.once()
                socket.on("a") { calls.append("a") }
                socket.on("a") { calls.append("a") }
                socket.on(.disconnect) { _ in calls.append("disconnect") }
                #expect(socket.eventNames == ["settled?", "add", "later", "a"])
                socket.on("clear") {
                    socket.offAll()
                    #expect(socket.eventNames.isEmpty)
                    socket.on("settled?") { (ack: Ack) in ack() }
                }
            }
            let guest = try await scene.join()
            guest.send(#"421["add",1,2]"#)
            #expect(try await guest.next() == "431[3]")
            guest.send(#"422["later",5]"#)
            #expect(try await guest.next() == "432[5]")
            for event in [#"3["add",1,2]"#, #"4["later",5]"#, #"["a"]"#, #"["clear"]"#, #"["a"]"#] {
                guest.send("42" + event)
            }
            try await scene.settle(guest)
            #expect(calls == ["a", "a"])
            #expect(guest.seen.isEmpty)
        }
    }
}
