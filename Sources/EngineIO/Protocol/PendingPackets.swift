// PendingPackets: what a polling session has to say, kept in the form in which the next poll is answered.
// A WebSocket that takes over gets the same packets one by one. Nothing is allocated while nothing is pending.

internal import Wire

/// Packets in order, joined as a payload.
package struct PendingPackets {
    /// The payload of all packets, and in front of it what was taken already.
    private var payload: [UInt8] = []
    /// Where each packet ends in `payload`; a message may contain the separator, so they cannot be found by looking.
    private var ends: [Int] = []
    /// How many of `ends` were taken already.
    private var taken = 0

    /// Nothing.
    package init() {}

    /// The number of packets.
    package var count: Int { ends.count &- taken }

    /// The bytes that they take.
    package var byteCount: Int { payload.count &- start }

    /// There is none.
    package var isEmpty: Bool { ends.isEmpty }

    /// Where the first packet begins.
    private var start: Int { taken == 0 ? 0 : ends[taken &- 1] &+ 1 }

    /// Appends a text packet, its digit included.
    ///
    /// A pong right behind another says nothing new and is left out: otherwise a client that pings and does not poll
    /// would make the queue grow as it likes. Complexity: O(n), amortised.
    package mutating func append(text: RawSpan) {
        if Self.isPong(text), endsWithPong { return }
        separate()
        text.withUnsafeBytes { payload.append(contentsOf: $0) }
        ends.append(payload.count)
    }

    /// Appends a text packet without payload.
    package mutating func append(_ type: PacketType) {
        separate()
        payload.append(type.digit)
        ends.append(payload.count)
    }

    /// Appends a binary message as base64.
    ///
    /// Complexity: O(n), amortised.
    package mutating func append(binary: RawSpan) {
        separate()
        payload.append(PayloadReader.binaryMark)
        Base64.encode(binary, to: &payload)
        ends.append(payload.count)
    }

    private var endsWithPong: Bool {
        guard count > 0 else { return false }
        let last = count > 1 ? ends[ends.count &- 2] &+ 1 : start
        return Self.isPong(payload.span.bytes.extracting(last...))
    }

    private static func isPong(_ packet: RawSpan) -> Bool {
        packet.byteCount == 1 && packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PacketType.pong.digit
    }

    private mutating func separate() {
        if !ends.isEmpty { payload.append(PayloadReader.separator) }
    }

    /// Takes the payload of the first packets out, at most `limit` of them and at least one.
    ///
    /// Complexity: O(n) in what is taken, amortised.
    package mutating func take(atMost limit: Int) -> [UInt8] {
        guard count > max(1, limit) else { return takeAll() }
        let first = start
        taken &+= max(1, limit)
        let part = Array(payload[first..<ends[taken &- 1]])
        // What was taken stays in front until it is the larger half: moving the rest is paid for by it.
        if start > payload.count / 2 { compact() }
        return part
    }

    /// Takes the payload of the first packets out, as many as fit into `bytes` and at least one.
    ///
    /// Complexity: O(n) in what is taken, amortised.
    package mutating func take(upTo bytes: Int) -> [UInt8] {
        let first = start
        return take(atMost: ends[taken...].prefix { $0 &- first <= bytes }.count)
    }

    /// Takes the payload of all packets out.
    package mutating func takeAll() -> [UInt8] {
        defer { self = PendingPackets() }
        return taken == 0 ? payload : Array(payload[start...])
    }

    private mutating func compact() {
        let offset = start
        payload.removeSubrange(..<offset)
        ends = ends[taken...].map { $0 &- offset }
        taken = 0
    }

    /// Calls `body` with each packet, or the first `limit` of them, a binary one still with its `b` and base64.
    package func forEach(atMost limit: Int = .max, _ body: (RawSpan) -> Void) {
        var start = start
        for end in ends[taken...].prefix(max(1, limit)) {
            body(payload.span.bytes.extracting(start..<end))
            start = end &+ 1
        }
    }
}
