// FanOut: messages that a server passes on to many. Each carries its sender and its number, and each receiver is held to
// getting all of them, in order. There are two times: until a receiver has it, and until the last one has it.

import SocketIO
import Wire

/// Broadcasts to everybody, or to the members of rooms.
///
/// Bound to the run's loop. The connection with number n is in room n mod `rooms`, and so is the nth sender.
final class FanOut: Load {
    private unowned let run: LoadRun
    private let plan: FanOutPlan
    private let deliveries = Measure("delivery")
    private let completions = Measure("last receiver")
    private var order = OrderChecker(receivers: 0, senders: 0)
    private var senders: [FanOutSender] = []
    /// Of each room, how many receivers count.
    private var receivers: [Int] = []
    /// By number: whether it counts as a receiver; slow readers and those that are lost do not.
    private var counts: [Bool] = []
    /// The slow readers, by number, that have not been cut off.
    private var slow: [Int: Connection] = [:]
    private var schedule: Schedule?
    private var turn = 0
    private var isStopped = false
    /// Messages that have not reached everybody.
    private var flying = 0
    private var text: [UInt8] = []

    /// The fan-out of this plan; not begun.
    init(_ run: LoadRun, _ plan: FanOutPlan) {
        self.run = run
        self.plan = plan
    }

    var measures: [Measure] { [deliveries, completions] }

    var next: Nanoseconds {
        guard !isStopped, flying < mostOutstanding else { return .max }
        return schedule?.next ?? .max
    }

    /// Slow readers that read again have to catch up, too.
    var outstanding: Int { flying + (isStopped ? slow.keys.count { lacking($0) > 0 } : 0) }

    private var rooms: Int { plan.rooms ?? 1 }

    // MARK: - Beginning and ending

    func begin(at now: Nanoseconds, window: Range<Nanoseconds>) {
        deliveries.window = window
        completions.window = window
        let members = run.crowd.members
        let present = members.compactMap { $0 }
        order = OrderChecker(receivers: members.count, senders: plan.senders)
        counts = members.map { $0 != nil }
        // The last ones are slow: the first ones are senders.
        for connection in present.suffix(plan.slow) {
            counts[connection.number] = false
            slow[connection.number] = connection
            connection.pauseReading()
        }
        receivers = Array(repeating: 0, count: rooms)
        for (number, isCounted) in counts.enumerated() where isCounted { receivers[number % rooms] += 1 }
        senders = present.prefix(plan.senders).map { FanOutSender($0, EventText(sending: plan, from: $0.number)) }
        switch plan.pace {
        case .rate(let perSecond): schedule = Schedule(start: now, perSecond: perSecond)
        case .inFlight(let count):
            for place in senders.indices { for _ in 0..<count { send(place, due: presentMoment()) } }
        }
    }

    func tick(_ now: Nanoseconds) {
        while !isStopped, flying < mostOutstanding, let due = schedule?.take(at: now) {
            guard let place = nextSender() else { return giveUp(unsent: due, at: now) }
            send(place, due: due)
        }
    }

    func stop(at now: Nanoseconds) {
        isStopped = true
        while let due = schedule?.take(at: now) { giveUp(unsent: due, at: now) }
        for connection in slow.values { connection.resumeReading() }
    }

    private func giveUp(unsent due: Nanoseconds, at now: Nanoseconds) {
        completions.giveUp(due: due, at: now)
        run.count(\.unanswered)
    }

    func abandon(at now: Nanoseconds) {
        for place in senders.indices { giveUp(place, at: now) }
        for number in slow.keys {
            run.count(\.missing, lacking(number))
            run.note(lacking(number) > 0 ? "slow reader still behind" : "slow reader caught up")
        }
    }

    /// How many messages the receiver has still to get.
    private func lacking(_ receiver: Int) -> Int {
        senders.indices.filter { senders[$0].connection.number % rooms == receiver % rooms }.reduce(0) { sum, place in
            sum + order.missingAtEnd(receiver: receiver, sender: place, sent: senders[place].sent)
        }
    }

    /// What has not come to everybody: missing where it has not come.
    private func giveUp(_ place: Int, at now: Nanoseconds) {
        let room = senders[place].connection.number % rooms
        let sent = senders[place].sent
        for (receiver, isCounted) in counts.enumerated() where isCounted && receiver % rooms == room {
            guard !isSender(receiver, place) else { continue }
            run.count(\.missing, order.missingAtEnd(receiver: receiver, sender: place, sent: sent))
        }
        for flight in senders[place].takeFlights() {
            flying -= 1
            completions.giveUp(due: flight.due, at: now)
            for _ in 0..<flight.remaining { deliveries.giveUp(due: flight.due, at: now) }
        }
    }

    /// Whether this receiver is the sender itself, which gets nothing.
    private func isSender(_ receiver: Int, _ place: Int) -> Bool {
        plan.toOthers && senders[place].connection.number == receiver
    }

    // MARK: - Sending

    private func nextSender() -> Int? {
        for _ in senders.indices {
            turn = (turn + 1) % senders.count
            if senders[turn].connection.isStanding { return turn }
        }
        return nil
    }

    private func send(_ place: Int, due: Nanoseconds) {
        let connection = senders[place].connection
        let others = receivers[connection.number % rooms] - (isSender(connection.number, place) ? 1 : 0)
        guard others > 0 else { return }
        let number = senders[place].add(due: due, receivers: others)
        flying += 1
        text.removeAll(keepingCapacity: true)
        Marker(sender: place, number: number).write(run: run.mark, to: &text)
        while text.count < plan.payload { text.append(UInt8(ascii: "x")) }
        run.sent(due: due)
        connection.emit(senders[place].event, text)
    }

    // MARK: - Receiving

    func received(_ packet: borrowing PacketView, on connection: Connection) {
        guard packet.isEvent(plan.receiveEvent) else { return }
        guard let marker = packet.withRawArguments({ Marker(in: $0, run: run.mark) }) else { return }
        guard marker.sender < senders.count, marker.number < senders[marker.sender].sent else {
            return run.malformed()
        }
        guard senders[marker.sender].connection.number % rooms == connection.number % rooms else {
            return run.count(\.astray)
        }
        judge(marker, connection)
    }

    private func judge(_ marker: Marker, _ connection: Connection) {
        switch order.receive(marker.number, receiver: connection.number, sender: marker.sender) {
        case .inOrder: break
        case .gap(let count): run.count(\.missing, count)
        case .late:
            run.count(\.missing, -1)
            run.count(\.misordered)
        case .repeated: return run.count(\.repeated)
        }
        guard counts[connection.number] else { return caughtUp() }
        let now = presentMoment()
        guard let flight = senders[marker.sender].deliver(marker.number) else { return }
        deliveries.record(due: flight.due, at: now)
        if flight.remaining == 0 { complete(marker.sender, flight, now) }
    }

    /// A slow reader has got one more.
    private func caughtUp() {
        if isStopped, outstanding == 0 { run.wake() }
    }

    /// Everybody has it.
    private func complete(_ place: Int, _ flight: FanOutSender.Flight, _ now: Nanoseconds) {
        flying -= 1
        completions.record(due: flight.due, at: now)
        if schedule == nil, !isStopped, senders[place].connection.isStanding { send(place, due: now) }
        if isStopped, outstanding == 0 { run.wake() }
    }

    // MARK: - Those who leave

    func excuses(_ connection: Connection) -> Bool {
        slow[connection.number] === connection
    }

    /// What is under way to it will not come; nobody waits for it any more.
    func lost(_ connection: Connection, at now: Nanoseconds) {
        slow[connection.number] = nil
        guard counts.indices.contains(connection.number), counts[connection.number] else { return }
        counts[connection.number] = false
        let room = connection.number % rooms
        receivers[room] -= 1
        for place in senders.indices where senders[place].connection.number % rooms == room {
            guard !isSender(connection.number, place) else { continue }
            let complete = senders[place].excuse { number in
                order.isOutstanding(number, receiver: connection.number, sender: place)
            }
            for flight in complete { self.complete(place, flight, now) }
        }
    }
}

@available(*, unavailable) extension FanOut: Sendable {}

extension EventText {
    /// The event with which a sender sends: to a room, that comes before the text.
    init(sending plan: FanOutPlan, from number: Int) {
        let rooms: [JSON] = plan.rooms.map { [.string(roomName(number % $0))] } ?? []
        self.init(plan.event, arguments: rooms, form: plan.form, connection: number)
    }
}
