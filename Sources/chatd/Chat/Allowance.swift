// Allowance: a token bucket. It says whether a person may send now, and if not, when.

/// So many at once, then one in each interval, in milliseconds.
struct Allowance {
    private let burst: Int
    private let interval: Int
    /// The time at which the bucket is full again; each message moves it by one interval.
    private var fullAt = 0

    /// `burst` at once, then one in each `interval`.
    init(burst: Int, interval: Int) {
        self.burst = burst
        self.interval = interval
    }

    /// Takes one if there is one; otherwise returns the milliseconds until there is.
    mutating func take(now: Int) -> Int? {
        let level = max(fullAt, now)
        let wait = level + interval - (now + burst * interval)
        guard wait <= 0 else { return wait }
        fullAt = level + interval
        return nil
    }
}
