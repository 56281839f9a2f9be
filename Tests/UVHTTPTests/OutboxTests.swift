import Testing

@testable import UVHTTP

@Suite struct OutboxTests {
    private func bytes(_ outbox: borrowing Outbox) -> [UInt8] {
        outbox.withBytes { Array($0) }
    }

    @Test func `everything appended comes out in order`() {
        var outbox = Outbox()
        outbox.append("static, ")
        outbox.append(String("dynamic and longer than a small string, "))
        outbox.append(Array("array, ".utf8))
        outbox.append(Array("span".utf8).span.bytes)
        outbox.append(UInt8(ascii: "!"))
        let text = String(decoding: bytes(outbox), as: UTF8.self)
        #expect(text == "static, dynamic and longer than a small string, array, span!")
        #expect(outbox.count == text.utf8.count)
    }

    @Test func `growing keeps what is there`() {
        var outbox = Outbox()
        var expected: [UInt8] = []
        for round in 0..<1000 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: round % 37)
            outbox.append(piece)
            expected += piece
        }
        #expect(bytes(outbox) == expected)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, 1_000_000, Int.max, -1, Int.min])
    func `numbers are written as Swift writes them`(number: Int) {
        var outbox = Outbox()
        outbox.append(decimal: number)
        #expect(String(decoding: bytes(outbox), as: UTF8.self) == String(number))
    }

    @Test(arguments: [0, 1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 1_048_576, Int.max])
    func `chunk sizes are hexadecimal`(number: Int) {
        var outbox = Outbox()
        outbox.append(hexadecimal: number)
        #expect(String(decoding: bytes(outbox), as: UTF8.self) == String(number, radix: 16))
    }

    @Test func `only what was used of the room counts`() {
        var outbox = Outbox()
        outbox.append(upTo: 10) { room in
            room.storeBytes(of: 0x41, as: UInt8.self)
            return 1
        }
        outbox.append("B")
        #expect(bytes(outbox) == [0x41, 0x42])
    }

    @Test func `taking leaves an empty one behind, which can be used again`() {
        var outbox = Outbox()
        outbox.append("first")
        let taken = outbox.take()
        #expect(bytes(outbox).isEmpty)
        outbox.append("second")
        #expect(bytes(taken) == Array("first".utf8))
        #expect(bytes(outbox) == Array("second".utf8))
        outbox.release()
        #expect(bytes(outbox).isEmpty)
    }

    @Test(arguments: [0, 1, 400, BlockCache.blockBytes, 10_000])
    func `a frame that is lent is part of what follows`(size: Int) {
        let cache = BlockCache()
        let frame = [UInt8](repeating: 0x41, count: 3) + [UInt8](repeating: 0x42, count: size)
        var outbox = Outbox()
        let isLent = outbox.lend(frame, last: size)
        #expect(isLent == (size > 0) && outbox.count == size)
        #expect(bytes(outbox) == Array(frame.dropFirst(3)))
        outbox.prepare(from: cache)
        #expect(outbox.count == size)
        #expect(bytes(outbox) == Array(frame.dropFirst(3)))
        outbox.append("and more")
        #expect(bytes(outbox) == frame.dropFirst(3) + Array("and more".utf8))
        outbox.release(to: cache)
        #expect(outbox.count == 0)
        #expect(bytes(outbox).isEmpty)
    }

    @Test func `a frame that is lent is copied by whatever is appended, prepared or not`() {
        var outbox = Outbox()
        let isLent = outbox.lend(Array("xlent".utf8), last: 4)
        outbox.append(" and more")
        #expect(isLent)
        #expect(String(decoding: bytes(outbox), as: UTF8.self) == "lent and more")
    }

    @Test func `only what is alone is lent`() {
        var outbox = Outbox()
        let frame = Array("frame".utf8)
        var answers = [outbox.lend(frame, last: 5), outbox.lend(frame, last: 5)]
        #expect(answers == [true, false] && outbox.count == 5)
        let taken = outbox.take()
        #expect(bytes(taken) == frame)
        #expect(outbox.count == 0)
        outbox.append("first")
        answers = [outbox.lend(frame, last: 5)]
        outbox.release()
        answers.append(outbox.lend(frame, last: 5))
        outbox.release()
        #expect(answers == [false, true] && outbox.count == 0)
        #expect(bytes(outbox).isEmpty)
    }
}
