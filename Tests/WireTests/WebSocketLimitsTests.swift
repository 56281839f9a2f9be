import TestSupport
import Testing

@testable import Wire

/// What a MessageAssembler refuses, when it does so, and what it keeps meanwhile.
@Suite struct WebSocketLimitsTests {
    @Test func `a message of exactly the limit is taken and one byte more is not`() {
        let limit = [UInt8](repeating: 0x61, count: 300)
        for reads in everySplit(of: Peer.frame(0x81, limit)) {
            #expect(Peer.deliver(reads, maxMessageBytes: 300) == [.text(limit)])
            #expect(Peer.deliver(reads, maxMessageBytes: 299) == [.fault(.messageTooBig)])
        }
    }

    @Test func `a message too big is refused as soon as its header is here`() {
        let sizes: [[UInt8]] = [
            [0x7E | 0x80, 0x01, 0x2D],
            [0x7F | 0x80, 0, 0, 1, 0, 0, 0, 0, 0],
            [0x7F | 0x80, 0x80, 0, 0, 0, 0, 0, 0, 1],
            [0x7F | 0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x7F | 0x80, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        ]
        for size in sizes {
            for bits: UInt8 in [0x81, 0x82, 0x01, 0x02] {
                let header = [bits] + size + [1, 2, 3, 4]
                for reads in everySplit(of: header) {
                    #expect(Peer.deliver(reads, maxMessageBytes: 300) == [.fault(.messageTooBig)])
                }
            }
        }
    }

    @Test func `the sum of the fragments is limited, and known from the header of the one too many`() {
        let piece = [UInt8](repeating: 0x61, count: 100)
        let start = Peer.frame(0x01, piece) + Peer.frame(0x00, piece) + Peer.frame(0x89, piece)
        let good = start + Peer.frame(0x80, piece)
        let tooMuch = start + Peer.frame(0x80, piece + [0x61]).prefix(6)
        for reads in everySplit(of: good) {
            #expect(Peer.deliver(reads, maxMessageBytes: 300) == [.ping(piece), .text(piece + piece + piece)])
        }
        for reads in everySplit(of: tooMuch) {
            #expect(Peer.deliver(reads, maxMessageBytes: 300) == [.ping(piece), .fault(.messageTooBig)])
        }
    }

    @Test func `empty fragments are counted, since they cost time and no bytes`() {
        let start = Peer.frame(0x01) + Peer.frame(0x00) + Peer.frame(0x00)
        for reads in everySplit(of: start + Peer.frame(0x80)) {
            #expect(Peer.deliver(reads, maxFragments: 4) == [.text([])])
            #expect(Peer.deliver(reads, maxFragments: 3) == [.fault(.tooManyFragments)])
        }
        let thousand = Peer.frame(0x01) + (0..<1000).flatMap { _ in Peer.frame(0x00) } + Peer.frame(0x80)
        #expect(Peer.deliver([thousand]) == [.text([])])
        let many = Peer.frame(0x02, [1]) + (0..<65_535).flatMap { _ in Peer.frame(0x00, [1]) } + Peer.frame(0x80)
        #expect(Peer.deliver([many]) == [.binary([UInt8](repeating: 1, count: 65_536))])
        let twice = start + Peer.frame(0x80) + start + Peer.frame(0x80)
        #expect(Peer.deliver([twice], maxFragments: 4) == [.text([]), .text([])])
    }

    @Test func `bad text is noticed at its first bad byte, before its frame or message ends`() {
        let good = Array("κόσμε".utf8)
        let tails: [([UInt8], Int)] = [
            ([0xF4, 0x90, 0x80, 0x80], 1), ([0xED, 0xA0, 0x80], 1), ([0xC0, 0xAF], 0), ([0xE0, 0x80, 0xAF], 1),
            ([0xF8, 0x88], 0), ([0xE2, 0x82, 0x41], 2), ([0x80], 0),
        ]
        for (tail, bad) in tails {
            for bits: UInt8 in [0x81, 0x01] {
                let bytes = Peer.frame(bits, good + tail + Array("edited".utf8))
                let place = 6 + good.count + bad
                let before = bytes[..<place].map { [$0] }
                #expect(Peer.deliver(before) == [])
                #expect(Peer.deliver(before + [[bytes[place]]]) == [.fault(.invalidUTF8)])
            }
        }
    }

    @Test func `after a fault nothing more is looked at`() {
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100)
        #expect(Peer.deliver(Peer.frame(0x83) + Peer.frame(0x81), to: &assembler) == [.fault(.unknownOpcode)])
        #expect(Peer.deliver(Peer.frame(0x81, [0x61]), to: &assembler) == [])
    }

    @Test func `every fault has the close code that the reference answers`() {
        let codes = WebSocketError.allCases.map { ($0, $0.closeCode.rawValue) }
        for (error, code) in codes {
            switch error {
            case .invalidUTF8, .badCompression: #expect(code == 1007)
            case .messageTooBig: #expect(code == 1009)
            case .tooManyFragments: #expect(code == 1008)
            default: #expect(code == 1002)
            }
            #expect(error.closeCode.isValidOnWire)
        }
    }

    @Test func `compressed messages keep their bits and are told apart`() {
        let data: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let whole = Peer.frame(0xC1, data)
        let fragmented = Peer.frame(0x41, Array(data[..<3])) + Peer.frame(0x80, Array(data[3...]))
        for reads in everySplit(of: whole + fragmented) {
            #expect(Peer.deliver(reads, allowsCompression: true) == [.text(data), .text(data)])
        }
        for bits: UInt8 in [0xC9, 0xC8, 0xA1, 0x91] {
            #expect(Peer.deliver([Peer.frame(bits)], allowsCompression: true) == [.fault(.reservedBits)])
        }
        let continued = Peer.frame(0x41, [1]) + Peer.frame(0xC0, [2])
        #expect(Peer.deliver([continued], allowsCompression: true) == [.fault(.reservedBits)])
    }

    @Test func `whether a message was compressed is said for the message returned last`() {
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100, allowsCompression: true)
        var said: [Bool] = []
        for bits: UInt8 in [0xC1, 0x81, 0xC2, 0x82, 0xC1] {
            _ = Peer.deliver(Peer.frame(bits, [0x61]), to: &assembler)
            said.append(assembler.isCompressed)
        }
        #expect(said == [true, false, true, false, true])
        for (bits, isCompressed) in [(0x81, false), (0xC2, true)] as [(UInt8, Bool)] {
            for byte in Peer.frame(bits, [0x61]) { _ = Peer.deliver([byte], to: &assembler) }
            let said = assembler.isCompressed
            #expect(said == isCompressed)
        }
    }

    @Test func `an offset outside of the read is answered with nil and never followed`() {
        var assembler = MessageAssembler(role: .server, maxMessageBytes: 100)
        var read = Peer.frame(0x81, [0x61])
        for outside in [read.count, read.count + 1, Int.max, -1, Int.min] {
            var offset = outside
            var span = read.mutableSpan
            var bytes = span.mutableBytes
            #expect(throws: Never.self) {
                let isNil = try assembler.next(&bytes, at: &offset) == nil
                #expect(isNil)
            }
        }
    }

    @Test func `a receiver at rest takes little room`() {
        #expect(MemoryLayout<MessageAssembler>.size <= 40)
    }
}
