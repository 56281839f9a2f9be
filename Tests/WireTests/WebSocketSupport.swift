// WebSocketSupport: how the WebSocket tests write down what was received, whole or in pieces.

@testable import Wire

/// What a receiver saw, with payloads as bytes, so that deliveries can be compared.
enum Seen: Equatable, Sendable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?, String)
    case fault(WebSocketError)

    static func text(_ text: String) -> Seen { .text(Array(text.utf8)) }
}

/// Feeds `pieces` to a receiver until it is done or fails.
func receive(
    _ pieces: [[UInt8]],
    role: WebSocketRole = .server,
    maxMessageBytes: Int = 1 << 24,
    maxFragments: Int = 16_384,
    allowsCompression: Bool = false
) -> [Seen] {
    var assembler = MessageAssembler(
        role: role,
        maxMessageBytes: maxMessageBytes,
        maxFragments: maxFragments,
        allowsCompression: allowsCompression
    )
    var seen: [Seen] = []
    for piece in pieces {
        var piece = piece
        receive(&piece, into: &assembler, &seen)
    }
    return seen
}

/// Feeds one read to a receiver; appends what came of it.
func receive(_ piece: inout [UInt8], into assembler: inout MessageAssembler, _ seen: inout [Seen]) {
    var offset = 0
    do throws(WebSocketError) {
        while true {
            var span = piece.mutableSpan
            var bytes = span.mutableBytes
            guard let event = try assembler.next(&bytes, at: &offset) else { break }
            seen.append(Seen(event, in: piece))
        }
    } catch {
        seen.append(.fault(error))
    }
}

extension Seen {
    init(_ event: WebSocketEvent, in piece: [UInt8]) {
        func bytes(_ payload: WebSocketPayload) -> [UInt8] {
            switch payload {
            case .range(let range): Array(piece[range])
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

/// A frame written by hand, independently of the encoder, with any bits.
func frame(
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

/// The bytes of a text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
