import Testing

@testable import EngineIO

@Suite struct PendingPacketsTests {
    /// Packets "40", "41", ...
    private static func packets(_ numbers: Range<Int>) -> [[UInt8]] {
        numbers.map { Array("4\($0)".utf8) }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    @Test func `packets are taken in order and in parts`() {
        var pending = PendingPackets()
        for packet in Self.packets(0..<5) { pending.append(text: packet.span.bytes) }
        #expect(pending.count == 5)
        #expect(Self.text(pending.take(atMost: 2)) == "40\u{1E}41")
        #expect(pending.count == 3)
        #expect(pending.byteCount == 8)
        pending.append(text: Array("4x".utf8).span.bytes)
        #expect(Self.text(pending.take(atMost: 3)) == "42\u{1E}43\u{1E}44")
        #expect(Self.text(pending.take(atMost: 3)) == "4x")
        #expect(pending.isEmpty)
        #expect(pending.take(atMost: 3).isEmpty)
    }

    @Test func `a pong right behind another is left out`() {
        var pending = PendingPackets()
        let pong = Array("3".utf8)
        for _ in 0..<1_000 { pending.append(text: pong.span.bytes) }
        #expect(pending.count == 1)
        pending.append(text: Array("43".utf8).span.bytes)
        for _ in 0..<2 { pending.append(text: pong.span.bytes) }
        #expect(Self.text(pending.take(atMost: 2)) == "3\u{1E}43")
        pending.append(text: pong.span.bytes)
        #expect(Self.text(pending.takeAll()) == "3")
        pending.append(text: pong.span.bytes)
        #expect(Self.text(pending.takeAll()) == "3")
    }

    @Test func `whatever the parts, nothing is lost or doubled`() {
        for size in 1...7 {
            var pending = PendingPackets()
            var taken: [String] = []
            for round in 0..<20 {
                for packet in Self.packets(round * 5..<round * 5 + 5) { pending.append(text: packet.span.bytes) }
                taken.append(Self.text(pending.take(atMost: size)))
            }
            while !pending.isEmpty { taken.append(Self.text(pending.take(atMost: size))) }
            #expect(
                taken.joined(separator: "\u{1E}").split(separator: "\u{1E}").map(String.init)
                    == (0..<100).map { "4\($0)" }
            )
        }
    }

    @Test func `one packet is taken even where none is allowed`() {
        var pending = PendingPackets()
        for packet in Self.packets(0..<2) { pending.append(text: packet.span.bytes) }
        #expect(Self.text(pending.take(atMost: 0)) == "40")
    }

    @Test func `a separator inside a message does not make two of it`() {
        var pending = PendingPackets()
        pending.append(Outgoing("a\u{1E}b"))
        pending.append(Outgoing(binary: ([1, 2] as [UInt8]).span.bytes))
        pending.append(.noop)
        var seen: [String] = []
        pending.forEach { packet in seen.append(packet.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }) }
        #expect(seen == ["4a\u{1E}b", "bAQI=", "6"])
    }

    @Test func `what was taken already is not looked at again`() {
        var pending = PendingPackets()
        for packet in Self.packets(0..<3) { pending.append(text: packet.span.bytes) }
        _ = pending.take(atMost: 1)
        var seen: [String] = []
        pending.forEach { packet in seen.append(packet.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }) }
        #expect(seen == ["41", "42"])
        #expect(Self.text(pending.takeAll()) == "41\u{1E}42")
    }

    @Test func `as many packets are taken as fit, and one in any case`() {
        var pending = PendingPackets()
        for packet in Self.packets(0..<5) { pending.append(text: packet.span.bytes) }
        #expect(Self.text(pending.take(upTo: 5)) == "40\u{1E}41")  // Each has two bytes, and a separator between them.
        #expect(Self.text(pending.take(upTo: 4)) == "42")
        #expect(Self.text(pending.take(upTo: 0)) == "43")
        #expect(Self.text(pending.take(upTo: .max)) == "44")
        #expect(pending.isEmpty)
    }
}
