// WebSocketConnection, compression: the roads that messages take when permessage-deflate is agreed on. A connection
// without it takes none of them: it pays a comparison per message.

internal import Wire

extension WebSocketConnection {
    /// Whether a message of so many bytes is worth compressing here.
    @inline(__always)
    package func compresses(_ bytes: Int) -> Bool {
        guard let deflate else { return false }
        return bytes >= deflate.threshold
    }

    /// Sends a message compressed; false when it is better sent as it is.
    func sendCompressed(_ opcode: WebSocketOpcode, _ payload: RawSpan) -> Bool {
        // What would not be sent must not change the stream either.
        guard state == .open, let compressed = deflate?.compress(payload) else { return false }
        append(opcode, compressed.span.bytes, isCompressed: true)
        return true
    }

    /// Inflates a compressed message and hands it over; false when the event is no message.
    func receiveCompressed(_ event: WebSocketEvent, in bytes: RawSpan) throws(WebSocketError) -> Bool {
        switch event {
        case .text(let payload):
            guard let message = try inflate(payload, in: bytes) else { return true }
            guard UTF8Validator.isValid(message.span.bytes) else { throw .invalidUTF8 }
            handler?._withUnsafeGuaranteedRef { $0.receive(text: message.span.bytes) }
        case .binary(let payload):
            guard let message = try inflate(payload, in: bytes) else { return true }
            handler?._withUnsafeGuaranteedRef { $0.receive(binary: message.span.bytes) }
        case .ping, .pong, .close: return false
        }
        return true
    }

    /// Nil when the message matters no more.
    private func inflate(_ payload: WebSocketPayload, in bytes: RawSpan) throws(WebSocketError) -> [UInt8]? {
        guard state == .open, let deflate else { return nil }
        switch payload {
        case .range(let range): return try deflate.inflate(bytes.extracting(range))
        case .bytes(let compressed): return try deflate.inflate(compressed.span.bytes)
        }
    }
}
