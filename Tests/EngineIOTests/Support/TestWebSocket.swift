// TestWebSocket: the client's end of a WebSocket. It builds and reads frames by hand, not with the code under test.

/// What came on a WebSocket.
enum TestMessage: Equatable {
    case text(String)
    case binary([UInt8])
    /// A close frame and its code.
    case close(Int?)
    /// The connection is gone.
    case end
}

/// A WebSocket of a client.
struct TestWebSocket {
    let peer: TestPeer
    /// The answer to the opening request; 101 when all is well.
    let opening: TestReply

    func send(_ text: String) {
        peer.write(Self.frame(0x81, Array(text.utf8)))
    }

    func send(_ bytes: [UInt8]) {
        peer.write(Self.frame(0x82, bytes))
    }

    func close() {
        peer.write(Self.frame(0x88, []))
    }

    /// The code and the reason of the next closing frame.
    func receiveClose() async -> String {
        await peer.wait { Self.frameSize(self.peer.bytes) != nil }
        guard let size = Self.frameSize(peer.bytes) else { return "" }
        let frame = peer.take(size)
        let payload = frame[Self.headerSize(frame)...]
        guard frame[0] == 0x88 else { return await receiveClose() }
        guard payload.count >= 2 else { return "no code" }
        let code = payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        return "\(code) \(String(decoding: payload.dropFirst(2), as: UTF8.self))"
    }

    /// The next message.
    func receive() async -> TestMessage {
        await peer.wait { Self.frameSize(self.peer.bytes) != nil }
        guard let size = Self.frameSize(peer.bytes) else { return .end }
        let frame = peer.take(size)
        let payload = Array(frame[Self.headerSize(frame)...])
        switch frame[0] {
        case 0x81: return .text(String(decoding: payload, as: UTF8.self))
        case 0x82: return .binary(payload)
        case 0x88: return .close(payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1]))
        default: return await receive()
        }
    }

    /// A masked frame with a short mask that is easy to see in a dump.
    static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [1, 2, 3, 4]
        var frame = [first]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536: frame += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: frame += [0xFF] + (0..<8).map { UInt8(payload.count >> (56 - 8 * $0) & 0xFF) }
        }
        return frame + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    private static func headerSize(_ bytes: [UInt8]) -> Int {
        switch bytes[1] {
        case 126: 4
        case 127: 10
        default: 2
        }
    }

    private static func frameSize(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        let header = headerSize(bytes)
        guard bytes.count >= header else { return nil }
        let length = header == 2 ? Int(bytes[1]) : bytes[2..<header].reduce(0) { $0 << 8 | Int($1) }
        return bytes.count >= header + length ? header + length : nil
    }
}
