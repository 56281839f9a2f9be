// AddressBook: what each client address has at the moment: its sessions, and how fast it begins them. An address that has
// nothing is forgotten, so the book is as large as the crowd of the last seconds, and no larger.

/// The sessions and handshakes of each address.
struct AddressBook {
    private struct Entry {
        var sessions = 0
        var handshakes = TokenBucket()
    }

    private let maxSessions: Int
    private let perSecond: Int
    private var entries: [String: Entry] = [:]
    /// The size of the book at which the next look for idle entries is worth its while.
    private var sweepAt = 1_024

    init(_ options: EngineOptions) {
        maxSessions = options.maxConnectionsPerAddress
        perSecond = options.maxHandshakesPerSecond
    }

    /// The number of addresses that are known.
    var count: Int { entries.count }

    /// Unix sockets have no address, and what comes through them comes from a proxy.
    private static func isLimited(_ address: String) -> Bool {
        !address.isEmpty && !address.utf8.contains(UInt8(ascii: "/"))
    }

    /// Whether the address may have one more session.
    func hasRoom(_ address: String) -> Bool {
        guard let entry = entries[address] else { return maxSessions > 0 || !Self.isLimited(address) }
        return entry.sessions < maxSessions
    }

    /// Counts a handshake; false when the address makes too many.
    mutating func takeHandshake(_ address: String, now: UInt64) -> Bool {
        guard Self.isLimited(address) else { return true }
        sweep(now)
        let (rate, burst) = (perSecond, TokenBucket.burst(perSecond))
        return entries[address, default: Entry()].handshakes.take(1, perSecond: rate, burst: burst, now: now)
    }

    /// A session of the address begins.
    mutating func begin(_ address: String) {
        if Self.isLimited(address) { entries[address, default: Entry()].sessions += 1 }
    }

    /// A session of the address has ended.
    mutating func end(_ address: String, now: UInt64) {
        guard var entry = entries[address] else { return }
        entry.sessions -= 1
        entries[address] = isIdle(&entry, now) ? nil : entry
    }

    private func isIdle(_ entry: inout Entry, _ now: UInt64) -> Bool {
        entry.sessions <= 0 && entry.handshakes.isFull(perSecond: perSecond, now: now)
    }

    private mutating func sweep(_ now: UInt64) {
        guard entries.count >= sweepAt else { return }
        for (address, entry) in entries {
            var entry = entry
            if isIdle(&entry, now) { entries[address] = nil }
        }
        sweepAt = max(1_024, entries.count &* 2)
    }
}
