// TokenBucket: how much per second, in the long run, and how much at once. It keeps what was taken and has not flowed
// back yet, so a full bucket is all zeros. No clock: whoever asks says what time it is.

/// An allowance that fills with time.
struct TokenBucket: Equatable {
    /// Thousandths that were taken and are not refilled yet.
    private var debt: Int64 = 0
    /// When that was reckoned, in milliseconds.
    private var reckonedAt: UInt64 = 0

    /// The largest rate; more means no limit, and is safe to reckon with.
    static let maxRate = 1_000_000_000_000

    /// Every bucket is full again long before, and the product with `maxRate` does not overflow.
    private static let longest: UInt64 = 1_000_000

    /// What may be taken at once: ten seconds' worth.
    static func burst(_ perSecond: Int) -> Int {
        min(perSecond, maxRate) * 10
    }

    /// Takes `amount` out; false, and nothing taken, when there is less than that.
    @inline(__always)
    mutating func take(_ amount: Int, perSecond: Int, burst: Int, now: UInt64) -> Bool {
        if now != reckonedAt { refill(perSecond, now) }
        let debt = debt &+ Int64(amount) &* 1_000
        guard debt <= Int64(burst) &* 1_000 else { return false }
        self.debt = debt
        return true
    }

    private mutating func refill(_ perSecond: Int, _ now: UInt64) {
        let passed = Int64(min(now &- min(now, reckonedAt), Self.longest))
        debt = max(0, debt &- passed &* Int64(min(perSecond, Self.maxRate)))
        reckonedAt = now
    }

    /// Whether nothing is missing.
    mutating func isFull(perSecond: Int, now: UInt64) -> Bool {
        refill(perSecond, now)
        return debt == 0
    }
}

/// What one session may send.
struct RateLimits: Equatable {
    let packets: Int
    let packetBurst: Int
    let bytes: Int
    let byteBurst: Int

    init(_ options: EngineOptions) {
        packets = min(options.maxPacketsPerSecond, TokenBucket.maxRate)
        packetBurst = TokenBucket.burst(packets)
        bytes = min(options.maxBytesPerSecond, TokenBucket.maxRate)
        // One message of the greatest size must always be possible.
        byteBurst = max(TokenBucket.burst(bytes), min(options.maxHttpBufferSize, TokenBucket.maxRate))
    }
}

/// What one session has sent lately.
struct RateMeter: Equatable {
    private var packets = TokenBucket()
    private var bytes = TokenBucket()

    /// Counts one message; false when it is too much.
    @inline(__always)
    mutating func take(_ count: Int, _ limits: RateLimits, now: UInt64) -> Bool {
        packets.take(1, perSecond: limits.packets, burst: limits.packetBurst, now: now)
            && bytes.take(count, perSecond: limits.bytes, burst: limits.byteBurst, now: now)
    }
}
