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
    private let maxMessageBytes: Int
    private let maxFragments: Int32
    private let role: WebSocketRole
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
        maxFragments: Int = 16_384,
        allowsCompression: Bool = false
    ) {
        self.role = role
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
        guard !isFinished else {
            offset = bytes.byteCount
            return nil
        }
        do throws(WebSocketError) {
            return try bytes.withUnsafeMutableBytes { input throws(WebSocketError) in
                try receive(input, at: &offset)
            }
        } catch {
            isFinished = true
            unfinished = nil
            throw error
        }
    }

    // MARK: The road of the bytes

    @inline(__always)
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

    @inline(__always)
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
    @inline(__always)
    private func check(_ header: FrameHeader) throws(WebSocketError) {
        guard header.isMasked == (role == .server) else { throw role == .server ? .unmasked : .masked }
        switch header.bits {
        case 0x81, 0x82:  // a whole message without extension bits: the one case that matters for speed
            guard unfinished == nil || unfinished?.opcode == 0 else { throw .interruptedMessage }
            guard header.length <= maxMessageBytes else { throw .messageTooBig }
        default:
            try checkRare(header)
        }
    }

    @inline(never)
    private func checkRare(_ header: FrameHeader) throws(WebSocketError) {
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
    @inline(__always)
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
            return try receiveRare(header, payload, range, isASCII: isASCII)
        }
        isCompressed = header.bits & FrameHeader.rsv1 != 0
        if header.bits & 0x0F == WebSocketOpcode.binary.rawValue { return .binary(.range(range)) }
        guard isASCII || isCompressed || UTF8Validator.isValid(UnsafeRawBufferPointer(payload)) else {
            throw .invalidUTF8
        }
        return .text(.range(range))
    }

    /// Whole frames that are not whole messages.
    @inline(never)
    private mutating func receiveRare(
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

    // MARK: What is rare

    /// More of a frame that a read has cut.
    @inline(never)
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
