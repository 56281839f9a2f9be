// FanOutSender: what one sender has under way: which of its messages have not reached everybody, and how many they lack.

/// One sender and its messages.
struct FanOutSender {
    /// A message on its way.
    struct Flight: Equatable {
        let due: Nanoseconds
        /// How many receivers do not have it.
        var remaining: Int
    }

    let connection: Connection
    let event: EventText
    private var flights = Flights()

    /// A sender that has sent nothing.
    init(_ connection: Connection, _ event: EventText) {
        self.connection = connection
        self.event = event
    }

    /// How many it has sent.
    var sent: UInt32 { flights.end }

    /// A message is sent; the result is its number.
    mutating func add(due: Nanoseconds, receivers: Int) -> UInt32 {
        flights.add(Flight(due: due, remaining: receivers))
    }

    /// A receiver has got it; nil if it is not under way.
    mutating func deliver(_ number: UInt32) -> Flight? {
        flights.deliver(number)
    }

    /// A receiver has gone; the result are the messages that only it did not have.
    mutating func excuse(_ lacks: (UInt32) -> Bool) -> [Flight] {
        (flights.start..<flights.end).filter { lacks($0) }.compactMap { deliver($0) }.filter { $0.remaining == 0 }
    }

    /// Takes what has not reached everybody.
    mutating func takeFlights() -> [Flight] {
        flights.takeAll()
    }
}

/// Messages on their way, by number; those that have reached everybody are forgotten from the front.
struct Flights {
    private var waiting = Queue<FanOutSender.Flight>()
    /// The number of the first that is not forgotten.
    private(set) var start: UInt32 = 0

    /// One more than the last number.
    var end: UInt32 { start &+ UInt32(waiting.count) }

    /// Adds one, and tells its number.
    mutating func add(_ flight: FanOutSender.Flight) -> UInt32 {
        defer { waiting.append(flight) }
        return end
    }

    /// One receiver has got it: how it stands then; nil if everybody has it already.
    mutating func deliver(_ number: UInt32) -> FanOutSender.Flight? {
        guard number >= start, number < end else { return nil }
        let place = Int(number - start)
        guard waiting[place].remaining > 0 else { return nil }
        waiting[place].remaining -= 1
        let flight = waiting[place]
        while let first = waiting.first, first.remaining == 0 {
            _ = waiting.removeFirst()
            start &+= 1
        }
        return flight
    }

    /// Takes those that have not reached everybody.
    mutating func takeAll() -> [FanOutSender.Flight] {
        start = end
        return waiting.takeAll().filter { $0.remaining > 0 }
    }
}
