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

    @Test func `attachments have room together up to the limit and not beyond`() throws {
        var limits = PacketLimits()
        limits.maxAttachmentBytes = 10
        let text = #"52-["b",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
        let (four, six, seven) = ([UInt8](1...4), [UInt8](1...6), [UInt8](1...7))
        var decoder = PacketDecoder(scratch: PacketScratch(limits: limits))
        #expect(try decoder.seen(text: text) == nil)
        #expect(try decoder.seen(binary: four) == nil)
        #expect(try decoder.seen(binary: six) == SeenPacket(.event, ["b", .binary(four), .binary(six)]))
        #expect(try decoder.seen(text: text) == nil)
        #expect(try decoder.seen(binary: four) == nil)
        #expect(throws: PacketError.attachmentsTooLarge) { try decoder.seen(binary: seven) }
    }

    @Test func `a hundred thousand arguments and as much nesting are only long packets`() throws {
        var decoder = PacketDecoder()
        let many = Array("2[\"e\"\(String(repeating: ",1", count: 100_000))]".utf8)
        var count = 0
        try decoder.receive(text: many.span.bytes) { view in count = view.arguments.reduce(0) { sum, _ in sum + 1 } }
        #expect(count == 100_000)
        let brackets = (String(repeating: "[", count: 100_000), String(repeating: "]", count: 100_000))
        let deep = Array("2[\"e\",\(brackets.0)\(brackets.1)]".utf8)
        try decoder.receive(text: deep.span.bytes) { view in
            count = view.json.rawRange(of: view.firstArgument).count
            let json = view.json
            #expect(throws: JSONError.self) { try json.value(at: 0) }
        }
        #expect(count == 200_000)
    }

    @Test func `decoders that share their memory may deliver inside of each other`() throws {
        let scratch = PacketScratch()
        var outer = PacketDecoder(scratch: scratch)
        var inner = PacketDecoder(scratch: scratch)
        let (first, second) = (Array(#"2["first",1,2]"#.utf8), Array(#"2["second",{"a":3}]"#.utf8))
        var names: [String] = []
        try outer.receive(text: first.span.bytes) { view in
            do { names.append(try inner.seen(text: #"2["second",{"a":3}]"#)?.payload?[0]?.string ?? "") } catch {
                Issue.record(error)
            }
            names.append(view.event)
            #expect(view.arguments.compactMap { view.json.integer(at: $0) } == [1, 2])
        }
        try outer.receive(text: second.span.bytes) { names.append($0.event) }
        #expect(names == ["second", "first", "second"])
    }

    @Test func `an answer that repeats the arguments is spliced from the request`() throws {
        var decoder = PacketDecoder()
        var answers: [String] = []
        func answer(_ view: borrowing PacketView) {
            var writer = JSONWriter(binary: .placeholders)
            let (id, attachments) = (view.id ?? 0, view.attachments)
            view.withRawArguments { raw in
                PacketEncoder().acknowledgement(raw: raw, attachments: attachments, id: id, into: &writer)
            }
            answers.append(String(decoding: writer.bytes, as: UTF8.self) + " +\(writer.attachments.count)")
        }
        for text in [#"21["e"]"#, #"22["e","x", [1.50]]"#, #"51-3["e",{"num":0,"_placeholder":true}]"#] {
            try decoder.receive(text: Array(text.utf8).span.bytes, answer)
        }
        try decoder.receive(binary: ([9] as [UInt8]).span.bytes, answer)
        #expect(answers == ["31[] +0", #"32["x", [1.50]] +0"#, #"61-3[{"num":0,"_placeholder":true}] +1"#])
    }
}
