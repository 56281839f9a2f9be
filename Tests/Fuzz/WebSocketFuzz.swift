// WebSocketFuzz: the frames of one connection, to a server and to a client. However the bytes are cut the same events
// come out, within their limits, and what was received is received again when it is sent anew.

internal import Wire

func checkWebSocket(_ input: FuzzInput) throws(Finding) {
    let events = try input.sameHoweverCut { receive($0, input.options) }
    let sound = events.filter { $0.fault == nil }
    for event in sound {
        let limit = event.opcode.isControl ? 125 : input.maxMessageBytes
        try expect(event.payload.count <= limit, "\(event.payload.count) bytes for a limit of \(limit)")
    }
    let anew = receive([sound.flatMap { send($0, to: input.role) }], input.options)
    try expectEqual(anew, sound, "sent anew")
}

extension FuzzInput {
    fileprivate var role: WebSocketRole { has(0) ? .client : .server }
    fileprivate var maxMessageBytes: Int { has(1) ? 10 : 1_000 }
}

/// What a receiver saw.
private struct Seen: Equatable {
    var opcode = WebSocketOpcode.close
    var payload: [UInt8] = []
    var isCompressed = false
    var fault: WebSocketError?
}

/// What a receiver makes of `reads`.
private func receive(_ reads: [[UInt8]], _ options: UInt8) -> [Seen] {
    var assembler = MessageAssembler(
        role: options & 1 == 0 ? .server : .client,
        maxMessageBytes: options & 2 == 0 ? 1_000 : 10,
        maxFragments: options & 4 == 0 ? 100 : 2,
        allowsCompression: options & 8 != 0
    )
    var events: [Seen] = []
    for var read in reads {
        var offset = 0
        do throws(WebSocketError) {
            while true {
                var span = read.mutableSpan
                var bytes = span.mutableBytes
                guard let event = try assembler.next(&bytes, at: &offset) else { break }
                events.append(note(event, read, isCompressed: assembler.isCompressed))
            }
            if offset != read.count { return events + [Seen(opcode: .continuation)] }
        } catch {
            return events + [Seen(fault: error)]
        }
    }
    return events
}

private func note(_ event: WebSocketEvent, _ read: [UInt8], isCompressed: Bool) -> Seen {
    func bytes(_ payload: WebSocketPayload) -> [UInt8] {
        switch payload {
        case .range(let range): Array(read[range])
        case .bytes(let bytes): bytes
        }
    }
    return switch event {
    case .text(let payload): Seen(opcode: .text, payload: bytes(payload), isCompressed: isCompressed)
    case .binary(let payload): Seen(opcode: .binary, payload: bytes(payload), isCompressed: isCompressed)
    case .ping(let payload): Seen(opcode: .ping, payload: bytes(payload))
    case .pong(let payload): Seen(opcode: .pong, payload: bytes(payload))
    case .close(let code, let reason): Seen(payload: FrameEncoder.closePayload(code, reason: reason))
    }
}

/// The frame that shows `event` to a receiver in this role.
private func send(_ event: Seen, to role: WebSocketRole) -> [UInt8] {
    var frame: [UInt8] = []
    let payload = event.payload.span.bytes
    if role == .server {
        FrameEncoder.append(event.opcode, payload, isCompressed: event.isCompressed, key: 0xA1B2_C3D4, to: &frame)
    } else {
        FrameEncoder.append(event.opcode, payload, isCompressed: event.isCompressed, to: &frame)
    }
    return frame
}
