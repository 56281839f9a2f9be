import Testing

@testable import chatload

@Suite struct QueueTests {
    @Test func `what came first goes first, whatever the length`() {
        var queue = Queue<Int>()
        var (next, taken) = (0, 0)
        for round in 0..<400 {
            for _ in 0..<round % 7 {
                queue.append(next)
                next += 1
            }
            for _ in 0..<min(round % 5, queue.count) {
                #expect(queue.removeFirst() == taken)
                taken += 1
            }
            #expect(queue.count == next - taken)
            #expect(queue.first == (queue.count > 0 ? taken : nil))
        }
        #expect(taken > 300)
        #expect(queue.takeAll() == Array(taken..<next))
        #expect(queue.count == 0)
    }

    @Test func `one in the middle is taken and the others stay in order`() {
        var queue = Queue<Int>()
        for value in 0..<5 { queue.append(value) }
        _ = queue.removeFirst()
        #expect(queue.take { $0 == 3 } == 3)
        #expect(queue.take { $0 == 3 } == nil)
        #expect(queue.takeAll() == [1, 2, 4])
    }
}

@Suite struct FlightsTests {
    private func flights(_ receivers: Int...) -> Flights {
        var flights = Flights()
        for count in receivers { _ = flights.add(.init(due: 1, remaining: count)) }
        return flights
    }

    @Test func `a message is complete with its last receiver`() {
        var flights = flights(2)
        #expect(flights.deliver(0)?.remaining == 1)
        #expect(flights.deliver(0)?.remaining == 0)
        #expect(flights.deliver(0) == nil)
        #expect(flights.start == 1)
    }

    @Test func `those that are complete out of order wait for the ones before`() {
        var flights = flights(1, 1, 1)
        #expect(flights.deliver(1)?.remaining == 0)
        #expect(flights.start == 0)
        #expect(flights.deliver(1) == nil)
        #expect(flights.deliver(0)?.remaining == 0)
        #expect(flights.start == 2)
        #expect(flights.add(.init(due: 2, remaining: 1)) == 3)
    }

    @Test func `numbers that were never given are nobody's`() {
        var flights = flights(1)
        #expect(flights.deliver(1) == nil)
        #expect(flights.deliver(.max) == nil)
    }

    @Test func `what is given up is what has not reached everybody`() {
        var flights = flights(1, 2, 1)
        _ = flights.deliver(2)
        _ = flights.deliver(1)
        #expect(flights.takeAll().map(\.remaining) == [1, 1])
        #expect(flights.start == 3)
        #expect(flights.end == 3)
    }
}
