// FrameEncoder: frames of RFC 6455 section 5.2, always whole messages: we never fragment what we send.
// Payloads are copied once, into the buffer that is written; whoever has the payload in place already asks for the
// header alone.

/// The sending half of a WebSocket.
package enum FrameEncoder {
    /// The room that the longest header without a mask takes.
    package static let maxHeaderBytes = 10

    /// The size of the header of a frame with `payload` bytes.
    @inline(__always)
    package static func headerBytes(payload: Int, masked: Bool = false) -> Int {
        (payload < 126 ? 2 : payload <= 0xFFFF ? 4 : 10) &+ (masked ? 4 : 0)
    }

    /// Writes the header of an unmasked frame to `start`, which has room for `maxHeaderBytes`; its size.
    @inline(__always)
    package static func writeHeader(
        _ opcode: WebSocketOpcode,
        payload: Int,
        isCompressed: Bool = false,
        to start: UnsafeMutableRawPointer
    ) -> Int {
        let bits = FrameHeader.fin | (isCompressed ? FrameHeader.rsv1 : 0) | opcode.rawValue
        start.storeBytes(of: bits, as: UInt8.self)
        if payload < 126 {
            start.storeBytes(of: UInt8(truncatingIfNeeded: payload), toByteOffset: 1, as: UInt8.self)
            return 2
        }
        if payload <= 0xFFFF {
            start.storeBytes(of: 126, toByteOffset: 1, as: UInt8.self)
            start.storeBytes(of: UInt16(payload).bigEndian, toByteOffset: 2, as: UInt16.self)
            return 4
        }
        start.storeBytes(of: 127, toByteOffset: 1, as: UInt8.self)
        start.storeBytes(of: UInt64(payload).bigEndian, toByteOffset: 2, as: UInt64.self)
        return 10
    }

    /// Writes a whole frame masked with `key` to `start`, which has room for it; its size.
    ///
    /// Take a fresh, unpredictable key for each frame. Complexity: O(n).
    package static func writeMasked(
        _ opcode: WebSocketOpcode,
        _ payload: RawSpan,
        isCompressed: Bool = false,
        key: UInt32,
        to start: UnsafeMutableRawPointer
    ) -> Int {
        let header = writeHeader(opcode, payload: payload.byteCount, isCompressed: isCompressed, to: start)
        let second = start.load(fromByteOffset: 1, as: UInt8.self)
        start.storeBytes(of: second | FrameHeader.maskBit, toByteOffset: 1, as: UInt8.self)
        start.storeBytes(of: key.littleEndian, toByteOffset: header, as: UInt32.self)
        let body = UnsafeMutableRawBufferPointer(start: start + header + 4, count: payload.byteCount)
        payload.withUnsafeBytes { body.copyMemory(from: $0) }
        _ = Mask.apply(key, to: body)
        return header &+ 4 &+ payload.byteCount
    }

    /// Writes the header of an unmasked frame into `buffer` so that it ends at `end`; the index of its first byte.
    ///
    /// The payload is everything from `end` on. For messages that were built behind `maxHeaderBytes` of head room.
    package static func writeHeader(
        _ opcode: WebSocketOpcode,
        isCompressed: Bool = false,
        before end: Int,
        in buffer: inout [UInt8]
    ) -> Int {
        let payload = buffer.count - end
        let start = end - headerBytes(payload: payload)
        precondition(start >= 0, "a frame needs \(maxHeaderBytes) bytes of head room")
        buffer.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            _ = writeHeader(opcode, payload: payload, isCompressed: isCompressed, to: base + start)
        }
        return start
    }

    /// Appends an unmasked frame to `output`.
    ///
    /// Complexity: O(n), amortised.
    package static func append(
        _ opcode: WebSocketOpcode,
        _ payload: RawSpan,
        isCompressed: Bool = false,
        to output: inout [UInt8]
    ) {
        appendHeader(opcode, payload: payload.byteCount, isCompressed: isCompressed, maskBit: 0, to: &output)
        payload.withUnsafeBytes { output.append(contentsOf: $0) }
    }

    /// Appends a frame masked with `key` to `output`, as clients must.
    ///
    /// Take a fresh, unpredictable key for each frame (RFC 6455 section 10.3). Complexity: O(n), amortised.
    package static func append(
        _ opcode: WebSocketOpcode,
        _ payload: RawSpan,
        isCompressed: Bool = false,
        key: UInt32,
        to output: inout [UInt8]
    ) {
        let size = payload.byteCount
        appendHeader(opcode, payload: size, isCompressed: isCompressed, maskBit: FrameHeader.maskBit, to: &output)
        withUnsafeBytes(of: key.littleEndian) { output.append(contentsOf: $0) }
        let start = output.count
        payload.withUnsafeBytes { output.append(contentsOf: $0) }
        output.withUnsafeMutableBytes { bytes in
            _ = Mask.apply(key, to: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
        }
    }

    /// The payload of a closing frame; `reason` is cut at a character so that the frame stays within 125 bytes.
    ///
    /// Empty without a code.
    package static func closePayload(_ code: CloseCode?, reason: String = "") -> [UInt8] {
        guard let code else { return [] }
        var payload = [UInt8(truncatingIfNeeded: code.rawValue >> 8), UInt8(truncatingIfNeeded: code.rawValue)]
        for character in reason.unicodeScalars {
            let encoded = UTF8.encode(character) ?? UTF8.encodedReplacementCharacter
            guard payload.count + encoded.count <= FrameHeader.maxControlPayload else { break }
            payload.append(contentsOf: encoded)
        }
        return payload
    }

    private static func appendHeader(
        _ opcode: WebSocketOpcode,
        payload: Int,
        isCompressed: Bool,
        maskBit: UInt8,
        to output: inout [UInt8]
    ) {
        withUnsafeTemporaryAllocation(byteCount: maxHeaderBytes, alignment: 1) { header in
            guard let base = header.baseAddress else { return }
            let size = writeHeader(opcode, payload: payload, isCompressed: isCompressed, to: base)
            header[1] |= maskBit
            output.append(contentsOf: header[..<size])
        }
    }
}
