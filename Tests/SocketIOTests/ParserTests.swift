import SocketIO
import TestSupport
import Testing
import Wire

/// A form that a stranger might invent: a line of text with the parts, then every argument as a message of its own.
private struct LineParser: Parser {
    struct Failure: Error {}

    func encode(_ packet: Packet) throws -> [Packet.Message] {
        let values = packet.data?.array ?? packet.data.map { [$0] } ?? []
        if values.contains("unspeakable") { throw Failure() }
        let id = packet.id.map(String.init) ?? "-"
        let head = "\(packet.type.rawValue) \(packet.namespace) \(id) \(values.count)"
        return [.text(head)] + values.map { value in value.binary.map { .binary($0) } ?? .text(value.text) }
    }

    func makeDecoder() -> any ParserDecoder { LineDecoder() }
}

private struct LineDecoder: ParserDecoder {
    private var packet: Packet?
    private var values: [JSON] = []
    private var missing = 0

    mutating func decode(text: RawSpan) throws -> Packet? {
        let line = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard packet == nil else { return try take(JSON(parsing: Array(line.utf8))) }
        let parts = line.split(separator: " ")
        guard parts.count == 4, let type = UInt8(parts[0]).flatMap(PacketType.init(rawValue:)),
            let count = Int(parts[3])
        else { throw LineParser.Failure() }
        packet = Packet(type: type, namespace: String(parts[1]), id: UInt64(parts[2]))
        (values, missing) = ([], count)
        return complete()
    }

    mutating func decode(binary: RawSpan) throws -> Packet? {
        guard packet != nil else { throw LineParser.Failure() }
        return take(.binary(binary.withUnsafeBytes { Array($0) }))
    }

    private mutating func take(_ value: JSON) -> Packet? {
        values.append(value)
        missing -= 1
        return complete()
    }

    private mutating func complete() -> Packet? {
        guard missing == 0, var done = packet else { return nil }
        packet = nil
        if done.type == .connect { done.data = values.first } else { done.data = .array(values) }
        if done.type == .disconnect { done.data = nil }
        return done
    }
}

@Suite struct ParserTests {
    private var lines: ServerOptions {
        var options = ServerOptions()
        options.parser = LineParser()
        return options
    }

    private var packs: ServerOptions {
        var options = ServerOptions()
        options.parser = MessagePackParser()
        return options
    }

    /// A connection that speaks MessagePack.
    private struct Packer {
        let peer: WebSocketPeer

        func send(_ value: JSON) { peer.send(value.messagePack) }

        nonisolated(nonsending) func next() async throws -> JSON {
            guard case .binary(let bytes) = try await peer.next() else { return "text" }
            return try JSON(messagePack: bytes)
        }

        /// The answer to a question.
        nonisolated(nonsending) func ask(_ event: JSON...) async throws -> JSON? {
            send(["type": 2, "data": .array(event), "nsp": "/", "id": 7])
            let answer = try await next()
            #expect(answer["type"] == 3 && answer["id"] == 7 && answer["nsp"] == "/")
            return answer["data"]
        }
    }

    private nonisolated(nonsending) func join(_ scene: Scene, auth: JSON = nil) async throws -> Packer {
        let packer = Packer(peer: try await scene.open())
        packer.send(["type": 0, "data": auth, "nsp": "/"])
        let answer = try await packer.next()
        #expect(answer["type"] == 0 && answer["data"]?["sid"]?.string != nil)
        return packer
    }

    @Test func `typed handlers, answers and bytes work over MessagePack`() throws {
        try play(packs) { scene in
            scene.io.on(.connection) { socket in
                socket.on("add") { (a: Int, b: Int) in a + b }
                socket.on("swap") { (text: String, bytes: [UInt8], ack: Ack) in ack(bytes, text) }
                socket.on("all") { (arguments: Arguments, ack: Ack) in ack(all: arguments.values) }
                socket.on("repeat") { (arguments: Arguments, ack: Ack) in ack(arguments) }
                socket.on("look") { (object: JSON, bytes: [UInt8], ack: Ack) in ack(object["num"], bytes.first) }
                socket.on("auth") { socket.handshake.auth }
            }
            let packer = try await join(scene, auth: ["user": "ann", "key": .binary([9])])
            #expect(try await packer.ask("add", 20, .double(22)) == [42])
            #expect(try await packer.ask("swap", "é\"\n", .binary([0, 255])) == [.binary([0, 255]), "é\"\n"])
            let values: [JSON] = [1.5, nil, ["a": [.binary([1]), .binary([])]], -1, "x"]
            #expect(
                try await packer.ask("all", values[0], values[1], values[2], values[3], values[4]) == .array(values)
            )
            #expect(try await packer.ask("repeat", 1, ["n": [2]]) == [1, ["n": [2]]])
            // An object that the built-in form would take for the place of the bytes.
            #expect(try await packer.ask("look", ["_placeholder": true, "num": 0], .binary([7])) == [0, 7])
            #expect(try await packer.ask("auth") == [["user": "ann", "key": .binary([9])]])
        }
    }

    @Test func `questions, broadcasts, rooms and farewells work over MessagePack`() throws {
        try play(packs) { scene in
            var answer: Result<(Int, String), AckError>?
            scene.io.on(.connection) { socket in
                socket.on("join") { (room: String) in socket.join(room) }
                socket.on("ask") { socket.emit("sum", 1, [2] as [UInt8]) { answer = $0 } }
                socket.on("leave") { socket.disconnect() }
            }
            let (ann, bob) = (try await join(scene), try await join(scene))
            ann.send(["type": 2, "data": ["join", "red"], "nsp": "/"])
            _ = try await ann.ask("settled?")
            scene.io.to("red").emit("said", "to red", .binary([1]) as JSON)
            scene.io.emit("said", "to all")
            #expect(try await ann.next() == ["type": 2, "data": ["said", "to red", .binary([1])], "nsp": "/"])
            for each in [ann, bob] {
                #expect(try await each.next() == ["type": 2, "data": ["said", "to all"], "nsp": "/"])
            }
            ann.send(["type": 2, "data": ["ask"], "nsp": "/"])
            let question = try await ann.next()
            #expect(question["data"] == ["sum", 1, .binary([2])])
            ann.send(["type": 3, "data": [3, "three"], "nsp": "/", "id": question["id"] ?? nil])
            await scene.until { answer != nil }
            #expect(try answer?.get().0 == 3)
            ann.send(["type": 2, "data": ["leave"], "nsp": "/"])
            #expect(try await ann.next() == ["type": 1, "nsp": "/"])
        }
    }

    @Test func `namespaces and refusals work over MessagePack`() throws {
        try play(packs) { scene in
            scene.io.of("/admin").use { _ in throw ConnectError("keep out", data: ["code": .binary([4])]) }
            let packer = try await join(scene)
            packer.send(["type": 0, "nsp": "/admin"])
            let refusal: JSON = ["message": "keep out", "data": ["code": .binary([4])]]
            #expect(try await packer.next() == ["type": 4, "data": refusal, "nsp": "/admin"])
            for name: JSON in ["/no,where", "nowhere"] {
                packer.send(["type": 0, "nsp": name])
                let answer = try await packer.next()
                #expect(answer == ["type": 4, "data": ["message": "Invalid namespace"], "nsp": name])
            }
        }
    }

    @Test(
        arguments: [
            ["type": 2, "data": ["connect"], "nsp": "/"], ["type": 2, "data": [], "nsp": "/"],
            ["type": 2, "data": [nil], "nsp": "/"], ["type": 2, "data": "x", "nsp": "/"],
            ["type": 5, "data": ["x"], "nsp": "/"],
            ["type": 2, "data": ["x"], "nsp": ""], ["type": 2, "data": ["x"], "nsp": "/other"],
            ["type": 0, "nsp": "/"], "42",
        ] as [JSON]
    )
    func `what breaks the protocol in MessagePack ends the connection and no other`(_ packet: JSON) throws {
        try play(packs) { scene in
            let (bad, good) = (try await join(scene), try await join(scene))
            bad.send(packet)
            await bad.peer.closed()
            #expect(try await good.ask("settled?") == [])
            #expect(scene.io.counters.protocolErrors == 1)
        }
    }

    @Test func `text ends a connection that should be MessagePack`() throws {
        try play(packs) { scene in
            var reasons: [String?] = []
            scene.io.on(.connection) { socket in socket.on(.disconnect) { _, detail in reasons.append(detail) } }
            let packer = try await join(scene)
            packer.peer.send("42[\"x\"]")
            await packer.peer.closed()
            #expect(reasons.count == 1 && reasons.first??.contains("text") == true)
        }
    }

    @Test func `a parser of one's own takes several messages to a packet`() throws {
        try play(lines) { scene in
            scene.io.on(.connection) { socket in
                socket.on("echo") { (number: Int, bytes: [UInt8], ack: Ack) in ack(bytes, number) }
            }
            let peer = try await scene.open()
            peer.send("40 / - 0")
            #expect(try await peer.next().text == "40 / - 1")
            #expect(try await peer.next().text.hasPrefix("4{\"sid\":"))
            peer.send("42 / 5 3")
            peer.send("4\"echo\"")
            peer.send("442")
            peer.send([1, 2] as [UInt8])
            #expect(try await peer.next() == "43 / 5 2")
            #expect(try await peer.next() == .binary([1, 2]))
            #expect(try await peer.next() == "442")
            scene.io.emit("unspeakable")
            scene.io.emit("after")
            #expect(try await peer.next() == "42 / - 1")
            #expect(try await peer.next() == "4\"after\"")
        }
    }

    @Test func `what a parser cannot say is a fault`() throws {
        try play(lines) { scene in
            var faults: [Fault.Kind] = []
            scene.io.on(.fault) { faults.append($0.kind) }
            scene.io.emit("unspeakable")
            #expect(faults == [.unencodable])
        }
    }
}
