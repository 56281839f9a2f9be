// WebSocketSupport: a peer for the WebSocket tests. It writes frames by hand, independently of the encoder, and notes
// down what a receiver makes of them.

@testable import Wire

enum Peer {
    /// What a receiver saw, with payloads as bytes, so that deliveries can be compared.
    enum Seen: Equatable, Sendable {
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        case close(UInt16?, String)
        case fault(WebSocketError)
    }

    /// Feeds `reads` to one receiver; everything it saw, a fault included.
    static func deliver(
        _ reads: [[UInt8]],
        role: WebSocketRole = .server,
        maxMessageBytes: Int = 1 << 24,
        maxFragments: Int = MessageAssembler.defaultMaxFragments,
        allowsCompression: Bool = false
    ) -> [Seen] {
        var assembler = MessageAssembler(
            role: role,
            maxMessageBytes: maxMessageBytes,
            maxFragments: maxFragments,
            allowsCompression: allowsCompression
        )
        return reads.flatMap { deliver($0, to: &assembler) }
    }

    /// Feeds one read to a receiver; what came of it.
    static func deliver(_ read: [UInt8], to assembler: inout MessageAssembler) -> [Seen] {
        var read = read
        var seen: [Seen] = []
        var offset = 0
        do throws(WebSocketError) {
            while true {
                var span = read.mutableSpan
                var bytes = span.mutableBytes
                guard let event = try assembler.next(&bytes, at: &offset) else { break }
                seen.append(Seen(event, in: read))
            }
        } catch {
            return seen + [.fault(error)]
        }
        return offset == read.count ? seen : seen + [.text(Array("nil, but not everything was consumed".utf8))]
    }

    /// A frame with any bits; masked unless `key` is nil.
    static func frame(
        _ bits: UInt8,
        _ payload: [UInt8] = [],
        key: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
    ) -> [UInt8] {
        let maskBit: UInt8 = key == nil ? 0 : 0x80
        var bytes = [bits]
        switch payload.count {
        case ..<126: bytes.append(maskBit | UInt8(payload.count))
        case ..<0x1_0000: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: bytes += [maskBit | 127] + (0..<8).reversed().map { UInt8(payload.count >> ($0 * 8) & 0xFF) }
        }
        guard let key else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }
}

extension Peer.Seen {
    init(_ event: WebSocketEvent, in read: [UInt8]) {
        func bytes(_ payload: WebSocketPayload) -> [UInt8] {
            switch payload {
            case .range(let range): Array(read[range])
            case .bytes(let bytes): bytes
            }
        }
        switch event {
        case .text(let payload): self = .text(bytes(payload))
        case .binary(let payload): self = .binary(bytes(payload))
        case .ping(let payload): self = .ping(bytes(payload))
        case .pong(let payload): self = .pong(bytes(payload))
        case .close(let code, let reason): self = .close(code?.rawValue, reason)
        }
    }
}
