// Outgoing: a message that is encoded once and sent to many sessions.
//
//     text      head room | 81 len | '4' text...      binary      head room | 82 len | bytes...
//                           └ frame ┴─────────┘                               └ frame ─────┘
//                                    └ packet: what polling sends              └ payload, on polling as b + base64
//
// Whoever makes the text writes it behind `headRoom` free bytes; the header goes into them, so nothing is moved.

internal import Wire

/// One message, framed for WebSocket; its polling form is part of the same bytes.
package struct Outgoing: Sendable {
    /// The free bytes that must lie before the text or the bytes of a message.
    package static let headRoom = FrameEncoder.maxHeaderBytes + 1

    private let bytes: [UInt8]
    private let frameStart: Int
    private let packetStart: Int
    /// It is a binary message.
    package let isBinary: Bool
    /// Whether transports that compress may compress it.
    package var isCompressible = true

    /// A text message that lies in `bytes` behind `headRoom` free bytes.
    package init(textAfterHeadRoom bytes: consuming [UInt8]) {
        bytes[Self.headRoom - 1] = PacketType.message.digit
        self.init(.text, from: Self.headRoom - 1, in: consume bytes)
    }

    /// A binary message that lies in `bytes` behind `headRoom` free bytes.
    package init(binaryAfterHeadRoom bytes: consuming [UInt8]) {
        self.init(.binary, from: Self.headRoom, in: consume bytes)
    }

    /// A text message that `write` appends to the bytes it is given.
    package init(reserving count: Int = 0, text write: (inout [UInt8]) -> Void) {
        var bytes = Self.emptyBuffer(reserving: count)
        write(&bytes)
        self.init(textAfterHeadRoom: bytes)
    }

    /// A text message of `count` bytes, which `write` puts into their place.
    package init(textOf count: Int, _ write: (UnsafeMutableRawPointer) -> Void) {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.headRoom + count) { buffer, initialized in
            buffer.initialize(repeating: 0)
            if let base = buffer.baseAddress { write(UnsafeMutableRawPointer(base) + Self.headRoom) }
            initialized = Self.headRoom + count
        }
        self.init(textAfterHeadRoom: bytes)
    }

    /// A text message, copied.
    package init(text: RawSpan) {
        self.init(textAfterHeadRoom: Self.buffer(copying: text))
    }

    /// A text message.
    package init(_ text: String) {
        self.init(reserving: text.utf8.count) { $0.append(contentsOf: text.utf8) }
    }

    /// A binary message, copied.
    package init(binary: RawSpan) {
        self.init(binaryAfterHeadRoom: Self.buffer(copying: binary))
    }

    /// A packet of another type.
    package init(_ type: PacketType, _ payload: String = "") {
        var bytes = Self.emptyBuffer(reserving: payload.utf8.count)
        bytes[Self.headRoom - 1] = type.digit
        bytes.append(contentsOf: payload.utf8)
        self.init(.text, from: Self.headRoom - 1, in: bytes)
    }

    /// The heartbeat.
    package static let ping = Outgoing(.ping)
    /// The answer to the heartbeat of a client of protocol 3.
    package static let pong = Outgoing(.pong)
    /// What a WebSocket that wants to take over waits for.
    package static let probeAnswer = Outgoing(.pong, "probe")

    private init(_ opcode: WebSocketOpcode, from start: Int, in buffer: consuming [UInt8]) {
        frameStart = FrameEncoder.writeHeader(opcode, before: start, in: &buffer)
        packetStart = start
        isBinary = opcode == .binary
        bytes = buffer
    }

    private static let emptyHeadRoom = [UInt8](repeating: 0, count: headRoom)

    /// `headRoom` free bytes with room for `count` more.
    package static func emptyBuffer(reserving count: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headRoom + count)
        bytes.append(contentsOf: emptyHeadRoom)
        return bytes
    }

    private static func buffer(copying payload: RawSpan) -> [UInt8] {
        var bytes = emptyBuffer(reserving: payload.byteCount)
        payload.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// The size of the whole frame.
    package var frameCount: Int { bytes.count &- frameStart }

    /// Calls `body` with the whole frame.
    @inline(__always)
    package func withFrame<R>(_ body: (RawSpan) -> R) -> R {
        body(bytes.span.bytes.extracting(frameStart...))
    }

    /// The frame for who keeps it without a copy: the last `frameCount` of these bytes.
    package var frameBytes: [UInt8] { bytes }

    /// Calls `body` with the text packet, its digit included, or with the bytes of the binary message.
    @inline(__always)
    package func withPacket<R>(_ body: (RawSpan) -> R) -> R {
        body(bytes.span.bytes.extracting(packetStart...))
    }
}

extension PendingPackets {
    /// Appends a message in its polling form.
    package mutating func append(_ packet: borrowing Outgoing) {
        let isBinary = packet.isBinary
        packet.withPacket { isBinary ? append(binary: $0) : append(text: $0) }
    }
}
