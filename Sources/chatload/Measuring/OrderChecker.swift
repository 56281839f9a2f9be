// OrderChecker: whether each receiver gets every message of each sender, once and in order.
// It costs four bytes for each pair of a receiver and a sender; more only for pairs with a gap.

/// What a message that came in says about the order.
enum OrderVerdict: Equatable {
    /// It is the next one.
    case inOrder
    /// So many before it have not come.
    case gap(Int)
    /// It comes after later ones; it was counted as missing and is not any more.
    case late
    /// It has come before.
    case repeated
}

/// The order of the messages of several senders, at several receivers.
///
/// The messages of a sender are numbered from 0.
struct OrderChecker {
    private let senders: Int
    private var expected: [UInt32]
    /// Numbers that were passed over, by pair.
    private var gaps: [Int: [Range<UInt32>]] = [:]

    /// A checker for so many of each.
    init(receivers: Int, senders: Int) {
        self.senders = senders
        expected = Array(repeating: 0, count: receivers * senders)
    }

    /// The number that the receiver should get next from the sender.
    func next(receiver: Int, sender: Int) -> UInt32 {
        expected[receiver * senders + sender]
    }

    /// A message has come.
    mutating func receive(_ number: UInt32, receiver: Int, sender: Int) -> OrderVerdict {
        let pair = receiver * senders + sender
        let wanted = expected[pair]
        guard number >= wanted else { return fill(number, pair) }
        expected[pair] = number &+ 1
        guard number > wanted else { return .inOrder }
        gaps[pair, default: []].append(wanted..<number)
        return .gap(Int(number - wanted))
    }

    /// How many of the first `sent` messages of a sender have not come to the receiver and lie behind all that have.
    func missingAtEnd(receiver: Int, sender: Int, sent: UInt32) -> Int {
        Int(sent) - Int(min(next(receiver: receiver, sender: sender), sent))
    }

    /// Whether the message has not come yet.
    func isOutstanding(_ number: UInt32, receiver: Int, sender: Int) -> Bool {
        let pair = receiver * senders + sender
        return number >= expected[pair] || gaps[pair]?.contains { $0.contains(number) } == true
    }

    private mutating func fill(_ number: UInt32, _ pair: Int) -> OrderVerdict {
        guard var open = gaps[pair], let place = open.firstIndex(where: { $0.contains(number) }) else {
            return .repeated
        }
        let gap = open[place]
        let rest = [gap.lowerBound..<number, number &+ 1..<gap.upperBound].filter { !$0.isEmpty }
        open.replaceSubrange(place...place, with: rest)
        gaps[pair] = open.isEmpty ? nil : open
        return .late
    }
}
