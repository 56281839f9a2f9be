// Loopback: a pair of byte streams in memory, so that whatever runs over a ByteStream can be tested without a socket,
// byte by byte and with short writes. Its manners are those of TCP: bytes arrive on a later turn than they were written,
// a closed side's last bytes still arrive, and then the end.

public import UVLoop

/// One side of a pair of streams in memory.
public final class Loopback: ByteStream {
    /// The loop that both sides belong to.
    public let loop: EventLoop
    /// A circle that the second close cuts: a side that is gone has still bytes to deliver.
    private var peer: Loopback?
    private var handler: StreamHandler?

    /// What the "kernel" has taken and the peer has not read yet.
    private var taken: [UInt8] = []
    /// What waits for room there.
    private var rest: [UInt8] = []

    /// The most bytes that the kernel holds for the peer; writes beyond it are short.
    public var room = Int.max
    /// The most bytes that the peer receives in one call; 1 delivers byte by byte.
    public var mostPerRead = 65_536
    /// The bytes that were written here so far, for asserting what an invisible peer was sent.
    public private(set) var written: [UInt8] = []
    /// How many calls of `write` there were: one per turn is what the storeys above aim at.
    public private(set) var writes = 0

    private var isStarted = false
    private var isPaused = false
    private var isShut = false
    private var hasSentEnd = false
    private var isMoving = false

    /// False from the moment when the stream was closed or cut.
    public private(set) var isOpen = true
    /// Set it before the test asks.
    public var remoteAddress: SocketAddress?
    /// Set it before the test asks.
    public var localAddress: SocketAddress?
    /// Set it before the test asks.
    public var isSecure = false

    private init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Two sides, each of which receives what the other writes.
    ///
    /// Close both, or they keep each other.
    public static func pair(on loop: EventLoop) -> (Loopback, Loopback) {
        let (left, right) = (Loopback(on: loop), Loopback(on: loop))
        left.peer = right
        right.peer = left
        return (left, right)
    }

    /// Sets who is told about bytes and the end.
    public func setHandler(_ new: StreamHandler?) {
        guard isOpen || handler != nil else { return }
        if let handler { loop.releaseLater(handler) }
        handler = new
    }

    /// Begins to read.
    public func start() {
        isStarted = true
        peer?.moveLater()
    }

    /// Stops reading: the other side fills up.
    public func pauseReading() {
        isPaused = true
    }

    /// Reads again.
    public func resumeReading() {
        isPaused = false
        peer?.moveLater()
    }

    /// What waits for room in the kernel.
    public var queuedBytes: Int {
        isOpen ? rest.count : 0
    }

    /// Writes: the kernel takes what there is room for, the rest waits.
    public func write(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { put([UInt8]($0)) }
    }

    /// Writes several parts as one write.
    public func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>) {
        put(Array(parts.joined()))
    }

    /// Ends the writing half after what is queued.
    public func shutdown() {
        guard isOpen else { return }
        isShut = true
        moveLater()
    }

    /// Closes; what the kernel has taken still arrives, then the end.
    public func close() {
        guard isOpen else { return }
        finish(nil)
        moveLater()
    }

    /// Ends both sides the hard way, as a peer that sends RST: both handlers hear the error.
    public func cut(_ error: UVError = .connectionReset) {
        taken = []
        hasSentEnd = true
        peer?.hasSentEnd = true
        finish(error)
        peer?.finish(error)
    }

    private func put(_ bytes: [UInt8]) {
        guard isOpen, !isShut, !bytes.isEmpty else { return }
        writes += 1
        written += bytes
        rest += bytes
        refill()
        moveLater()
    }

    /// The kernel takes what fits.
    private func refill() {
        let count = min(rest.count, max(0, room - taken.count))
        taken += rest.prefix(count)
        rest.removeFirst(count)
    }

    private func moveLater() {
        guard !isMoving else { return }
        isMoving = true
        loop.nextTurn { self.move() }
    }

    /// The peer reads once.
    private func move() {
        isMoving = false
        guard let peer, peer.isOpen, peer.isStarted, !peer.isPaused else { return }
        if !taken.isEmpty {
            deliver(to: peer)
        } else if isShut || !isOpen, rest.isEmpty, !hasSentEnd {
            hasSentEnd = true
            peer.handler?.receiveEnd()
        }
    }

    private func deliver(to peer: Loopback) {
        var chunk = Array(taken.prefix(mostPerRead))
        taken.removeFirst(chunk.count)
        let wasWaiting = !rest.isEmpty
        refill()
        moveLater()
        var elements = chunk.mutableSpan
        var bytes = elements.mutableBytes
        peer.handler?.receive(&bytes)
        if wasWaiting, rest.isEmpty, isOpen { handler?.drained() }
    }

    private func finish(_ error: UVError?) {
        guard isOpen else { return }
        isOpen = false
        rest = []
        let last = handler
        loop.closeLater {
            self.handler = nil
            last?.closed(error)
            guard let peer = self.peer, !peer.isOpen else { return }
            peer.peer = nil
            self.peer = nil
        }
    }
}

@available(*, unavailable)
extension Loopback: Sendable {}
