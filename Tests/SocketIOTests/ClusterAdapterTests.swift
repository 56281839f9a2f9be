import TestSupport
import Testing
import UVLoop
import Wire

@testable import SocketIO

/// A bus that shows what is sent, and brings what the test wants.
private final class FakeBus: ClusterBus {
    var sent: [ClusterMessage] = []
    var known: [String] = []
    var count: Int?
    var deliver: ((ClusterMessage) -> Void)?

    func open(
        _ node: String,
        namespace: String,
        on loop: EventLoop,
        receive: @escaping (ClusterMessage) -> Void
    ) -> [String] {
        deliver = receive
        return known
    }

    func publish(_ message: ClusterMessage) { sent.append(message) }
    func respond(_ message: ClusterMessage, to node: String) { sent.append(message) }
    func countOthers(_ done: @escaping (Int?) -> Void) { done(count) }
    func close() { deliver = nil }
}

@Suite struct ClusterAdapterTests {
    private final class Listener: Member {
        var texts: [String] = []

        override func deliver(_ packet: EncodedPacket) {
            texts.append(packet.text.withPacket { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } })
        }
    }

    private func message(
        _ body: ClusterMessage.Body,
        from origin: String = "other",
        _ sequence: UInt64?,
        in namespace: String = "/"
    ) -> ClusterMessage {
        ClusterMessage(origin: origin, namespace: namespace, sequence: sequence, body: body)
    }

    @Test func `what comes twice, from itself or for another namespace is not delivered again`() throws {
        try play { scene in
            let (bus, audience) = (FakeBus(), scene.io.main.audience)
            let adapter = ClusterAdapter(audience, bus: bus)
            let listener = Listener(id: "me")
            audience.insert(listener)
            let body = ClusterMessage.Body.broadcast(ClusterPacket(payload: Array(#"["x"]"#.utf8)), Selection())
            bus.deliver?(self.message(body, 1))
            bus.deliver?(self.message(body, 1))
            bus.deliver?(self.message(body, from: adapter.node, 2))
            bus.deliver?(self.message(body, 2, in: "/x"))
            bus.deliver?(self.message(body, from: "third", nil))
            bus.deliver?(self.message(.broadcast(ClusterPacket(payload: [1, 2]), Selection()), 3))
            #expect(listener.texts == [#"42["x"]"#, #"42["x"]"#])
            #expect(adapter.others == ["other", "third"])
            audience.remove(listener)
            adapter.close()
        }
    }

    @Test func `a server that falls silent is taken for gone, and questions do not wait for it`() throws {
        var timing = ClusterOptions()
        (timing.heartbeatInterval, timing.heartbeatTimeout) = (5, 20)
        try play { scene in
            let bus = FakeBus()
            bus.known = ["silent"]
            let adapter = ClusterAdapter(scene.io.main.audience, bus: bus, options: timing)
            var missing: [String]?
            adapter.fetch(Selection()) { missing = $1 }
            #expect(missing == nil && adapter.others == ["silent"])
            await scene.until { missing != nil }
            #expect(missing == ["silent"] && adapter.others == [])
            adapter.close()
        }
    }

    @Test func `a bus that counts servers is believed`() throws {
        try play { scene in
            let bus = FakeBus()
            bus.count = 2
            let adapter = ClusterAdapter(scene.io.main.audience, bus: bus)
            var found: ([SocketDescription], [String])?
            adapter.fetch(Selection()) { found = ($0, $1) }
            let one = SocketDescription(id: "a", handshake: [:], rooms: ["a"], data: .null)
            bus.deliver?(self.message(.response(1, .sockets([one])), 1))
            bus.deliver?(self.message(.response(1, .sockets([one])), 2))
            #expect(found == nil)
            bus.deliver?(self.message(.response(1, .sockets([])), from: "third", 1))
            #expect(found?.0 == [one] && found?.1 == [])
            var servers = 0
            adapter.countServers { servers = $0 }
            #expect(servers == 3)
            adapter.fetch(Selection()) { found = ($0, $1) }
            adapter.close()
            #expect(found?.1 == ["unknown", "unknown"])
        }
    }

    @Test func `a packet is handed on without the header, the id and the offset of its server`() throws {
        try play { scene in
            for name in ["/", "/a[1]"] {
                let namespace = scene.io.of(name)
                let event = try #require(namespace.encode("e", [9] as [UInt8], "[x]", id: 17))
                let packet = ClusterPacket(event, namespace: name)
                let payload = #"["e",{"_placeholder":true,"num":0},"[x]"]"#
                #expect(String(decoding: packet.payload, as: UTF8.self) == payload)
                #expect(packet.attachments == [[9]])
                let copy = try #require(EncodedPacket(packet, namespace: name, id: 4, position: 31))
                #expect(ClusterPacket(copy, namespace: name) == packet)
                let text = copy.text.withPacket { $0.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
                let header = name == "/" ? "451-4" : "451-/a[1],4"
                #expect(text == header + payload.dropLast() + #","31"]"#)
            }
        }
    }

    @Test func `what may not be compressed here may not be on other servers, whatever their parser`() throws {
        try play { scene in
            var event = try #require(scene.io.main.encode("e", [9] as [UInt8]))
            #expect(ClusterPacket(event, namespace: "/").isCompressible)
            event.forbidCompression()
            var copy = try #require(EncodedPacket(ClusterPacket(event, namespace: "/"), namespace: "/"))
            try copy.translate(by: MessagePackParser(), namespace: "/")
            let messages = [copy.text] + copy.attachments + (copy.translation ?? [])
            #expect(messages.map(\.isCompressible) == [false, false, false])
        }
    }

    @Test func `rooms tell when they begin and end and who comes and goes`() throws {
        try play { scene in
            var events: [RoomEvent] = []
            scene.io.main.audience.onRoom = { events.append($0) }
            let guest = try await scene.join()
            let socket = try #require(scene.io.socket(guest.id))
            socket.join("x")
            socket.leave("x")
            #expect(
                events == [
                    .created(guest.id), .joined(guest.id, guest.id), .created("x"), .joined("x", guest.id),
                    .left("x", guest.id), .deleted("x"),
                ]
            )
            events = []
            socket.disconnect()
            #expect(events == [.left(guest.id, guest.id), .deleted(guest.id)])
        }
    }
}
