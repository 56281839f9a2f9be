// SocketPacketFuzz: the messages of one connection, text and bytes, as Socket.IO packets. Messages are separated by 0x1E; one
// that begins with "b" is a message of bytes. What was received is received again when it is sent anew.

internal import SocketIO
internal import Wire

func checkSocketPackets(_ input: FuzzInput) throws(Finding) {
    var limits = PacketLimits()
    if input.has(0) { limits.maxAttachments = 1 }
    if input.has(1) { limits.maxAttachmentBytes = 8 }
    let scratch = PacketScratch(limits: limits)
    let messages = input.bytes.split(separator: 0x1E, omittingEmptySubsequences: false).map { message in
        message.first == UInt8(ascii: "b")
            ? Message(isBinary: true, bytes: Array(message.dropFirst()))
            : Message(isBinary: false, bytes: Array(message))
    }
    let packets = receive(messages, scratch)
    // The memory that decoders share must not carry anything from one packet to the next.
    try expectEqual(receive(messages, scratch), packets, "with memory that was used")
    try expectEqual(receive(messages, PacketScratch(limits: limits)), packets, "with fresh memory")
    for packet in packets {
        try expect(packet.attachments.count <= limits.maxAttachments, "\(packet.attachments.count) attachments")
        let bytes = packet.attachments.reduce(0) { $0 + $1.count }
        try expect(bytes <= limits.maxAttachmentBytes, "\(bytes) bytes attached")
        try checkAnew(packet)
    }
}

private struct Message {
    var isBinary: Bool
    var bytes: [UInt8]
}

/// A packet that was delivered.
private struct Delivered: Equatable {
    var type: SocketIO.PacketType
    var namespace: String
    var id: UInt64?
    var event: String
    /// Nil when they are nested too deep for values.
    var arguments: [String]?
    var values: [JSON] = []
    var attachments: [[UInt8]]
    var payload: JSON?

    init(_ packet: borrowing PacketView) {
        type = packet.type
        namespace = packet.namespace
        id = packet.id
        event = packet.event
        attachments = packet.attachments
        payload = packet.hasPayload ? try? packet.json.value(at: 0) : nil
        var values: [JSON] = []
        for token in packet.arguments {
            guard let value = try? packet.json.value(at: token) else { return }
            values.append(value)
        }
        self.values = values
        arguments = values.map(\.text)
    }
}

private func receive(_ messages: [Message], _ scratch: PacketScratch) -> [Delivered] {
    var decoder = PacketDecoder(scratch: scratch)
    var packets: [Delivered] = []
    do throws(SocketIO.PacketError) {
        for message in messages {
            if message.isBinary {
                try decoder.receive(binary: message.bytes.span.bytes) { packets.append(Delivered($0)) }
            } else {
                try decoder.receive(text: message.bytes.span.bytes) { packets.append(Delivered($0)) }
            }
        }
    } catch {
        // The connection would be closed here; what came before was delivered.
    }
    return packets
}

private func checkAnew(_ packet: Delivered) throws(Finding) {
    guard packet.arguments != nil, let messages = send(packet) else { return }
    let again = receive(messages, PacketScratch())
    try expectEqual(again.count, 1, "packets out of \(packet)")
    try expectEqual(again[0].type, packet.type, "the type")
    try expectEqual(again[0].namespace, packet.namespace, "the namespace")
    try expectEqual(again[0].id, packet.id, "the id")
    try expectEqual(again[0].event, packet.event, "the event")
    try expectEqual(again[0].arguments, packet.arguments, "the arguments")
}

/// The messages that carry a packet like this one; nil for one that the encoder has no form for.
private func send(_ packet: Delivered) -> [Message]? {
    let encoder = PacketEncoder(namespace: packet.namespace)
    var writer = JSONWriter(binary: .placeholders)
    switch packet.type {
    case .event:
        encoder.event(packet.event, arguments: packet.values, id: packet.id, into: &writer)
    case .acknowledgement:
        guard let id = packet.id else { return nil }
        encoder.acknowledgement(arguments: packet.values, id: id, into: &writer)
    default:
        return nil
    }
    guard writer.attachments.count <= PacketLimits().maxAttachments else { return nil }
    return [Message(isBinary: false, bytes: writer.bytes)]
        + writer.attachments.map { Message(isBinary: true, bytes: $0) }
}
