import Testing
import Wire

@testable import UVHTTP

@Suite struct DeflateTests {
    /// One end of a connection with these parameters, and the other.
    private func ends(
        _ agreed: DeflateParameters = DeflateParameters(),
        limit: Int = 1_000_000
    ) -> (server: MessageDeflate, client: MessageDeflate) {
        var mirrored = agreed
        mirrored.serverNoContextTakeover = agreed.clientNoContextTakeover
        mirrored.clientNoContextTakeover = agreed.serverNoContextTakeover
        mirrored.serverMaxWindowBits = agreed.clientMaxWindowBits
        mirrored.clientMaxWindowBits = agreed.serverMaxWindowBits
        let options = PerMessageDeflate()
        return (
            MessageDeflate(options, agreed: agreed, maxMessageBytes: limit, shared: SharedZlib()),
            MessageDeflate(options, agreed: mirrored, maxMessageBytes: limit, shared: SharedZlib())
        )
    }

    private let hello = Array("Hello".utf8)

    @Test(
        arguments: [
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],  // one block
            [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],  // not compressed
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],  // the last block of a stream
            [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],  // two blocks
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],  // the last block, and nothing behind it
        ] as [[UInt8]]
    )
    func `the examples of RFC 7692 section 7.2.3 say Hello`(bytes: [UInt8]) throws {
        for noTakeover in [false, true] {
            var agreed = DeflateParameters()
            agreed.clientNoContextTakeover = noTakeover
            let server = ends(agreed).server
            // Twice: what one message leaves behind must not disturb the next.
            for _ in 0..<2 { #expect(try server.inflate(bytes) == hello) }
        }
    }

    @Test func `the example with a shared window refers to the message before`() throws {
        let first: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let second: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
        let (server, client) = ends()
        #expect(server.compress(hello) == first)
        #expect(server.compress(hello) == second)
        #expect(try client.inflate(first) == hello)
        #expect(try client.inflate(second) == hello)
        // After a last block the window is still the same.
        let last: [UInt8] = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]
        let other = ends().server
        #expect(try other.inflate(last) == hello)
        #expect(try other.inflate(second) == hello)
        var alone = DeflateParameters()
        alone.clientNoContextTakeover = true
        let forgetful = ends(alone).server
        #expect(try forgetful.inflate(first) == hello)
        #expect(throws: WebSocketError.badCompression) { try forgetful.inflate(second) }
    }

    @Test(arguments: 8...15, [false, true]) func `messages come back with every window, with and without memory`(
        bits: Int,
        noTakeover: Bool
    ) throws {
        var random = SystemRandomNumberGenerator()
        var messages: [[UInt8]] = [hello, hello, Array(String(repeating: "over and over ", count: 5_000).utf8)]
        messages.append((0..<70_000).map { _ in UInt8.random(in: 0...255, using: &random) })
        messages.append((0..<70_000).map { UInt8(truncatingIfNeeded: $0 / 251) })
        messages += [hello, messages[2], messages[3]]
        for clientBits in [8, 15] {
            var agreed = DeflateParameters()
            agreed.serverMaxWindowBits = bits
            agreed.clientMaxWindowBits = clientBits
            agreed.serverNoContextTakeover = noTakeover
            agreed.clientNoContextTakeover = bits % 2 == 0
            let (server, client) = ends(agreed)
            for message in messages {
                if let sent = server.compress(message) {
                    #expect(try client.inflate(sent) == message)
                }
                if let sent = client.compress(message) {
                    #expect(try server.inflate(sent) == message)
                }
            }
        }
    }

    @Test func `a message may become as large as the limit, and not a byte more`() throws {
        let zeros = [UInt8](repeating: 0, count: 50_000_000)
        let bomb = try #require(ends().client.compress(zeros))
        #expect(bomb.count < 50_000)
        #expect(throws: WebSocketError.messageTooBig) { try ends().server.inflate(bomb) }
        let exact = try #require(ends().client.compress(Array(zeros.prefix(1_000_000))))
        #expect(try ends().server.inflate(exact).count == 1_000_000)
        #expect(throws: WebSocketError.messageTooBig) { try ends(limit: 999_999).server.inflate(exact) }
    }

    @Test(
        arguments: [
            [0x07],  // a block of no known kind
            [0xFF, 0xFF, 0xFF, 0xFF],
            [0xF2, 0x48, 0xCD, 0xC9],  // cut
            [0x00, 0x05, 0x00, 0x00, 0x00, 0x48],  // a length that contradicts itself
            [0x00, 0x10, 0x00, 0xEF, 0xFF, 0x48],  // less than announced
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x07],  // nonsense behind the last block
        ] as [[UInt8]]
    )
    func `bad data is an error, and the next message of a shared stream is none the worse`(bytes: [UInt8]) throws {
        var agreed = DeflateParameters()
        agreed.clientNoContextTakeover = true
        let server = ends(agreed).server
        #expect(throws: WebSocketError.badCompression) { try server.inflate(bytes) }
        #expect(try server.inflate([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]) == hello)
    }

    @Test func `random bytes never do worse than fail`() {
        var random = SystemRandomNumberGenerator()
        let server = ends(limit: 10_000).server
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<64)).map { _ in UInt8.random(in: 0...255, using: &random) }
            let length = try? server.inflate(bytes).count
            #expect(length ?? 0 <= 10_000)
        }
    }

    @Test func `a message for many is compressed once, and one that does not shrink is sent as it is`() throws {
        let shared = SharedZlib()
        let options = PerMessageDeflate()
        let ends = (0..<100).map { _ in
            MessageDeflate(options, agreed: options.wishes, maxMessageBytes: 1_000, shared: shared)
        }
        let text = Array(String(repeating: "to everybody ", count: 200).utf8)
        let forms = Set(ends.map { $0.compress(text) })
        #expect(forms.count == 1)
        #expect(shared.compressions == 1)
        let noise = (0..<2_000).map { _ in UInt8.random(in: 0...255) }
        for end in ends { #expect(end.compress(noise) == nil) }
        #expect(shared.compressions == 2)
    }

    @Test func `a connection owns a stream only where it remembers, and only after a message`() throws {
        let text = Array(String(repeating: "a", count: 2_000).utf8)
        for (noTakeover, owns) in [(true, false), (false, true)] {
            var agreed = DeflateParameters()
            agreed.serverNoContextTakeover = noTakeover
            agreed.clientNoContextTakeover = noTakeover
            let (server, client) = ends(agreed)
            #expect(server.deflater == nil && server.inflater == nil)
            let sent = try #require(server.compress(text))
            #expect(try client.inflate(sent) == text)
            #expect((server.deflater != nil, server.inflater != nil) == (owns, false))
            #expect((client.deflater != nil, client.inflater != nil) == (false, owns))
        }
    }

    @Test func `bodies come back in both codings, and not beyond their limit`() throws {
        let shared = SharedZlib()
        let body = Array(String(repeating: "a body ", count: 1_000).utf8)
        for coding in ContentCoding.allCases {
            let coded = try #require(shared.compress(body, as: coding))
            #expect(coded.count < body.count)
            #expect(coded.starts(with: coding == .gzip ? [0x1F, 0x8B] : [0x78]))
            #expect(try shared.inflate(coded, limit: body.count) == body)
            #expect(throws: InflateError.tooLarge) { try shared.inflate(coded, limit: body.count - 1) }
            #expect(throws: InflateError.badData) { try shared.inflate(Array(coded.dropLast()), limit: body.count) }
            #expect(throws: InflateError.badData) { try shared.inflate(coded + [0], limit: body.count) }
        }
        #expect(throws: InflateError.badData) { try shared.inflate(body, limit: body.count) }
    }
}

/// The same for arrays, because the expansions of `#expect` cannot hold a span.
extension MessageDeflate {
    func compress(_ message: [UInt8]) -> [UInt8]? { compress(message.span.bytes) }
    func inflate(_ message: [UInt8]) throws -> [UInt8] { try inflate(message.span.bytes) }
}

extension Deflater {
    func compress(_ message: [UInt8]) -> [UInt8] { compress(message: message.span.bytes) }
}
