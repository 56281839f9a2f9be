import Testing

@testable import chatload

@Suite struct ScheduleTests {
    @Test func `operations are due at their rate, whenever they are taken`() {
        var schedule = Schedule(start: 1_000_000_000, perSecond: 100)
        var due: [Nanoseconds] = []
        while let moment = schedule.take(at: 1_030_000_000) { due.append(moment) }
        #expect(due == [1_000_000_000, 1_010_000_000, 1_020_000_000, 1_030_000_000])
        #expect(schedule.next == 1_040_000_000)
    }

    @Test func `nothing is due before its time`() {
        var schedule = Schedule(start: 500, perSecond: 1)
        #expect(schedule.take(at: 499) == nil)
        #expect(schedule.take(at: 500) == 500)
        #expect(schedule.take(at: 500) == nil)
    }

    @Test func `a rate that divides nothing evenly does not drift`() {
        var schedule = Schedule(start: 0, perSecond: 7_777)
        while schedule.take(at: 9_999_999_999) != nil {}
        #expect(schedule.taken == 77_770)
    }

    @Test func `a high rate is due in heaps, never early`() {
        var schedule = Schedule(start: 0, perSecond: 1_000_000)
        var due: [Nanoseconds] = []
        while let moment = schedule.take(at: 200_000) { due.append(moment) }
        #expect(Set(due) == [0, 100_000, 200_000])
        #expect(due.count == 201)
    }

    @Test func `it ends with its last operation`() {
        var schedule = Schedule(start: 0, perSecond: 10, limit: 2)
        #expect(schedule.take(at: .max - 1) == 0)
        #expect(schedule.take(at: .max - 1) == 100_000_000)
        #expect(schedule.take(at: .max - 1) == nil)
        #expect(schedule.next == .max)
    }

    /// A server that answers in a millisecond, but for one second in which it answers nothing.
    ///
    /// The clock is a variable; the server takes one operation after another.
    private func latencies(openLoop: Bool) -> Latencies {
        let second: Nanoseconds = 1_000_000_000
        var times = Latencies()
        var schedule = Schedule(start: 0, perSecond: 100)
        var now: Nanoseconds = 0
        while now < 10 * second {
            let sent = max(now, schedule.next)
            let due = openLoop ? schedule.take(at: sent) ?? sent : sent
            if !openLoop { _ = schedule.take(at: sent) }
            let stall = (4 * second..<5 * second).contains(sent) ? 5 * second - sent : 0
            now = sent + stall + 1_000_000
            times.record(now - due)
        }
        return times
    }

    @Test func `a server that stalls for a tenth of the time shows it in the percentiles`() {
        let honest = latencies(openLoop: true)
        #expect(honest.percentile(50) < 2_000_000)
        #expect(honest.percentile(95) > 400_000_000)
        #expect(honest.percentile(99) > 850_000_000)
        // What it would be if operations were measured from when they were sent: one slow one in a thousand.
        let flattering = latencies(openLoop: false)
        #expect(flattering.percentile(99) < 2_000_000)
        #expect(flattering.longest > 900_000_000)
    }
}
