// Packet: the seven packet types of Engine.IO protocol 4, and what can be wrong with a packet.
// A text packet is one digit and its payload; a binary one is a message and has no digit. Who may send which packet
// when is not decided here but in SessionMachine.
// https://socket.io/docs/v4/engine-io-protocol/

/// The type of an Engine.IO packet; on the wire, its digit.
public enum PacketType: UInt8, Sendable, CaseIterable {
    case open = 0
    case close = 1
    case ping = 2
    case pong = 3
    case message = 4
    case upgrade = 5
    case noop = 6
}

extension PacketType {
    /// The type that a digit stands for, or nil for every other byte.
    @inline(__always)
    package init?(digit: UInt8) {
        self.init(rawValue: digit &- 0x30)
    }

    /// The ASCII digit of the type.
    package var digit: UInt8 {
        rawValue &+ 0x30
    }

    /// The type of a text packet; its payload is everything after the first byte.
    @inline(__always)
    package init(text bytes: RawSpan) throws(PacketError) {
        guard bytes.byteCount > 0 else { throw .empty }
        guard let type = PacketType(digit: bytes.unsafeLoad(fromByteOffset: 0, as: UInt8.self)) else {
            throw .unknownType
        }
        self = type
    }
}

/// What is wrong with a packet.
///
/// A session that receives one ends with `CloseReason.parseError`.
package enum PacketError: Error, Equatable, CaseIterable {
    /// There is no packet: an empty text, or nothing between two separators.
    case empty
    /// The first byte is neither a digit from 0 to 6 nor, in a payload, the `b` of a binary message.
    case unknownType
    /// What follows `b` is not base64.
    case invalidBase64
    /// A text is not UTF-8.
    case invalidUTF8
    /// A length of a payload of protocol 3 is no number, or not that of what follows.
    case invalidLength
}

extension PacketError {
    /// The description that goes with `CloseReason.parseError`.
    package var description: String {
        switch self {
        case .empty: "empty packet"
        case .unknownType: "unknown packet type"
        case .invalidBase64: "invalid base64"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidLength: "invalid length"
        }
    }
}
