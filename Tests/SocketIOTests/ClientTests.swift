import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct ClientTests {
    /// Sends messages on a connection that has joined "/" and one that has not, and expects both to be closed, while
    /// another client goes on.
    private func expectClosed(_ messages: [PeerMessage], connected: Bool = true) throws {
        try play { scene in
            let other = try await scene.join()
            let peer = connected ? try await scene.join().peer : try await scene.open()
            for message in messages { peer.send(message) }
            await peer.closed()
            #expect(peer.unread.isEmpty)
            try await scene.settle(other)
            #expect(scene.io.sockets.count == 1)
            #expect(scene.io.counters.protocolErrors == 1)
        }
    }

    @Test(arguments: ["4", "42[\"x\"]", "41", "43[]", "47", "44", "4x", "40[1,2]", "40\"x\"", "40null"])
    func `before it has joined a namespace a client may only join one`(_ message: String) throws {
        try expectClosed([.text(message)], connected: false)
    }

    @Test(arguments: [
        "4", "40", "40{}", "44", "44{}", "47[]", "42{}", "42\"x\"", "42[]", "42[null]", "42[{}]", "42[[]]",
        #"42["connect"]"#, #"42["connect_error"]"#, #"42["disconnect"]"#, #"42["disconnecting"]"#,
        #"42["newListener"]"#, #"42["removeListener"]"#, #"42["x""#, #"42["x"]]"#, #"42["x",NaN]"#,
        #"42abc["x"]"#, #"42-1["x"]"#, #"42/other,["x"]"#, "43{}", "41{}", #"4 2["x"]"#,
        #"451["x"]"#, #"45-1-["x"]"#, #"451.5-["x"]"#, #"4599999999999999999999-["x"]"#, #"4511-["x"]"#,
    ])
    func `what breaks the protocol ends the connection and no other`(_ message: String) throws {
        try expectClosed([.text(message)])
    }

    @Test(arguments: [
        ("42{}", "127.0.0.1: parse error: invalidPayload"),
        ("40", "127.0.0.1: forced server close: a second connect to one namespace"),
    ]) func `the log tells why a connection was ended`(_ message: String, _ line: String) throws {
        var lines: [String] = []
        try play { scene in
            scene.loop.log = { level, text in
                if level == .info { lines.append(text) }
            }
            let guest = try await scene.join()
            guest.send(message)
            await guest.peer.closed()
        }
        #expect(lines == [line])
    }

    @Test func `attachments out of place end the connection`() throws {
        let announced: PeerMessage = #"451-["x",{"_placeholder":true,"num":0}]"#
        try expectClosed([announced, #"42["x"]"#])
        try expectClosed([.binary([1])])
        try expectClosed([announced, .binary([1])], connected: false)
        try expectClosed([announced, .binary([1]), .binary([2])])
        for number in ["1", "-1", "\"0\"", "1e300"] {
            try expectClosed([.text(#"451-["x",{"_placeholder":true,"num":\#(number)}]"#), .binary([1])])
        }
        try expectClosed([#"451-[{"_placeholder":true,"num":0}]"#, .binary([1])])
    }

    @Test func `an attachment may be as large as a message`() throws {
        var options = ServerOptions()
        options.maxHttpBufferSize = 12_000_000
        try play(options, within: 60_000) { scene in
            scene.io.on(.connection) { socket in
                socket.on("file") { (bytes: [UInt8]) in bytes.count }
            }
            let guest = try await scene.join()
            guest.send(#"451-1["file",{"_placeholder":true,"num":0}]"#)
            guest.send([UInt8](repeating: 7, count: 12_000_000))
            #expect(try await guest.next() == "431[12000000]")
        }
    }

    @Test func `how many attachments a packet may have is the program's choice`() throws {
        var options = ServerOptions()
        options.maxAttachments = 11
        try play(options) { scene in
            scene.io.on(.connection) { socket in
                socket.on("x") { (bytes: [UInt8]) in bytes.count }
            }
            let guest = try await scene.join()
            guest.send(#"4511-1["x",{"_placeholder":true,"num":10}]"#)
            for count in 0..<11 { guest.send([UInt8](repeating: 7, count: count)) }
            #expect(try await guest.next() == "431[10]")
            guest.send(#"4512-["x"]"#)
            await guest.peer.closed()
            #expect(scene.io.counters.protocolErrors == 1)
        }
    }

    @Test func `what is odd but harmless is survived`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.onUnhandled { event, values, ack in ack?(all: values) }
            }
            let guest = try await scene.join()
            let nothing = [
                "42", "43", "431[]", "43[1]", "43999999[1]", #"42["error"]"#, #"42[""]"#, #"42["__proto__"]"#, "42[5]",
                "42" + String(repeating: "9", count: 400) + #"["x"]"#, #"450-["x"]"#, #"45-["x"]"#,
                #"42["x",1e999]"#, #"42["x","\ud800"]"#,
            ]
            for message in nothing { guest.send(message) }
            try await scene.settle(guest)
            #expect(guest.seen.isEmpty)
            #expect(scene.io.counters.protocolErrors == 0)
        }
    }

    @Test func `a hundred thousand arguments, and as deep a nesting, are survived`() throws {
        try play(within: 60_000) { scene in
            scene.io.on(.connection) { socket in
                socket.on("many") { (rest: Arguments) in rest.values.count }
                socket.on("first") { (a: Int, b: Int) in a + b }
                socket.on("echo") { (rest: Arguments, ack: Ack) in ack(all: rest.values) }
                socket.on("deep") { (value: JSON) in 1 }
            }
            let guest = try await scene.join()
            let ones = String(repeating: ",1", count: 100_000)
            guest.send("421[\"many\"\(ones)]")
            #expect(try await guest.next() == "431[100000]")
            guest.send("422[\"first\"\(ones)]")
            #expect(try await guest.next() == "432[2]")
            guest.send("423[\"echo\"\(ones)]")
            #expect(try await guest.next().text.utf8.count == 3 + ones.utf8.count + 1)
            let depth = 100_000
            guest.send("424[\"deep\",\(String(repeating: "[", count: depth))\(String(repeating: "]", count: depth))]")
            guest.send("425[\"many\",{\"a\":1}]")
            #expect(try await guest.next() == "435[1]")
            #expect(scene.io.counters.eventsUndecodable == 1)
        }
    }

    @Test func `a burst of twenty thousand events is handled in order`() throws {
        try play(within: 60_000) { scene in
            var expected = 0
            scene.io.on(.connection) { socket in
                socket.on("n") { (number: Int) in
                    #expect(number == expected)
                    expected += 1
                }
            }
            let guest = try await scene.join()
            for number in 0..<20_000 { guest.send("42[\"n\",\(number)]") }
            try await scene.settle(guest)
            #expect(expected == 20_000)
            #expect(scene.io.counters.eventsReceived == 20_001)
        }
    }

    @Test func `a connection that joins nothing is closed after a while`() throws {
        var options = ServerOptions()
        options.connectTimeout = 60
        try play(options) { scene in
            let joined = try await scene.join()
            let idle = try await scene.open()
            idle.send("40/nowhere")
            _ = try await idle.next()
            await idle.closed()
            try await scene.settle(joined)
            #expect(scene.io.engine.clientsCount == 1)
        }
    }

    @Test func `after a client has left, its late events are ignored`() throws {
        try play { scene in
            let guest = try await scene.join()
            scene.io.sockets.first?.disconnect()
            guest.send(#"42["on its way"]"#)
            let farewell = try await guest.next()
            #expect(farewell == "41")
            guest.send("40")
            #expect(try await guest.next().text.hasPrefix("40{"))
        }
    }
}

extension WebSocketPeer {
    func send(_ message: PeerMessage) {
        switch message {
        case .text(let text): send(text)
        case .binary(let bytes): send(bytes)
        }
    }
}
