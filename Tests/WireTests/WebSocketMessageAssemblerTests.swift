import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketMessageAssemblerTests {
    @Test func `the examples of RFC 6455 section 5 point 7 are understood however they are cut`() {
        let hello = Array("Hello".utf8)
        let blob = [UInt8](repeating: 0xAB, count: 256)
        let fromServer: [([UInt8], [Peer.Seen])] = [
            ([0x81, 0x05] + hello, [.text(hello)]),
            ([0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], [.text(hello)]),
            ([0x89, 0x05] + hello, [.ping(hello)]),
            ([0x82, 0x7E, 0x01, 0x00] + blob, [.binary(blob)]),
        ]
        for (bytes, expected) in fromServer {
            for reads in everySplit(of: bytes) { #expect(Peer.deliver(reads, role: .client) == expected) }
        }
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        let maskedPong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        for reads in everySplit(of: masked) { #expect(Peer.deliver(reads) == [.text(hello)]) }
        for reads in everySplit(of: maskedPong) { #expect(Peer.deliver(reads) == [.pong(hello)]) }
        let large = [UInt8](repeating: 0xCD, count: 65_536)
        let longest: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + large
        #expect(Peer.deliver([longest], role: .client) == [.binary(large)])
    }

    @Test(arguments: WebSocketVector.all)
    func `a golden case is seen alike whole and in pieces, by servers and clients`(_ vector: WebSocketVector) {
        for role in [WebSocketRole.server, .client] {
            for reads in everySplit(of: vector.bytes(to: role)) {
                let seen = Peer.deliver(reads, role: role)
                #expect(seen == vector.expected, "\(role), cut after \(reads[0].count)")
                if seen != vector.expected { return }
            }
        }
    }

    @Test func `the golden cases are there`() {
        #expect(WebSocketVector.all.count > 70)
        #expect(WebSocketVector.all.allSatisfy { !$0.frames.isEmpty && !$0.expected.isEmpty })
    }

    @Test(arguments: [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_001])
    func `messages of every kind of length arrive whole, in octets and in chops`(_ size: Int) {
        let text = [UInt8](repeating: 0x2A, count: size)
        let binary = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) | 0x80 }
        let bytes = Peer.frame(0x81, text) + Peer.frame(0x82, binary)
        for chop in [bytes.count, 997, 1] {
            let reads = stride(from: 0, to: bytes.count, by: chop).map {
                Array(bytes[$0..<min($0 + chop, bytes.count)])
            }
            #expect(Peer.deliver(reads) == [.text(text), .binary(binary)])
        }
    }

    @Test func `a length may be written longer than it need be`() {
        let sixteen: [UInt8] = [0x81, 0x7E, 0, 2, 0x68, 0x69]
        let sixtyFour: [UInt8] = [0x81, 0x7F, 0, 0, 0, 0, 0, 0, 0, 2, 0x68, 0x69]
        for reads in everySplit(of: sixteen + sixtyFour) {
            #expect(Peer.deliver(reads, role: .client) == [.text([0x68, 0x69]), .text([0x68, 0x69])])
        }
        let longPing: [UInt8] = [0x89, 0x7E, 0, 126] + [UInt8](repeating: 0, count: 126)
        #expect(Peer.deliver([longPing], role: .client) == [.fault(.longControl)])
    }

    @Test func `each end insists on the other one's mask or its absence`() {
        for bits: UInt8 in [0x81, 0x82, 0x89, 0x8A, 0x88, 0x01] {
            for reads in everySplit(of: Peer.frame(bits, [0x03, 0xE8], key: nil)) {
                #expect(Peer.deliver(reads, role: .server) == [.fault(.unmasked)])
            }
            for reads in everySplit(of: Peer.frame(bits, [0x03, 0xE8])) {
                #expect(Peer.deliver(reads, role: .client) == [.fault(.masked)])
            }
        }
        #expect(Peer.deliver([Peer.frame(0x81, [0x61], key: [0, 0, 0, 0])]) == [.text([0x61])])
    }

    @Test func `whole frames are handed over as ranges of the read, and what is cut as bytes`() throws {
        var read = Peer.frame(0x81, Array("one".utf8)) + Peer.frame(0x89, [1]) + Peer.frame(0x82, [2, 3])
        let cut = Peer.frame(0x81, Array("cut".utf8))
        read += cut[..<7]
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100)
        var offset = 0
        func next(_ read: inout [UInt8]) throws -> WebSocketEvent? {
            var span = read.mutableSpan
            var bytes = span.mutableBytes
            return try assembler.next(&bytes, at: &offset)
        }
        #expect(try next(&read) == .text(.range(6..<9)))
        #expect(offset == 9)
        #expect(try next(&read) == .ping(.range(15..<16)))
        #expect(try next(&read) == .binary(.range(22..<24)))
        #expect(try next(&read) == nil)
        #expect(offset == read.count)
        offset = 0
        var rest = Array(cut[7...])
        #expect(try next(&rest) == .text(.bytes(Array("cut".utf8))))
    }

    @Test func `random conversations survive random cuts`() {
        var random = SplitMix(seed: 6455)
        for _ in 0..<300 {
            var (bytes, expected) = ([UInt8](), [Peer.Seen]())
            for _ in 0..<Int.random(in: 1...8, using: &random) { Self.speak(&bytes, &expected, &random) }
            var reads: [[UInt8]] = []
            while !bytes.isEmpty {
                let count = min(bytes.count, Int.random(in: 1...200, using: &random))
                reads.append(Array(bytes[..<count]))
                bytes.removeFirst(count)
            }
            #expect(Peer.deliver(reads) == expected)
        }
    }

    /// Adds a message in a few fragments with pings between them.
    private static func speak(_ bytes: inout [UInt8], _ expected: inout [Peer.Seen], _ random: inout SplitMix) {
        let isText = Bool.random(using: &random)
        let size = Int.random(in: 0...400, using: &random)
        let letters = Array("aé€𝄞z".unicodeScalars)
        let payload: [UInt8] =
            isText
            ? (0..<size / 2).flatMap { _ in
                Array(String(letters[Int.random(in: 0..<letters.count, using: &random)]).utf8)
            }
            : (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let fragments = Int.random(in: 1...4, using: &random)
        let cuts = [0] + (1..<fragments).map { _ in Int.random(in: 0...payload.count, using: &random) }.sorted()
        for (index, cut) in cuts.enumerated() {
            let end = index + 1 < cuts.count ? cuts[index + 1] : payload.count
            let opcode: UInt8 = index > 0 ? 0 : isText ? 1 : 2
            let key = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes += Peer.frame((index + 1 == cuts.count ? 0x80 : 0) | opcode, Array(payload[cut..<end]), key: key)
            guard index + 1 < cuts.count, Bool.random(using: &random) else { continue }
            bytes += Peer.frame(0x89, [UInt8(index)], key: key)
            expected.append(.ping([UInt8(index)]))
        }
        expected.append(isText ? .text(payload) : .binary(payload))
    }
}
