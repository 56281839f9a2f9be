// Codecs: what is counted: each codec with an input as servers see it, on memory that it would also reuse in a server.

import EngineIO
import SocketIO
import Wire

/// A codec and how to run it.
struct Codec {
    let name: String
    let run: (Int) throws -> Void

    /// Makes what the codec needs, once, and then runs it so many times.
    init(_ name: String, _ prepare: @escaping () throws -> () throws -> Void) {
        self.name = name
        run = { times in
            let body = try prepare()
            for _ in 0..<times { try body() }
        }
    }
}

/// Something to put results into, so that no optimiser finds them useless.
@_optimize(none) func use<T>(_ value: borrowing T) {}

/// An event of a chat, 64 bytes of text.
private let eventText = "2[\"chat message\",\"" + String(repeating: "x", count: 64) + "\"]"

/// A JSON document of about a kilobyte, with everything in it.
private let document = [
    "{\"id\":12345678,\"name\":\"A name with \\\"quotes\\\" and \\u00e9\",\"active\":true,\"score\":-12.5e3,\"none\":null,",
    "\"tags\":[" + (0..<40).map { "\"tag number \($0)\"" }.joined(separator: ",") + "],",
    "\"nested\":{\"a\":[1,2,3,[4,[5]]]}}",
].joined()

private struct Message: Codable {
    var id: Int
    var name: String
    var active: Bool
    var score: Double
    var tags: [String]
}

private let bytes1024 = [UInt8]((0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 7) })
private let text1024 = Array(String(repeating: "Größe ist 16 Byte", count: 54).utf8)

/// Everything that is counted.
var codecs: [Codec] { wireCodecs + jsonCodecs + packetCodecs }

private var wireCodecs: [Codec] {
    [
        Codec("http-head") {
            let head = Array(
                """
                GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost:3000\r\nUpgrade: websocket\r\n\
                Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\
                Origin: http://localhost:3000\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\r\n
                """.utf8
            )
            return {
                var parser = HeadParser(maxHeadBytes: 16_384, maxFields: 100)
                var offset = 0
                use(try parser.next(head.span.bytes, at: &offset)?.fields)
            }
        },
        Codec("websocket-read-64") {
            var frame = [0x81, 0x80 | 64, 1, 2, 3, 4] + [UInt8](repeating: 0x41, count: 64)
            return {
                var assembler = MessageAssembler(role: .server, maxMessageBytes: 1 << 20)
                var offset = 0
                // Unmasked in place, so that every other time it is the masked text that is taken for the text: ASCII, too.
                var span = frame.mutableSpan
                var bytes = span.mutableBytes
                use(try assembler.next(&bytes, at: &offset))
            }
        },
        Codec("websocket-write-64") {
            let payload = [UInt8](repeating: 0x41, count: 64)
            var out: [UInt8] = []
            return {
                out.removeAll(keepingCapacity: true)
                FrameEncoder.append(.text, payload.span.bytes, to: &out)
                use(out)
            }
        },
        Codec("utf8-1024") { { use(UTF8Validator.isValid(text1024.span.bytes)) } },
        Codec("base64-encode-1024") {
            var out: [UInt8] = []
            return {
                out.removeAll(keepingCapacity: true)
                Base64.encode(bytes1024.span.bytes, to: &out)
                use(out)
            }
        },
        Codec("base64-decode-1024") {
            let text = Array(Base64.encode(bytes1024.span.bytes).utf8)
            return { use(Base64.decode(text.span.bytes)) }
        },
        Codec("sha1-60") {
            let key = [UInt8](repeating: 0x61, count: 60)
            return { use(SHA1.digest(of: key.span.bytes)) }
        },
    ]
}

private var jsonCodecs: [Codec] {
    [
        Codec("json-scan") {
            let text = Array(document.utf8)
            var tape = JSONTape()
            return { try tape.parse(text.span.bytes) }
        },
        Codec("json-value") {
            let text = Array(document.utf8)
            return { use(try JSON(parsing: text.span.bytes)) }
        },
        Codec("json-decode") {
            let text = Array(document.utf8)
            return { use(try JSON.decode(Message.self, from: text.span.bytes)) }
        },
        Codec("json-encode") {
            let message = try JSON.decode(Message.self, from: Array(document.utf8).span.bytes)
            var writer = JSONWriter()
            return {
                writer.bytes.removeAll(keepingCapacity: true)
                try writer.encode(message)
            }
        },
        Codec("messagepack-read") {
            var writer = MessagePackWriter()
            writer.write(try JSON(parsing: document))
            let bytes = writer.bytes
            return { use(try JSON(messagePack: bytes)) }
        },
        Codec("messagepack-write") {
            let value = try JSON(parsing: document)
            return {
                var writer = MessagePackWriter()
                writer.write(value)
                use(writer.bytes)
            }
        },
    ]
}

private var packetCodecs: [Codec] {
    [
        Codec("engine-packet") {
            let text = Array(("4" + eventText).utf8)
            return { use(try EngineIO.PacketType(text: text.span.bytes)) }
        },
        Codec("engine-payload-4") {
            let text = Array(Array(repeating: "4" + eventText, count: 4).joined(separator: "\u{1E}").utf8)
            return {
                var reader = PayloadReader()
                while let packet = try reader.next(text.span.bytes) { use(packet) }
            }
        },
        Codec("socketio-read") {
            let text = Array(eventText.utf8)
            var decoder = PacketDecoder()
            return { try decoder.receive(text: text.span.bytes) { packet in use(packet.isEvent("chat message")) } }
        },
        Codec("socketio-write") {
            let encoder = PacketEncoder()
            let text = String(repeating: "x", count: 64)
            var writer = JSONWriter()
            return {
                writer.bytes.removeAll(keepingCapacity: true)
                try encoder.event("chat message", text, into: &writer)
            }
        },
        Codec("socketio-acknowledge") {
            let encoder = PacketEncoder()
            let arguments = Array("\"abc\"".utf8)
            var writer = JSONWriter()
            return {
                writer.bytes.removeAll(keepingCapacity: true)
                encoder.acknowledgement(raw: arguments.span.bytes, id: 12, into: &writer)
            }
        },
    ]
}
