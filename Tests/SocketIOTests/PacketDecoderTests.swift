import Testing
import Wire

@testable import SocketIO

/// What a test keeps of a packet.
struct SeenPacket: Equatable {
    var type: PacketType
    var namespace: String
    var id: UInt64?
    var payload: JSON?

    init(_ view: borrowing PacketView) throws {
        type = view.type
        namespace = view.namespace
        id = view.id
        payload = view.hasPayload ? try view.json.value(at: 0) : JSON?.none
    }

    init(_ type: PacketType, in namespace: String = "/", id: UInt64? = nil, _ payload: JSON? = nil) {
        self.type = type
        self.namespace = namespace
        self.id = id
        self.payload = payload
    }
}

extension PacketDecoder {
    /// The packet that a message completes, as values.
    mutating func seen(text: String) throws -> SeenPacket? {
        var result: Result<SeenPacket, any Error>?
        let bytes = Array(text.utf8)
        try receive(text: bytes.span.bytes) { view in
            do { result = .success(try SeenPacket(view)) } catch { result = .failure(error) }
        }
        return try result?.get()
    }

    /// The packet that a message of bytes completes, as values.
    mutating func seen(binary bytes: [UInt8]) throws -> SeenPacket? {
        var result: Result<SeenPacket, any Error>?
        try receive(binary: bytes.span.bytes) { view in
            do { result = .success(try SeenPacket(view)) } catch { result = .failure(error) }
        }
        return try result?.get()
    }
}

@Suite struct PacketDecoderTests {
    @Test func `an event is shown with its name, id and arguments where they lie`() throws {
        var decoder = PacketDecoder()
        let text = Array(#"2/chat,12["say","hello",{"n":1}]"#.utf8)
        var calls = 0
        try decoder.receive(text: text.span.bytes) { view in
            calls += 1
            #expect(view.type == .event && view.id == 12)
            #expect(view.isFor("/chat") && !view.isFor("/cha") && !view.isForMainNamespace)
            #expect(view.isEvent("say") && !view.isEvent("sa") && view.event == "say")
            #expect(view.arguments.compactMap { view.json.string(at: $0) } == ["hello"])
            let raw = view.withRawArguments { span in span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
            #expect(raw == #""hello",{"n":1}"#)
        }
        #expect(calls == 1)
    }

    @Test func `attachments stand where their placeholders were`() throws {
        var decoder = PacketDecoder()
        let text = #"52-["b",{"_placeholder":true,"num":1},{"x":{"num":0,"_placeholder":true}}]"#
        #expect(try decoder.seen(text: text) == nil)
        #expect(try decoder.seen(binary: [1]) == nil)
        let packet = try decoder.seen(binary: [2, 3])
        #expect(packet == SeenPacket(.event, ["b", .binary([2, 3]), ["x": .binary([1])]]))
        #expect(try decoder.seen(text: "0") == SeenPacket(.connect))
    }
}
