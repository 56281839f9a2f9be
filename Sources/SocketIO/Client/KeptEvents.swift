// KeptEvents: what a client's socket keeps until it can be sent: events that wait for a connection, and those that are
// sent again until they are acknowledged. Both are bounded in number and bytes, and each event may have a deadline.

internal import UVLoop

/// Something that happens later to something that is kept; it is given up with its owner.
final class ClosureDeadline: Deadline {
    private let body: () -> Void

    init(_ body: @escaping () -> Void) {
        self.body = body
        super.init()
    }

    override func expired() { body() }
}

/// An event that could not be sent yet, or is not acknowledged yet.
final class KeptEvent {
    let packet: EncodedPacket
    /// The number of the question; nil if nobody waits for an answer.
    let id: UInt64?
    /// The event as values, if somebody overhears what leaves.
    let shown: ShownEvent?
    /// When it is not worth sending any more.
    var deadline: Deadline?

    // Only under `retries`.
    /// Tells what became of it.
    let complete: (Reply) -> Void
    /// How long one try may take, in milliseconds.
    let tryTimeout: UInt64?
    /// When the try that is under way has failed.
    var tryDeadline: Deadline?
    /// The tries so far.
    var tries = 0
    /// True while an acknowledgement may come on this connection.
    var isOut = false

    init(
        _ packet: EncodedPacket,
        id: UInt64?,
        shown: ShownEvent?,
        tryTimeout: UInt64? = nil,
        complete: @escaping (Reply) -> Void = { _ in }
    ) {
        self.packet = packet
        self.id = id
        self.shown = shown
        self.tryTimeout = tryTimeout
        self.complete = complete
    }

    /// Gives up its deadlines.
    func settle() {
        deadline = nil
        tryDeadline = nil
    }
}

/// Kept events in their order, bounded.
struct KeptEvents {
    let maxCount: Int
    let maxBytes: Int
    private(set) var events: ContiguousArray<KeptEvent> = []
    private(set) var byteCount = 0

    init(_ options: ManagerOptions) {
        maxCount = options.maxKeptEvents
        maxBytes = options.maxKeptBytes
    }

    var first: KeptEvent? { events.first }
    var isEmpty: Bool { events.isEmpty }

    /// Keeps an event; false if there is no room.
    mutating func append(_ event: KeptEvent) -> Bool {
        guard events.count < maxCount, event.packet.byteCount <= maxBytes - byteCount else { return false }
        events.append(event)
        byteCount += event.packet.byteCount
        return true
    }

    /// Takes an event out; false if it is not there.
    ///
    /// Complexity: O(n), but those that are taken out stand in front, mostly.
    @discardableResult
    mutating func remove(_ event: KeptEvent) -> Bool {
        guard let index = events.firstIndex(where: { $0 === event }) else { return false }
        events.remove(at: index)
        byteCount -= event.packet.byteCount
        event.settle()
        return true
    }

    /// Takes all out.
    mutating func takeAll() -> ContiguousArray<KeptEvent> {
        defer {
            events = []
            byteCount = 0
        }
        return events
    }
}
