// Schedule: when operations of a fixed rate are due. It is fixed before the first one and does not look at answers: an
// operation that could not be sent in time keeps its time, and is measured from it. A generator that measures from
// the moment of sending omits just those operations that a stalled server kept waiting ("coordinated omission").

/// The due times of operations at a fixed rate.
struct Schedule {
    /// Due times are rounded up to this, so that a high rate wakes the generator at most ten thousand times a second.
    static let grain: Nanoseconds = 100_000

    private let start: Nanoseconds
    private let interval: Double
    /// How many operations were taken.
    private(set) var taken = 0
    private let limit: Int

    /// `limit` operations, the first at `start`, so many in a second.
    init(start: Nanoseconds, perSecond: Double, limit: Int = .max) {
        self.start = start
        interval = 1e9 / perSecond
        self.limit = limit
    }

    /// When the next operation is due; `.max` if there is none.
    var next: Nanoseconds {
        guard taken < limit else { return .max }
        let grains = (Double(taken) * interval / Double(Self.grain)).rounded(.up)
        return start &+ Nanoseconds(grains) &* Self.grain
    }

    /// Takes the next operation if it is due, and tells since when.
    mutating func take(at now: Nanoseconds) -> Nanoseconds? {
        let due = next
        guard due <= now, due != .max else { return nil }
        taken += 1
        return due
    }
}
