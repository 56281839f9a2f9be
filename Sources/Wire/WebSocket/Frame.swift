// Frame: the words of RFC 6455 section 5 (roles, opcodes, frame headers) and the events that a receiver gets.
//
//   byte 0   FIN RSV1 RSV2 RSV3 opcode(4)
//   byte 1   MASK length(7)                      126: two more bytes of length, 127: eight, big-endian
//   then     masking key (4 bytes, when MASK is set), payload

/// Which end of the connection this is.
///
/// Clients mask what they send, servers do not; each end insists that the other one does its part.
package enum WebSocketRole: UInt8, Sendable {
    case server, client
}

/// What a frame is for.
package enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether the frame is a close, ping or pong, which may come between the fragments of a message.
    package var isControl: Bool { rawValue & 0x8 != 0 }
}

/// Where the payload of a received message lies.
package enum WebSocketPayload: Equatable, Sendable {
    /// In the given bytes, unmasked in place.
    case range(Range<Int>)
    /// In an array, because it came in several reads or several frames.
    case bytes([UInt8])
}

/// What a receiver hands over.
package enum WebSocketEvent: Equatable, Sendable {
    /// A text message; it is UTF-8, unless it is compressed.
    case text(WebSocketPayload)
    /// A binary message.
    case binary(WebSocketPayload)
    /// A ping, to be answered by a pong with the same payload.
    case ping(WebSocketPayload)
    /// A pong, asked for or not.
    case pong(WebSocketPayload)
    /// The closing frame; nothing that follows it is looked at.
    case close(CloseCode?, reason: String)
}

/// The fixed part of a frame.
struct FrameHeader {
    /// The longest header: two bytes, eight of length, four of key.
    static let maxBytes = 14
    static let maxControlPayload = 125
    static let fin: UInt8 = 0x80
    static let rsv1: UInt8 = 0x40
    static let reserved: UInt8 = 0x70
    static let maskBit: UInt8 = 0x80

    /// The first byte: FIN, reserved bits and opcode.
    let bits: UInt8
    let isMasked: Bool
    /// The size of the payload; `Int.max` stands for everything that does not fit.
    let length: Int
    /// The masking key as a little-endian number, 0 when there is none.
    let key: UInt32

    var isFinal: Bool { bits & Self.fin != 0 }
    var isControl: Bool { bits & 0x8 != 0 }

    /// The size of a header whose second byte is `second`.
    @inline(__always)
    static func size(_ second: UInt8) -> Int {
        let key = Int(second >> 7) &* 4
        switch second & 0x7F {
        case 126: return 4 &+ key
        case 127: return 10 &+ key
        default: return 2 &+ key
        }
    }

    /// Reads the whole header at `start`.
    @inline(__always)
    init(at start: UnsafeRawPointer) {
        bits = start.load(as: UInt8.self)
        let second = start.load(fromByteOffset: 1, as: UInt8.self)
        isMasked = second & Self.maskBit != 0
        switch second & 0x7F {
        case 126:
            length = Int(UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        case 127:
            let wide = UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            length = Int(exactly: wide) ?? Int.max
        case let short:
            length = Int(short)
        }
        guard isMasked else {
            key = 0
            return
        }
        let place = Self.size(second) &- 4
        key = UInt32(littleEndian: start.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }
}
