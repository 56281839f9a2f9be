// Session, what old clients do otherwise: in protocol 3 a binary message carries its type in front, as a byte, or as
// "b4" and base64 for clients that take text only.

internal import UVHTTP
internal import Wire

extension Session {
    /// Binary data of a client of protocol 3: its type and, as only messages are worth it, a message.
    func receiveVersion3(binary data: RawSpan) {
        guard data.byteCount > 0 else { return fail(.empty) }
        guard data.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PacketType.message.rawValue else {
            return fail(.unknownType)
        }
        deliver(binary: data.extracting(1...))
    }

    /// A text that is a binary message as base64; false for every other.
    func receiveVersion3(text packet: RawSpan) throws(PacketError) -> Bool {
        guard packet.byteCount > 0, packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark
        else { return false }
        let message = try PayloadReader3.base64(packet)
        deliver(binary: message.span.bytes)
        return true
    }
}

extension WebSocketConnection {
    /// Sends a binary message in the form of protocol 3.
    func send(version3 message: RawSpan, _ dialect: Dialect) {
        var frame: [UInt8] = []
        if dialect == .version3Base64 {
            frame = [PayloadReader.binaryMark, PacketType.message.digit]
            Base64.encode(message, to: &frame)
            send(text: frame.span.bytes)
        } else {
            frame.reserveCapacity(message.byteCount &+ 1)
            frame.append(PacketType.message.rawValue)
            message.withUnsafeBytes { frame.append(contentsOf: $0) }
            send(binary: frame.span.bytes)
        }
    }
}
