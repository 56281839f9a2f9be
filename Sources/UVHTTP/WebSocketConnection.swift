// WebSocketConnection: one open WebSocket on a stream. Messages go up as borrowed bytes; frames go down into an outbox
// that leaves once per turn. It replaces the HTTPConnection as the stream's handler, so that an idle connection keeps
// nothing of HTTP. How it ends is in WebSocketConnection+Closing.swift.

package import UVLoop
internal import Wire

/// A WebSocket, of either side.
///
/// Bound to its loop. After the end of the connection every method does nothing.
package final class WebSocketConnection: ServedConnection {
    /// Where the connection stands; later states are larger.
    enum State: UInt8 {
        /// Both sides may send.
        case open
        /// Our closing frame is out; the peer's is not here.
        case closing
        /// Nothing that the peer sends matters any more; our end follows what is queued.
        case ending
        /// The stream is closed, or about to be.
        case closed
    }

    /// Why nothing is read.
    struct Pauses: OptionSet {
        let rawValue: UInt8
        static let byOwner = Pauses(rawValue: 1)
        static let byPongs = Pauses(rawValue: 2)
        static let byOpening = Pauses(rawValue: 4)
    }

    // What a delivery touches comes first and together: to most connections it comes when they are in no cache any more.
    @exclusivity(unchecked) private var outbox = Outbox()
    @exclusivity(unchecked) var state = State.open
    /// Whether the stream may hold bytes back; asking it is dear while it is in no cache. (HTTP may have left some.)
    @exclusivity(unchecked) private var mayBeQueued = true
    @exclusivity(unchecked) var hasReported = false
    @exclusivity(unchecked) var hasSentEnd = false
    @exclusivity(unchecked) var hasSeenEnd = false
    @exclusivity(unchecked) private var pauses: Pauses = []
    private let role: WebSocketRole
    /// What compresses (WebSocketConnection+Deflate.swift); nil when permessage-deflate was not agreed on.
    @exclusivity(unchecked) private(set) var deflate: MessageDeflate?
    /// The pongs that may still be waiting for the peer, in bytes.
    @exclusivity(unchecked) private var unsentPongBytes = 0
    /// Owned until the stream has closed; in an Unmanaged slot because a call through a strong `var` costs a retain.
    @exclusivity(unchecked) var handler: Unmanaged<WebSocketHandler>?
    @exclusivity(unchecked) private var assembler: MessageAssembler
    @exclusivity(unchecked) var failure: (any Error)?
    @exclusivity(unchecked) var alarm: WebSocketAlarm?

    init(
        _ stream: any ByteStream,
        of host: ConnectionHost,
        role: WebSocketRole = .server,
        maxMessageBytes: Int,
        deflate: MessageDeflate? = nil,
        handler: WebSocketHandler
    ) {
        self.handler = .passRetained(handler)
        self.deflate = deflate
        self.role = role
        assembler = MessageAssembler(
            role: role,
            maxMessageBytes: maxMessageBytes,
            allowsCompression: deflate != nil
        )
        super.init(stream, of: host)
    }

    deinit {
        handler?.release()
    }

    /// The loop that the connection belongs to.
    package var loop: EventLoop { host.loop }

    /// Whether messages can be sent and will be received.
    package var isOpen: Bool { state == .open && stream.isOpen }

    /// Bytes that were sent here but are not with the kernel yet.
    package var bufferedBytes: Int { outbox.count &+ (mayBeQueued ? stream.queuedBytes : 0) }

    /// Has another object receive from now on; may be called inside the old one's `receive`.
    package func setHandler(_ new: WebSocketHandler) {
        guard let old = handler else { return }
        handler = .passRetained(new)
        loop.releaseLater(old.takeRetainedValue())
    }

    // MARK: - In

    package override func receive(_ bytes: inout MutableRawSpan) {
        receive(&bytes, from: 0)
    }

    /// Receives what follows `start`, as the bytes that came behind the opening request do.
    func receive(_ bytes: inout MutableRawSpan, from start: Int) {
        var offset = start
        do throws(WebSocketError) {
            // The owner may close or cut the connection in every call, so the state is looked at each time.
            while state.rawValue <= State.closing.rawValue, let event = try assembler.next(&bytes, at: &offset) {
                if assembler.isCompressed, try receiveCompressed(event, in: bytes.bytes) { continue }
                receive(event, in: bytes.bytes)
            }
        } catch {
            fail(error)
        }
    }

    /// Receives, on the next turn, what came while the opening was being decided; nothing newer may overtake it.
    func receiveLater(_ early: [UInt8], from start: Int) {
        pause(.byOpening)
        loop.nextTurn { [self] in
            var early = early
            var span = early.mutableSpan
            var bytes = span.mutableBytes
            receive(&bytes, from: start)
            resume(.byOpening)
        }
    }

    @inline(__always)
    private func receive(_ event: WebSocketEvent, in bytes: RawSpan) {
        switch event {
        case .text(.range(let range)) where state == .open:
            handler?._withUnsafeGuaranteedRef { $0.receive(text: bytes.extracting(range)) }
        case .binary(.range(let range)) where state == .open:
            handler?._withUnsafeGuaranteedRef { $0.receive(binary: bytes.extracting(range)) }
        default:
            receiveRare(event, in: bytes)
        }
    }

    /// Messages that came in pieces, and control frames.
    private func receiveRare(_ event: WebSocketEvent, in bytes: RawSpan) {
        if case .close(let code, let reason) = event { return receiveClose(code, reason) }
        guard state == .open else { return }
        switch event {
        case .text(.bytes(let message)):
            handler?._withUnsafeGuaranteedRef { $0.receive(text: message.span.bytes) }
        case .binary(.bytes(let message)):
            handler?._withUnsafeGuaranteedRef { $0.receive(binary: message.span.bytes) }
        case .ping(.range(let range)): answerPing(bytes.extracting(range))
        case .ping(.bytes(let payload)): answerPing(payload.span.bytes)
        case .pong: handler?._withUnsafeGuaranteedRef { $0.receivedPong() }
        case .text, .binary, .close: break
        }
    }

    private func answerPing(_ payload: RawSpan) {
        unsentPongBytes &+= payload.byteCount &+ FrameEncoder.headerBytes(payload: payload.byteCount)
        append(.pong, payload)
    }

    package override func receiveEnd() {
        peerEnded()
    }

    /// Stops reading; what one read has brought already is still delivered.
    package func pauseReading() {
        pause(.byOwner)
    }

    /// Reads again.
    package func resumeReading() {
        resume(.byOwner)
    }

    private func pause(_ reason: Pauses) {
        guard state == .open else { return }
        if pauses.isEmpty { stream.pauseReading() }
        pauses.insert(reason)
    }

    func resume(_ reasons: Pauses) {
        guard !pauses.isDisjoint(with: reasons) else { return }
        pauses.subtract(reasons)
        if pauses.isEmpty { stream.resumeReading() }
    }

    // MARK: - Out

    /// Sends a text message; `text` must be UTF-8.
    ///
    /// Like every kind of sending it only appends; the bytes leave when the turn ends. Complexity: O(n).
    package func send(text: RawSpan) {
        if compresses(text.byteCount), sendCompressed(.text, text) { return }
        append(.text, text)
    }

    /// Sends a binary message.
    package func send(binary: RawSpan) {
        if compresses(binary.byteCount), sendCompressed(.binary, binary) { return }
        append(.binary, binary)
    }

    /// Sends the last `count` of these bytes, a whole unmasked frame already, as broadcasts are; never compressed here.
    ///
    /// Complexity: O(1) for the first frame of a turn, which is not copied, and for a large one unless the peer is slow.
    package func send(frame bytes: [UInt8], last count: Int) {
        assert(role == .server, "a client masks each frame anew")
        guard state == .open, hasRoom(for: count) else { return }
        // One write more is cheaper than a copy for each of a thousand receivers.
        if count >= HTTPConnection.attachedSize, !outbox.isEmpty { writeOut() }
        if !outbox.lend(bytes, last: count) {
            outbox.prepare(from: host.blocks)
            outbox.append(bytes.span.bytes.extracting(last: count))
        }
        loop.flushLater(self)
    }

    /// Sends a text message of `count` bytes, which `write` puts where they leave from; it is never compressed here.
    package func send(textOf count: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        assert(role == .server, "a client masks what it sends")
        guard state == .open, hasRoom(for: count) else { return }
        outbox.prepare(from: host.blocks)
        outbox.append(upTo: FrameEncoder.maxHeaderBytes &+ count) { room in
            let header = FrameEncoder.writeHeader(.text, payload: count, to: room)
            write(room + header)
            return header &+ count
        }
        loop.flushLater(self)
    }

    /// Sends an empty ping.
    package func ping() {
        append(.ping, RawSpan())
    }

    func append(_ opcode: WebSocketOpcode, _ payload: RawSpan, isCompressed: Bool = false) {
        guard state == .open, hasRoom(for: payload.byteCount) else { return }
        outbox.prepare(from: host.blocks)
        if role == .client {
            appendMasked(opcode, payload, isCompressed)
        } else {
            outbox.append(upTo: FrameEncoder.maxHeaderBytes) { room in
                FrameEncoder.writeHeader(opcode, payload: payload.byteCount, isCompressed: isCompressed, to: room)
            }
            outbox.append(payload)
        }
        loop.flushLater(self)
    }

    private func appendMasked(_ opcode: WebSocketOpcode, _ payload: RawSpan, _ isCompressed: Bool) {
        let key = host.maskingKey()
        let size = FrameEncoder.headerBytes(payload: payload.byteCount, masked: true) &+ payload.byteCount
        outbox.append(upTo: size) { room in
            FrameEncoder.writeMasked(opcode, payload, isCompressed: isCompressed, key: key, to: room)
        }
    }

    /// Cuts off a peer that lets more wait than may wait.
    @inline(__always)
    private func hasRoom(for bytes: Int) -> Bool {
        if outbox.count &+ bytes <= host.options.maxOutboxBytes { return true }
        cutOff(WebSocketFailure.tooMuchUnsent)
        return false
    }

    /// Takes what HTTP has left to send, the opening answer at its end.
    func adopt(_ unsent: consuming Outbox) {
        outbox = unsent
        loop.flushLater(self)
    }

    package override func approach(_ step: Approach) {
        super.approach(step)
        if step == .near { outbox.approach() }
    }

    package override func flush() {
        guard stream.isOpen else { return }
        if !outbox.isEmpty { writeOut() }
        mayBeQueued = stream.queuedBytes > 0
        if bufferedBytes == 0 {
            unsentPongBytes = 0
            if !pauses.isEmpty { resume(.byPongs) }
            if state == .ending { sendEnd() }
        } else if unsentPongBytes > host.options.maxUnsentPongBytes {
            // It pings and does not read. It may go on when it has taken what it asked for.
            pause(.byPongs)
        }
    }

    /// Gives everything to the stream, unless it is still busy with what it was given before.
    private func writeOut() {
        guard !mayBeQueued || stream.queuedBytes == 0 else { return }
        outbox.write(to: stream)
        outbox.release(to: host.blocks)
        mayBeQueued = true
    }

    package override func drained() {
        flush()
        guard bufferedBytes == 0, state == .open else { return }
        handler?._withUnsafeGuaranteedRef { $0.drained() }
    }

    /// Gives the memory of both directions back.
    func releaseBuffers() {
        outbox.release()
        deflate = nil
    }

    // MARK: - The end

    package override func closed(_ error: UVError?) {
        streamClosed(error)
    }

    package override func drain() {
        close(.goingAway, reason: "")
    }

    package override func cutOff() {
        abort()
    }
}
