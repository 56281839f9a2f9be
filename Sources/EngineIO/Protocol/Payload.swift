// Payload: the packets in the body of one polling request or answer.
//
//     4hello ␞ 2 ␞ bAQIDBA==            ␞ is the byte 0x1e; "b" and base64 is a binary message
//
// The reader works on the whole body, because HTTP has collected and bounded it; the packets are ranges of it. The
// writer is PendingPackets.

internal import Wire

/// One packet of a payload.
package enum PayloadPacket: Equatable {
    /// A text packet, its digit included, lies at this range of the payload.
    case text(Range<Int>)
    /// A binary message, decoded.
    case binary([UInt8])
}

/// Reads the packets of one payload, in order.
package struct PayloadReader {
    /// The byte between two packets.
    package static let separator: UInt8 = 0x1E
    /// The byte before the base64 of a binary message.
    package static let binaryMark = UInt8(ascii: "b")

    private var offset = 0
    private var isDone = false

    /// A reader at the beginning of a payload.
    package init() {}

    /// The next packet of `payload`, which must be the same in every call; nil after the last one.
    ///
    /// A payload has at least one packet, so an empty one is an error. The type of a text packet is not looked at.
    package mutating func next(_ payload: RawSpan) throws(PacketError) -> PayloadPacket? {
        guard !isDone else { return nil }
        let range = nextRange(payload)
        let packet = payload.extracting(range)
        guard packet.byteCount > 0 else { throw .empty }
        if packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == Self.binaryMark {
            guard let bytes = Base64.decode(packet.extracting(1...)) else { throw .invalidBase64 }
            return .binary(bytes)
        }
        return .text(range)
    }

    /// Where the next packet lies, without its separator.
    private mutating func nextRange(_ payload: RawSpan) -> Range<Int> {
        let start = offset
        let end = payload.withUnsafeBytes { $0.place(of: Self.separator, from: start) }
        isDone = end == payload.byteCount
        offset = end &+ 1
        return start..<end
    }
}
