import SocketIO
import TestSupport
import Testing
import UVLoop

private struct Point: Codable, Equatable {
    var x: Int
    var y: Int
}

private struct Wrong: Error {}

@Suite struct SocketEventsTests {
    @Test func `arguments of any number and type are decoded`() throws {
        try play { scene in
            var seen: [String] = []
            scene.io.on(.connection) { socket in
                socket.on("none") { seen.append("none") }
                socket.on("many") { (a: Int, b: String, c: Bool, d: Double, e: Point, f: [Int], g: String?) in
                    seen.append("\(a) \(b) \(c) \(d) \(e.x),\(e.y) \(f) \(g ?? "-")")
                }
                socket.on("json") { (value: JSON) in seen.append(value.text) }
                socket.on("rest") { (first: Int, rest: Arguments) in seen.append("\(first) \(rest.values.count)") }
            }
            let guest = try await scene.join()
            guest.send(#"42["none"]"#)
            guest.send(#"42["none",1,2]"#)
            guest.send(#"42["many",1,"b",true,2.5,{"x":3,"y":4},[5,6]]"#)
            guest.send(#"42["many",1,"b",true,2.5,{"x":3,"y":4},[5,6],null]"#)
            guest.send(#"42["json",{"a":[1,null]}]"#)
            guest.send(#"42["rest",1,2,"three"]"#)
            try await scene.settle(guest)
            #expect(
                seen == [
                    "none", "none", "1 b true 2.5 3,4 [5, 6] -", "1 b true 2.5 3,4 [5, 6] -", #"{"a":[1,null]}"#, "1 2",
                ]
            )
        }
    }

    @Test func `attachments arrive and leave as bytes`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("bin") { (bytes: [UInt8], name: String) in socket.emit("bin", name, bytes) }
                socket.on("reverse") { (bytes: [UInt8]) in Array(bytes.reversed()) }
            }
            let guest = try await scene.join()
            guest.send(#"451-["bin",{"_placeholder":true,"num":0},"x"]"#)
            guest.send([1, 2, 3])
            #expect(try await guest.next() == #"451-["bin","x",{"_placeholder":true,"num":0}]"#)
            #expect(try await guest.next() == .binary([1, 2, 3]))
            guest.send(#"451-7["reverse",{"_placeholder":true,"num":0}]"#)
            guest.send([4, 5])
            #expect(try await guest.next() == #"461-7[{"_placeholder":true,"num":0}]"#)
            #expect(try await guest.next() == .binary([5, 4]))
        }
    }

    @Test func `a payload that does not decode is reported and reaches no handler`() throws {
        try play { scene in
            var faults: [Fault] = []
            var calls = 0
            scene.io.on(.fault) { fault in faults.append(fault) }
            scene.io.on(.connection) { socket in
                socket.on("point") { (point: Point) in calls += 1 }
                socket.on("two") { (a: Int, b: Int) in calls += 1 }
                socket.on("ack") { (ack: Ack) in calls += 1 }
            }
            let guest = try await scene.join()
            for packet in [#"["point",{"x":1}]"#, #"["point","x"]"#, #"["two",1]"#, #"["two",1,"2"]"#, #"["ack"]"#] {
                guest.send("42" + packet)
            }
            try await scene.settle(guest)
            #expect(calls == 0)
            #expect(faults.map(\.event) == ["point", "point", "two", "two", "ack"])
            #expect(faults.allSatisfy { $0.kind == .undecodable && $0.socket == guest.id })
            #expect(faults.map(\.message).contains("argument 2 is missing"))
            #expect(scene.io.counters.eventsUndecodable == 5)
        }
    }

    @Test func `a handler that throws is contained, and the others are called`() throws {
        try play { scene in
            var faults: [Fault] = []
            var calls: [String] = []
            scene.io.on(.fault) { fault in faults.append(fault) }
            scene.io.on(.connection) { socket in
                socket.on("x") { throw Wrong() }
                socket.on("x") { calls.append("second") }
                socket.on("later") { (a: Int) in
                    await Task.yield()
                    throw Wrong()
                }
            }
            scene.io.on(.connection) { _ in throw Wrong() }
            let guest = try await scene.join()
            guest.send(#"42["x"]"#)
            guest.send(#"42["later",1]"#)
            try await scene.settle(guest)
            await scene.until { faults.count == 3 }
            #expect(calls == ["second"])
            #expect(faults.map(\.event) == ["connection", "x", "later"])
            #expect(faults.allSatisfy { $0.kind == .handlerThrew })
            #expect(scene.io.counters.handlerErrors == 3)
        }
    }

    @Test func `an asynchronous handler runs on the loop and may answer`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("double") { (a: Int) in
                    await Task.yield()
                    #expect(scene.loop.isCurrent)
                    return a * 2
                }
            }
            let guest = try await scene.join()
            guest.send(#"421["double",21]"#)
            #expect(try await guest.next() == "431[42]")
        }
    }

    @Test func `handlers are called in order, once handlers once, cancelled ones not at all`() throws {
        try play { scene in
            var calls: [String] = []
            scene.io.on(.connection) { socket in
                socket.once("x") { calls.append("once") }
                socket.on("x") { calls.append("a") }
                var third: Registration?
                socket.on("x") {
                    calls.append("b")
                    third?.cancel()
                }
                third = socket.on("x") { calls.append("never") }
                socket.on("off") {
                    socket.off("x")
                    calls.append("off")
                }
            }
            let guest = try await scene.join()
            for event in ["x", "x", "off", "x"] { guest.send("42[\"\(event)\"]") }
            try await scene.settle(guest)
            #expect(calls == ["once", "a", "b", "a", "b", "off"])
        }
    }

    @Test func `an event without a handler goes to those for any event, or is counted`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("known") {}
                guard socket.handshake.auth["any"] != nil else { return }
                socket.onUnhandled { event, values, ack in ack?(all: [.string(event)] + values) }
            }
            let plain = try await scene.join()
            plain.send(#"421["unknown",1]"#)
            try await scene.settle(plain)
            #expect(plain.seen.isEmpty)
            #expect(scene.io.counters.eventsUnhandled == 1)
            let guest = try await scene.join(auth: #"{"any":1}"#)
            guest.send(#"421["unknown",1,"b"]"#)
            #expect(try await guest.next() == #"431["unknown",1,"b"]"#)
            guest.send(#"422["known"]"#)
            guest.send(#"423[7,"number as a name"]"#)
            #expect(try await guest.next() == #"433["7","number as a name"]"#)
        }
    }

    @Test func `the name of an event is compared without its escapes`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in socket.on("h\u{E9} \"you\"") { 1 } }
            let guest = try await scene.join()
            guest.send(#"421["h\u00e9 \"you\""]"#)
            #expect(try await guest.next() == "431[1]")
            guest.send(#"422["hé \"you\""]"#)
            #expect(try await guest.next() == "432[1]")
        }
    }
}
