import TestSupport
import Testing
import UVLoop
import Wire

@testable import UVHTTP

@Suite struct WebSocketDeflateTests {
    private static let offer = "permessage-deflate; client_max_window_bits"

    /// The request of a client that offers extensions; its empty line is one character, as Swift counts.
    private static func request(_ extensions: String) -> String {
        upgradeRequest.dropLast() + "Sec-WebSocket-Extensions: \(extensions)\r\n\r\n"
    }

    /// A client's frame with the bit that says it is compressed.
    private static func compressed(_ payload: [UInt8], opcode: WebSocketOpcode = .text) -> [UInt8] {
        var frame: [UInt8] = []
        FrameEncoder.append(opcode, payload.span.bytes, isCompressed: true, key: 0x0102_0304, to: &frame)
        return frame
    }

    private static func options(threshold: Int = 1) -> PerMessageDeflate {
        var options = PerMessageDeflate()
        options.threshold = threshold
        options.serverNoContextTakeover = false
        options.clientNoContextTakeover = false
        return options
    }

    /// What an echo answers behind the head of its 101, and that head, when the client sends `parts` and ends.
    private func echo(
        _ parts: [[UInt8]],
        _ options: PerMessageDeflate? = options(),
        offer: String = offer,
        maxMessageBytes: Int = 1_000_000
    ) throws -> (head: String, bytes: [UInt8], events: [String]) {
        var received: [UInt8] = []
        let handler = EchoHandler()
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            server.mount("/ws") { exchange in
                handler.connection = exchange.acceptWebSocket(
                    maxMessageBytes: maxMessageBytes,
                    deflate: options,
                    handler: handler
                )
            }
            let (near, far) = Loopback.pair(on: loop)
            server.accept(far)
            let client = RawClient(near)
            client.send(Self.request(offer))
            var left = parts[...]
            func next() {
                guard let part = left.popFirst() else { return client.end() }
                client.send(part)
                loop.nextTurn { loop.nextTurn(next) }
            }
            next()
            client.whenEnded { client in
                received = client.received
                server.close()
            }
        }
        let end = try #require(received.firstRange(of: Array("\r\n\r\n".utf8))).upperBound
        return (String(decoding: received[..<end], as: UTF8.self), Array(received[end...]), handler.events)
    }

    @Test func `the frames of RFC 7692 are echoed, compressed, wherever the bytes are cut`() throws {
        let first: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        var sent = Self.compressed(first)
        // The same in two fragments with a ping between them, then what refers to it.
        sent +=
            Self.fragment(0x41, Array(first[..<3])) + masked(.ping, [0x70]) + Self.fragment(0x80, Array(first[3...]))
        sent += Self.compressed([0xF2, 0x00, 0x11, 0x00, 0x00]) + masked(.close, [0x03, 0xE8])
        // The window holds "HelloHello" by the third, so that it is a byte shorter still.
        let (second, third): ([UInt8], [UInt8]) = ([0xF2, 0x00, 0x11, 0x00, 0x00], [0x02, 0x13, 0x00, 0x00])
        var expected = [0xC1, 0x07] + first + plain(.pong, [0x70]) + [0xC1, 0x05] + second
        expected += [0xC1, 0x04] + third + plain(.close, [0x03, 0xE8])
        for delivery in everySplit(of: sent) {
            let answer = try echo(delivery)
            #expect(answer.bytes == expected, "\(delivery.map(\.count))")
            #expect(answer.head.contains("\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"))
        }
    }

    private static func fragment(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let key: [UInt8] = [9, 8, 7, 6]
        return [first, 0x80 | UInt8(payload.count)] + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    @Test func `messages below the threshold are sent as they are, and may be received so`() throws {
        let short = Array(String(repeating: "a", count: 99).utf8)
        let answer = try echo([masked(.text, short), masked(.binary, short + [0])], Self.options(threshold: 100))
        #expect(Array(answer.bytes[..<101]) == plain(.text, short))
        #expect(answer.bytes[101] == 0xC2)
        #expect(answer.bytes.count < 120)
    }

    @Test func `what is wrong ends with the code that says so`() throws {
        let zeros = [UInt8](repeating: 0x20, count: 100_000)
        let bomb = try #require(Deflater(windowBits: -15, level: 9, memoryLevel: 8)).compress(zeros)
        let latin = try #require(Deflater(windowBits: -15, level: 9, memoryLevel: 8)).compress([0x61, 0xE4, 0x62])
        let cases: [([UInt8], UInt8)] = [
            (Self.compressed(bomb), 0xF1),  // 1009
            (Self.compressed(latin), 0xEF),  // 1007, for the text is no UTF-8
            (Self.compressed([0x07]), 0xEF),  // 1007
            (Self.fragment(0x41, [0xF2]) + Self.fragment(0xC0, [0x48]), 0xEA),  // 1002: the bit belongs to the first
            (Self.fragment(0xC9, []), 0xEA),  // 1002: and to no ping
        ]
        for (frames, code) in cases {
            let answer = try echo([frames], maxMessageBytes: 50_000)
            let reason = code == 0xF1 ? "message too big" : ""
            #expect(answer.bytes == plain(.close, [0x03, code] + reason.utf8))
            #expect(answer.events.count == 1)
        }
        #expect(try echo([Self.compressed(latin, opcode: .binary)]).bytes.first == 0xC2)
    }

    @Test func `without agreement the bit is an error`() throws {
        let hello = Self.compressed([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        for (options, offer) in [(nil, Self.offer), (Self.options(), "x-webkit-deflate-frame")] {
            let answer = try echo([hello], options, offer: offer)
            #expect(!answer.head.contains("Sec-WebSocket-Extensions"))
            #expect(answer.bytes == plain(.close, [0x03, 0xEA]))
        }
    }

    @Test func `bad parameters are refused when compression is on, and ignored when it is off`() throws {
        let bad = "permessage-deflate; server_max_window_bits=3"
        let refused = try echo([], Self.options(), offer: bad)
        #expect(refused.head.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(
            String(decoding: refused.bytes, as: UTF8.self) == "Invalid or unacceptable Sec-WebSocket-Extensions header"
        )
        #expect(try echo([], nil, offer: bad).head.hasPrefix("HTTP/1.1 101 "))
    }

    @Test func `by default nothing is kept for a connection`() throws {
        let answer = try echo([], PerMessageDeflate())
        let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        #expect(answer.head.contains("\r\nSec-WebSocket-Extensions: \(agreed)\r\n"))
    }
}
