// MessageAssembler: bytes of a connection in, messages and control frames out (RFC 6455 sections 5 and 6.2).
// It answers nothing by itself: pongs, closing frames and the end of the connection are its owner's business.
//
//   whole frame in one read ------------------> a range of the read, unmasked in place: no copy, no allocation
//   cut header, cut payload, fragments --> UnfinishedMessage --> an array
//
// Control frames may come between fragments and are handed over at once.

/// The receiving half of a WebSocket.
///
/// It is bound to nothing; at rest it takes 32 bytes. Not copyable, because a copy would share the message under way.
package struct MessageAssembler: ~Copyable {
    /// Twice what 4 MiB in fragments of 64 bytes take, which is the smallest that anybody is known to send.
    package static let defaultMaxFragments = 131_072

    private let maxMessageBytes: Int
    private let maxFragments: Int32
    /// What the MASK bit of the peer's frames must be.
    private let maskBit: UInt8
    /// The size of the shortest header that the peer can send.
    private var headerBytes: Int { 2 &+ Int(maskBit >> 5) }
    private let allowsCompression: Bool
    /// Whether the message returned last is compressed: raw deflate data, not yet checked as UTF-8.
    package private(set) var isCompressed = false
    /// Set by the closing frame and by errors; whatever follows is skipped.
    private var isFinished = false
    private var unfinished: UnfinishedMessage?

    /// Creates the receiver of one end.
    ///
    /// `maxMessageBytes` bounds a message, the sum of its fragments included; a fragmented message has at most
    /// `maxFragments` frames. `allowsCompression` is what permessage-deflate was negotiated to.
    package init(
        role: WebSocketRole,
        maxMessageBytes: Int,
        maxFragments: Int = defaultMaxFragments,
        allowsCompression: Bool = false
    ) {
        maskBit = role == .server ? FrameHeader.maskBit : 0
        self.maxMessageBytes = maxMessageBytes
        self.maxFragments = Int32(clamping: maxFragments)
        self.allowsCompression = allowsCompression
    }

    /// The next message or control frame in `bytes` from `offset` on; nil when more bytes are needed.
    ///
    /// `offset` moves over what was consumed; with nil that is everything. Call again while there is an event.
    /// After an error or a closing frame the rest of the connection is skipped. Complexity: O(n).
    package mutating func next(
        _ bytes: inout MutableRawSpan,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        guard UInt(bitPattern: offset) < UInt(bitPattern: bytes.byteCount) else { return nil }
        if let event = try shortMessage(&bytes, at: &offset) { return event }
        return try anything(&bytes, at: &offset)
    }

    // MARK: The short road

    /// The one case that matters for speed: a whole message of at most 125 bytes while nothing is under way.
    ///
    /// Nil when it is another case; then nothing has happened. The long road handles this one, too, but at more than
    /// twice the price; the bounds are checked here once, by hand.
    @inline(__always)
    private mutating func shortMessage(
        _ bytes: inout MutableRawSpan,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        let start = offset &+ headerBytes
        guard unfinished == nil, !isFinished, start <= bytes.byteCount else { return nil }
        let bits = bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
        let length = Int(bytes.unsafeLoad(fromUncheckedByteOffset: offset &+ 1, as: UInt8.self) ^ maskBit)
        guard bits == 0x81 || bits == 0x82, length < 126, length <= maxMessageBytes,
            length <= bytes.byteCount &- start
        else { return nil }
        let range = Range(uncheckedBounds: (start, start &+ length))
        offset = range.upperBound
        let isText = bits == 0x81
        let isGood = bytes.withUnsafeMutableBytes { input in
            let payload = UnsafeMutableRawBufferPointer(rebasing: input[range])
            let key = maskBit == 0 ? 0 : input.loadUnaligned(fromByteOffset: start &- 4, as: UInt32.self)
            let isASCII = Mask.apply(UInt32(littleEndian: key), to: payload)
            return isASCII || !isText || UTF8Validator.isValid(UnsafeRawBufferPointer(payload))
        }
        guard isGood else { throw fail(.invalidUTF8) }
        isCompressed = false
        return isText ? .text(.range(range)) : .binary(.range(range))
    }

    // MARK: The long road

    @inline(never)
    private mutating func anything(
        _ bytes: inout MutableRawSpan,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        guard !isFinished else {
            offset = bytes.byteCount
            return nil
        }
        do throws(WebSocketError) {
            return try bytes.withUnsafeMutableBytes { input throws(WebSocketError) in
                try receive(input, at: &offset)
            }
        } catch {
            throw fail(error)
        }
    }

    private mutating func fail(_ error: WebSocketError) -> WebSocketError {
        isFinished = true
        unfinished = nil
        return error
    }

    private mutating func receive(
        _ input: UnsafeMutableRawBufferPointer,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        while offset < input.count {
            if let unfinished, unfinished.frame != nil {
                if let event = try resume(unfinished, input, at: &offset) { return event }
                continue
            }
            guard let header = header(input, at: &offset) else { return nil }
            try check(header)
            if let event = try receive(header, input, at: &offset) { return event }
        }
        return nil
    }

    private mutating func header(_ input: UnsafeMutableRawBufferPointer, at offset: inout Int) -> FrameHeader? {
        let available = input.count &- offset
        if unfinished == nil, available >= 2, let start = input.baseAddress {
            let size = FrameHeader.size(input[offset &+ 1])
            if available >= size {
                defer { offset &+= size }
                return FrameHeader(at: start + offset)
            }
        }
        return unfinishedMessage().receiveHeader(input, at: &offset)
    }

    /// Refuses what the header alone shows to be wrong, the size of the message included.
    private func check(_ header: FrameHeader) throws(WebSocketError) {
        guard header.isMasked == (maskBit != 0) else { throw maskBit != 0 ? .unmasked : .masked }
        guard let opcode = WebSocketOpcode(rawValue: header.bits & 0x0F) else { throw .unknownOpcode }
        let mayBeCompressed = allowsCompression && (opcode == .text || opcode == .binary)
        let allowed = mayBeCompressed ? FrameHeader.rsv1 : 0
        guard header.bits & FrameHeader.reserved & ~allowed == 0 else { throw .reservedBits }
        if opcode.isControl {
            guard header.isFinal else { throw .fragmentedControl }
            guard header.length <= FrameHeader.maxControlPayload else { throw .longControl }
            return
        }
        let isUnderWay = unfinished.map { $0.opcode != 0 } ?? false
        guard isUnderWay == (opcode == .continuation) else {
            throw isUnderWay ? .interruptedMessage : .unexpectedContinuation
        }
        guard header.length <= maxMessageBytes &- (unfinished?.bytes.count ?? 0) else { throw .messageTooBig }
        guard unfinished?.fragments ?? 0 < Int(maxFragments) else { throw .tooManyFragments }
    }

    /// A frame whose header is checked: an event from it, if it is whole and completes one.
    private mutating func receive(
        _ header: FrameHeader,
        _ input: UnsafeMutableRawBufferPointer,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        guard header.length <= input.count &- offset else {
            unfinishedMessage().begin(header)
            return nil
        }
        let range = offset..<offset &+ header.length
        offset = range.upperBound
        let payload = UnsafeMutableRawBufferPointer(rebasing: input[range])
        let isASCII = Mask.apply(header.key, to: payload)
        if unfinished != nil { releaseIfIdle() }
        guard unfinished == nil, header.isFinal, !header.isControl else {
            return try receivePart(header, payload, range, isASCII: isASCII)
        }
        isCompressed = header.bits & FrameHeader.rsv1 != 0
        if header.bits & 0x0F == WebSocketOpcode.binary.rawValue { return .binary(.range(range)) }
        guard isASCII || isCompressed || UTF8Validator.isValid(UnsafeRawBufferPointer(payload)) else {
            throw .invalidUTF8
        }
        return .text(.range(range))
    }

    /// Whole frames that are not whole messages.
    private mutating func receivePart(
        _ header: FrameHeader,
        _ payload: UnsafeMutableRawBufferPointer,
        _ range: Range<Int>,
        isASCII: Bool
    ) throws(WebSocketError) -> WebSocketEvent? {
        if header.isControl { return try control(header, .range(range), UnsafeRawBufferPointer(payload)) }
        let message = unfinishedMessage()
        message.beginFragment(header)
        try message.append(payload, isASCII: isASCII)
        return header.isFinal ? try finish(message) : nil
    }

    // MARK: What came in pieces, and control frames

    /// More of a frame that a read has cut.
    private mutating func resume(
        _ message: UnfinishedMessage,
        _ input: UnsafeMutableRawBufferPointer,
        at offset: inout Int
    ) throws(WebSocketError) -> WebSocketEvent? {
        guard let header = message.frame, try message.receivePayload(input, at: &offset) else { return nil }
        guard header.isControl else { return header.isFinal ? try finish(message) : nil }
        let payload = message.takeControl()
        releaseIfIdle()
        return try payload.span.bytes.withUnsafeBytes { content throws(WebSocketError) in
            try control(header, .bytes(payload), content)
        }
    }

    private mutating func finish(_ message: UnfinishedMessage) throws(WebSocketError) -> WebSocketEvent {
        isCompressed = message.isCompressed
        let event = try message.takeMessage()
        releaseIfIdle()
        return event
    }

    private mutating func control(
        _ header: FrameHeader,
        _ payload: WebSocketPayload,
        _ content: UnsafeRawBufferPointer
    ) throws(WebSocketError) -> WebSocketEvent {
        switch header.bits & 0x0F {
        case WebSocketOpcode.ping.rawValue: return .ping(payload)
        case WebSocketOpcode.pong.rawValue: return .pong(payload)
        default:
            isFinished = true
            unfinished = nil
            return try .closing(content)
        }
    }

    private mutating func unfinishedMessage() -> UnfinishedMessage {
        if let unfinished { return unfinished }
        let message = UnfinishedMessage()
        unfinished = message
        return message
    }

    private mutating func releaseIfIdle() {
        if let unfinished, unfinished.isIdle { self.unfinished = nil }
    }
}

extension WebSocketEvent {
    /// The closing frame with this payload (RFC 6455 section 5.5.1).
    fileprivate static func closing(_ payload: UnsafeRawBufferPointer) throws(WebSocketError) -> WebSocketEvent {
        guard payload.count > 0 else { return .close(nil, reason: "") }
        guard payload.count > 1 else { throw .badCloseLength }
        let code = CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.isValidOnWire else { throw .badCloseCode }
        let reason = UnsafeRawBufferPointer(rebasing: payload[2...])
        guard UTF8Validator.isValid(reason) else { throw .invalidUTF8 }
        return .close(code, reason: String(decoding: reason, as: UTF8.self))
    }
}
