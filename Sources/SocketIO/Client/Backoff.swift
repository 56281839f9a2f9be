// Backoff: how long a client waits before it tries again. The wait doubles, is bounded, and only then spread: bounded
// last, as in the reference, every wait would be the bound after a few failures, and all clients would come at once.

/// The waits between attempts to connect.
struct Backoff {
    let first: UInt64
    let most: UInt64
    let factor: Double
    let random: @Sendable () -> Double

    /// How many waits there were since the last success.
    private(set) var attempts = 0

    init(_ options: ManagerOptions) {
        first = options.reconnectionDelay
        most = options.reconnectionDelayMax
        factor = min(max(options.randomizationFactor, 0), 1)
        random = options.random
    }

    /// The next wait in milliseconds.
    mutating func next() -> UInt64 {
        // 2^32 times anything is beyond every bound that makes sense, and a shift further would lose the wait.
        let (doubled, overflow) = first.multipliedReportingOverflow(by: 1 << UInt64(min(attempts, 32)))
        attempts += 1
        let bounded = Double(overflow ? most : min(doubled, most))
        let spread = bounded * (1 + factor * (2 * random() - 1))
        return UInt64(exactly: spread.rounded()) ?? most
    }

    /// A connection was made.
    mutating func reset() { attempts = 0 }
}
