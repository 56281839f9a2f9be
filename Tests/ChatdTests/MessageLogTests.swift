import Testing

@testable import chatd

@Suite struct MessageLogTests {
    static let ann = Person(id: "1", name: "ann", arrival: 0)

    static func log(of count: Int, capacity: Int) -> MessageLog {
        var log = MessageLog(name: "log", capacity: capacity)
        for number in 1...count {
            _ = log.append(from: ann, text: "text \(number)", time: number, key: "key \(number)")
        }
        return log
    }

    @Test func `numbers begin at one and grow`() {
        let log = Self.log(of: 3, capacity: 10)
        #expect(log.latest(since: 0, atMost: 10).messages.map(\.id) == [1, 2, 3])
    }

    @Test(arguments: [1, 5, 10, 11, 25, 30])
    func `the latest come oldest first, however often the ring went round`(count: Int) {
        let log = Self.log(of: count, capacity: 10)
        let found = log.latest(since: 0, atMost: 4)
        #expect(found.messages.map(\.id) == Array(max(1, count - 3)...count))
        #expect(found.more == (count > 4))
    }

    @Test func `a page that missed nothing is sent nothing`() {
        let found = Self.log(of: 12, capacity: 10).latest(since: 12, atMost: 50)
        #expect(found.messages.isEmpty && !found.more)
    }

    @Test func `messages that fell out of the ring are said to be missing`() {
        let found = Self.log(of: 12, capacity: 10).latest(since: 1, atMost: 50)
        #expect(found.messages.map(\.id) == Array(3...12))
        #expect(found.more)
    }

    @Test(arguments: [Int.min, -1, 13, Int.max])
    func `a number that nobody was given does no harm`(since: Int) {
        let found = Self.log(of: 12, capacity: 10).latest(since: since, atMost: 50)
        #expect(found.messages.count == (since < 0 ? 10 : 0))
    }

    @Test func `a key is known as long as its message`() {
        let log = Self.log(of: 12, capacity: 10)
        #expect(log.message(key: "key 2") == nil)
        #expect(log.message(key: "key 3")?.id == 3)
        #expect(log.message(key: "key 12")?.id == 12)
    }
}
