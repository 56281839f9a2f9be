import TestSupport
import Testing

@testable import UVLoop

@Suite struct TimeoutWheelTests {
    /// What expires when the wheel is turned to a tick.
    private func turn(_ wheel: inout TimeoutWheel, to tick: UInt64) -> [ObjectIdentifier] {
        wheel.collect(upTo: tick)
        var expired: [ObjectIdentifier] = []
        while let deadline = wheel.firstExpired() {
            wheel.remove(deadline)
            expired.append(ObjectIdentifier(deadline))
        }
        return expired
    }

    @Test func `everything expires in its tick, over several revolutions and however the wheel is turned`() {
        var random = SplitMix(seed: 1)
        for stride: UInt64 in [1, 7, 1024, 5000] {
            var wheel = TimeoutWheel(tick: 100)
            let deadlines = (0..<500).map { _ in Deadline() }
            var due: [ObjectIdentifier: UInt64] = [:]
            for deadline in deadlines {
                let tick = 101 + random.next() % 4_000
                wheel.insert(deadline, tick: tick)
                due[ObjectIdentifier(deadline)] = tick
            }
            var now: UInt64 = 100
            while now < 4_200 {
                let before = now
                now += stride
                for id in turn(&wheel, to: now) {
                    let tick = due.removeValue(forKey: id)
                    #expect(tick.map { before < $0 && $0 <= now } ?? false)
                }
            }
            #expect(due.isEmpty && wheel.count == 0)
        }
    }

    @Test func `the next tick in use is never later than the first deadline`() {
        var random = SplitMix(seed: 2)
        var wheel = TimeoutWheel(tick: 0)
        #expect(wheel.nextUsedTick() == nil)
        for _ in 0..<200 {
            let deadline = Deadline()
            let tick = wheel.lastTick + 1 + random.next() % 3_000
            wheel.insert(deadline, tick: tick)
            var steps = 0
            while turn(&wheel, to: wheel.nextUsedTick() ?? .max).isEmpty { steps += 1 }
            #expect(wheel.lastTick == tick, "it came neither early nor late")
            #expect(steps <= 3, "at most one look for each revolution")
        }
    }

    @Test func `removing takes any one out of its list`() {
        for victim in 0..<3 {
            var wheel = TimeoutWheel(tick: 0)
            let deadlines = (0..<3).map { _ in Deadline() }
            for deadline in deadlines { wheel.insert(deadline, tick: 5) }
            wheel.remove(deadlines[victim])
            let rest = Set(deadlines.map { ObjectIdentifier($0) }).subtracting([ObjectIdentifier(deadlines[victim])])
            #expect(Set(turn(&wheel, to: 5)) == rest)
            #expect(wheel.nextUsedTick() == nil)
        }
    }

    @Test func `a tick that has passed counts as the next one`() {
        var wheel = TimeoutWheel(tick: 10)
        let late = Deadline()
        wheel.insert(late, tick: 3)
        #expect(wheel.nextUsedTick() == 11)
        #expect(turn(&wheel, to: 11) == [ObjectIdentifier(late)])
    }
}
