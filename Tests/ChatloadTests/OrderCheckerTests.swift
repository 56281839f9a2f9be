import TestSupport
import Testing

@testable import chatload

@Suite struct OrderCheckerTests {
    private func verdicts(_ numbers: [UInt32]) -> [OrderVerdict] {
        var checker = OrderChecker(receivers: 1, senders: 1)
        return numbers.map { checker.receive($0, receiver: 0, sender: 0) }
    }

    @Test func `numbers in order are in order`() {
        #expect(verdicts([0, 1, 2, 3]) == [.inOrder, .inOrder, .inOrder, .inOrder])
    }

    @Test func `a number passed over is a gap, and late if it comes after all`() {
        #expect(verdicts([0, 3, 1, 4, 2]) == [.inOrder, .gap(2), .late, .inOrder, .late])
    }

    @Test func `a number that comes again is repeated, also after it came late`() {
        #expect(verdicts([0, 0]) == [.inOrder, .repeated])
        #expect(verdicts([2, 1, 1, 0, 0]) == [.gap(2), .late, .repeated, .late, .repeated])
    }

    @Test func `the middle of a gap splits it`() {
        #expect(
            verdicts([5, 2, 2, 1, 4, 0, 3, 6]) == [.gap(5), .late, .repeated, .late, .late, .late, .late, .inOrder]
        )
    }

    @Test func `pairs of receivers and senders do not mix`() {
        var checker = OrderChecker(receivers: 2, senders: 2)
        #expect(checker.receive(0, receiver: 0, sender: 1) == .inOrder)
        #expect(checker.receive(0, receiver: 1, sender: 0) == .inOrder)
        #expect(checker.receive(1, receiver: 0, sender: 1) == .inOrder)
        #expect(checker.receive(1, receiver: 1, sender: 1) == .gap(1))
        #expect(checker.next(receiver: 0, sender: 0) == 0)
    }

    @Test func `what is behind the last that came is missing at the end`() {
        var checker = OrderChecker(receivers: 1, senders: 1)
        _ = checker.receive(0, receiver: 0, sender: 0)
        #expect(checker.missingAtEnd(receiver: 0, sender: 0, sent: 4) == 3)
        #expect(checker.isOutstanding(1, receiver: 0, sender: 0))
        #expect(!checker.isOutstanding(0, receiver: 0, sender: 0))
    }

    @Test(arguments: 0..<20)
    func `whatever the order, gaps less late ones are what has not come`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var checker = OrderChecker(receivers: 1, senders: 1)
        var seen: Set<UInt32> = []
        var missing = 0
        for _ in 0..<200 {
            let number = UInt32.random(in: 0..<100, using: &random)
            switch checker.receive(number, receiver: 0, sender: 0) {
            case .inOrder: #expect(!seen.contains(number))
            case .gap(let count): missing += count
            case .late: missing -= 1
            case .repeated: #expect(seen.contains(number))
            }
            seen.insert(number)
        }
        #expect(missing == Int(seen.max() ?? 0) + 1 - seen.count)
    }
}
