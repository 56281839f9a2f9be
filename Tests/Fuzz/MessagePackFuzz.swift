// MessagePackFuzz: bytes as a value in MessagePack, and as a packet in it. What was read is written, read and written as the
// same bytes; and a packet comes out of the built-in form, which it is put into for its handlers, as it came.

internal import SocketIO
internal import Wire

func checkMessagePack(_ input: FuzzInput) throws(Finding) {
    var limits = MessagePackLimits()
    if input.has(0) { limits.maxDepth = 3 }
    if input.has(1) { limits.maxValues = 10 }
    if let value = try? JSON(messagePack: input.bytes, limits: limits) {
        let size = measure(value)
        try expect(size.depth <= limits.maxDepth, "\(size.depth) deep for a limit of \(limits.maxDepth)")
        try expect(size.values <= limits.maxValues, "\(size.values) values for a limit of \(limits.maxValues)")
        let written = value.messagePack
        // A number that is a key becomes its digits: 9 bytes become 21 at most.
        try expect(written.count <= input.bytes.count + 20 * size.values, "longer than it was")
        let again = try? JSON(messagePack: written)
        try expectEqual(again?.messagePack, written, "written twice")
    }
    try checkPacket(input.bytes, MessagePackParser(limits: limits))
}

private func measure(_ value: JSON) -> (depth: Int, values: Int) {
    let children: [JSON] =
        switch value {
        case .array(let elements): elements
        case .object(let object): object.map(\.value)
        default: []
        }
    let sizes = children.map(measure)
    let isContainer = value.array != nil || value.object != nil
    return ((sizes.map(\.depth).max() ?? 0) + (isContainer ? 1 : 0), sizes.reduce(1) { $0 + $1.values })
}

private func checkPacket(_ bytes: [UInt8], _ parser: MessagePackParser) throws(Finding) {
    var decoder = parser.makeDecoder()
    guard let packet = (try? decoder.decode(binary: bytes.span.bytes)) ?? nil else { return }
    guard case .binary(let written)? = parser.encode(packet).first else {
        throw Finding(description: "\(packet) is not written")
    }
    var unlimited = MessagePackParser().makeDecoder()
    let again = (try? unlimited.decode(binary: written.span.bytes)) ?? nil
    try expectEqual(again.map(parser.encode), [.binary(written)], "written twice")
    var shown: Packet?
    try? PacketScratch().show(packet) { view in
        shown = Packet(type: view.type, namespace: view.namespace, id: view.id)
        shown?.data = view.hasPayload ? try? view.json.value(at: 0) : nil
    }
    guard let shown else { return }
    try expectEqual(shown.type, packet.type, "the type")
    try expectEqual(shown.namespace, packet.namespace, "the namespace")
    try expectEqual(shown.id, packet.id, "the id")
    // A number of more than 53 bits is read from text as JavaScript reads it.
    let asText = packet.data.flatMap { data in try? JSON(parsing: data.text).text }
    try expectEqual(shown.data?.text, asText, "the payload")
}
