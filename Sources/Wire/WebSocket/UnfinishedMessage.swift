// UnfinishedMessage: what a MessageAssembler keeps when a read ends inside a frame or a frame inside a message.
// It exists only for as long as that lasts, so that an idle connection pays one empty reference for it.

final class UnfinishedMessage {
    /// The most that is reserved on the word of a header alone.
    ///
    /// A message up to here is copied once. What is promised and never comes costs addresses, and no memory, because nobody
    /// touches it.
    private static let reservedBytes = 262_144

    /// The beginning of a header that the end of a read has cut.
    private var head = InlineArray<14, UInt8>(repeating: 0)
    private var headCount = 0

    /// The frame whose payload is still coming, and how much of it.
    private(set) var frame: FrameHeader?
    private var remaining = 0
    /// The key of that frame, rotated to its next byte.
    private var key: UInt32 = 0
    /// What has come of a close, ping or pong; at most 125 bytes.
    private var control: [UInt8] = []

    /// The opcode of the message under way, 0 while there is none.
    private(set) var opcode: UInt8 = 0
    private(set) var isCompressed = false
    private(set) var fragments = 0
    /// What has come of the message; the assembler's `maxMessageBytes` bounds it before a byte is added.
    private(set) var bytes: [UInt8] = []
    private var utf8 = UTF8Validator()

    /// Whether nothing is kept and the object may go.
    var isIdle: Bool { headCount == 0 && frame == nil && opcode == 0 }

    // MARK: Headers in pieces

    /// Takes bytes of a header; the header once it is whole.
    func receiveHeader(_ input: UnsafeMutableRawBufferPointer, at offset: inout Int) -> FrameHeader? {
        while headCount < 2 || headCount < FrameHeader.size(head[1]) {
            guard offset < input.count else { return nil }
            head[headCount] = input[offset]
            headCount &+= 1
            offset &+= 1
        }
        headCount = 0
        return withUnsafeBytes(of: head) { $0.baseAddress.map { FrameHeader(at: $0) } }
    }

    // MARK: Payloads in pieces

    /// Begins a frame whose payload is not all here.
    func begin(_ header: FrameHeader) {
        frame = header
        remaining = header.length
        key = header.key
        guard !header.isControl else { return }
        beginFragment(header)
        if bytes.isEmpty { bytes.reserveCapacity(min(header.length, Self.reservedBytes)) }
    }

    /// Takes bytes of the payload of `frame`; true once it is whole.
    func receivePayload(
        _ input: UnsafeMutableRawBufferPointer,
        at offset: inout Int
    ) throws(WebSocketError) -> Bool {
        guard let frame else { return true }
        let count = min(remaining, input.count &- offset)
        let piece = UnsafeMutableRawBufferPointer(rebasing: input[offset..<offset &+ count])
        offset &+= count
        remaining &-= count
        let isASCII = Mask.apply(key, to: piece)
        key = Mask.rotated(key, by: count)
        if frame.isControl {
            control.append(contentsOf: piece)
        } else {
            try append(piece, isASCII: isASCII)
        }
        guard remaining == 0 else { return false }
        self.frame = nil
        return true
    }

    /// The payload of the control frame that has just become whole.
    func takeControl() -> [UInt8] {
        defer { control = [] }
        return control
    }

    // MARK: Messages in fragments

    /// Begins a message, or the next fragment of the one under way.
    func beginFragment(_ header: FrameHeader) {
        fragments &+= 1
        guard opcode == 0 else { return }
        opcode = header.bits & 0x0F
        isCompressed = header.bits & FrameHeader.rsv1 != 0
    }

    /// Adds unmasked bytes to the message; text is checked here, so that it fails at its first bad byte.
    func append(_ piece: UnsafeMutableRawBufferPointer, isASCII: Bool) throws(WebSocketError) {
        if opcode == WebSocketOpcode.text.rawValue, !isCompressed, !(isASCII && utf8.isComplete) {
            guard utf8.feed(UnsafeRawBufferPointer(piece)) else { throw .invalidUTF8 }
        }
        bytes.append(contentsOf: piece)
    }

    /// The message, whose last fragment is whole.
    func takeMessage() throws(WebSocketError) -> WebSocketEvent {
        guard utf8.isComplete else { throw .invalidUTF8 }
        let isText = opcode == WebSocketOpcode.text.rawValue
        let message = WebSocketPayload.bytes(bytes)
        (opcode, fragments, bytes) = (0, 0, [])
        return isText ? .text(message) : .binary(message)
    }
}
