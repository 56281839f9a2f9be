// EngineFuzz: the packets and payloads of Engine.IO, of both versions of the protocol. What was read is written as it was;
// taking packets out in parts takes the same packets; a frame that is made holds the packet it was made of.

internal import EngineIO
internal import Wire

func checkEnginePacket(_ input: FuzzInput) throws(Finding) {
    let type = try? PacketType(text: input.bytes.span.bytes)
    try expectEqual(type?.digit, input.bytes.first.flatMap { (0x30...0x36).contains($0) ? $0 : nil }, "the type")
    try checkFrame(Outgoing(text: input.bytes.span.bytes), [PacketType.message.digit] + input.bytes, isBinary: false)
    try checkFrame(Outgoing(binary: input.bytes.span.bytes), input.bytes, isBinary: true)
    let message = String(decoding: input.bytes, as: UTF8.self)
    let json = try? JSON(parsing: EngineFault.forbidden.json(message: message))
    try expectEqual(json?["message"], .string(message), "the message of a fault")
}

/// A client that receives the frame of `packet` sees `payload`, whole.
private func checkFrame(_ packet: borrowing Outgoing, _ payload: [UInt8], isBinary: Bool) throws(Finding) {
    let isSame = packet.withPacket { $0.withUnsafeBytes { $0.elementsEqual(payload) } }
    try expect(isSame, "another packet than \(payload)")
    var frame = packet.withFrame { $0.withUnsafeBytes { Array($0) } }
    try expectEqual(frame.count, packet.frameCount, "the length of the frame")
    guard isBinary || String(validating: payload, as: UTF8.self) != nil else { return }
    var client = MessageAssembler(role: .client, maxMessageBytes: .max)
    var offset = 0
    var span = frame.mutableSpan
    var bytes = span.mutableBytes
    let event = try? client.next(&bytes, at: &offset)
    let range = frame.count - payload.count..<frame.count
    try expectEqual(event, isBinary ? .binary(.range(range)) : .text(.range(range)), "the frame")
}

func checkEnginePayload(_ input: FuzzInput) throws(Finding) {
    // The transport checks the text before it looks for packets.
    guard String(validating: input.bytes, as: UTF8.self) != nil else { return }
    var pending = PendingPackets()
    guard let count = read(input.bytes, into: &pending) else { return }
    let packets = input.bytes.split(separator: PayloadReader.separator, omittingEmptySubsequences: false)
    try expectEqual(count, packets.count, "the number of packets")
    let kept = withoutRepeatedPongs(packets) { Array($0) == pong }
    let expected = Array(kept.joined(separator: [PayloadReader.separator]))
    try expectEqual(pending.count, kept.count, "the number of packets that are kept")
    try expectEqual(pending.byteCount, expected.count, "their bytes")
    var parts = pending
    try expectEqual(pending.takeAll(), expected, "written anew")
    var taken: [[UInt8]] = []
    while !parts.isEmpty { taken.append(parts.take(atMost: Int(input.options) % 4)) }
    try expectEqual(Array(taken.joined(separator: [PayloadReader.separator])), expected, "in parts")
}

private let pong = [PacketType.pong.digit]

/// A pong right behind another is not kept.
private func withoutRepeatedPongs<Packet>(_ packets: [Packet], _ isPong: (Packet) -> Bool) -> [Packet] {
    packets.indices.filter { $0 == 0 || !isPong(packets[$0]) || !isPong(packets[$0 - 1]) }.map { packets[$0] }
}

/// The number of packets, or nil when the payload has a fault.
private func read(_ payload: [UInt8], into pending: inout PendingPackets) -> Int? {
    var reader = PayloadReader()
    var count = 0
    do throws(EngineIO.PacketError) {
        while let packet = try reader.next(payload.span.bytes) {
            count += 1
            switch packet {
            case .text(let range): pending.append(text: payload.span.bytes.extracting(range))
            case .binary(let bytes): pending.append(binary: bytes.span.bytes)
            }
        }
    } catch {
        return nil
    }
    return count
}

/// Protocol 3: packets that are read are written as a payload that holds the same packets.
func checkEnginePayload3(_ input: FuzzInput) throws(Finding) {
    let isBinary = input.has(0)
    guard isBinary || String(validating: input.bytes, as: UTF8.self) != nil else { return }
    guard let packets = read3(input.bytes, isBinary: isBinary), !packets.isEmpty else { return }
    var pending = PendingPackets()
    for (bytes, isMessage) in packets {
        if isMessage { pending.append(binary: bytes.span.bytes) } else { pending.append(text: bytes.span.bytes) }
    }
    let kept = withoutRepeatedPongs(packets) { $0.0 == pong && !$0.1 }
    for dialect in [Dialect.version3, .version3Base64] {
        var copy = pending
        let body = copy.take(atMost: packets.count, dialect)
        let again = read3(body.bytes, isBinary: body.isBinary)
        try expectEqual(again?.map(\.0), kept.map(\.0), "written anew in \(dialect)")
        try expectEqual(again?.map(\.1), kept.map(\.1), "written anew in \(dialect)")
        try expect(copy.isEmpty, "packets are left")
    }
}

private func read3(_ payload: [UInt8], isBinary: Bool) -> [([UInt8], Bool)]? {
    var reader = PayloadReader3(isBinary: isBinary)
    var packets: [([UInt8], Bool)] = []
    do throws(EngineIO.PacketError) {
        while let packet = try reader.next(payload.span.bytes) {
            switch packet {
            case .text(let range): packets.append((Array(payload[range]), false))
            case .binary(let bytes): packets.append((bytes, true))
            }
        }
    } catch {
        return nil
    }
    return packets
}

/// A script is a call with a JSON string that stands for the payload; a form gives back what a page has put into it.
func checkJSONP(_ input: FuzzInput) throws(Finding) {
    _ = JSONP.payload(form: input.bytes)
    guard let payload = String(validating: input.bytes, as: UTF8.self) else { return }
    let script = String(decoding: JSONP("\(input.options)").script(input.bytes), as: UTF8.self)
    let call = "___eio[\(input.options)]("
    try expect(script.hasPrefix(call) && script.hasSuffix(");"), "\(script) is no call")
    let argument = Array(script.utf8.dropFirst(call.utf8.count).dropLast(2))
    try expectEqual((try? JSON(parsing: argument))?.string, payload, "what \(script) says")
    let ends = script.unicodeScalars.contains { $0.value < 0x20 || [0x2028, 0x2029].contains($0.value) }
    try expect(!ends, "\(script) has more than a line")
    // A page cannot tell a backslash before the end of a line from one before an "n".
    guard !input.bytes.contains("\\\n".utf8) else { return }
    let escaped = input.bytes.replacing("\\n".utf8, with: "\\\\n".utf8).replacing("\n".utf8, with: "\\n".utf8)
    let form = "x=1&d=\(PercentCoding.encode(String(decoding: escaped, as: UTF8.self)))&d=2"
    try expectEqual(JSONP.payload(form: Array(form.utf8)), input.bytes, "out of \(form)")
}

/// An open packet that is taken holds what a server may say, and says it again when it is written.
func checkOpenPacket(_ input: FuzzInput) throws(Finding) {
    guard let read = EngineHandshake(json: input.bytes.span.bytes) else { return }
    try expect((1...256).contains(read.sid.utf8.count) && read.maxPayload >= 0, "\(read)")
    try expect(max(read.pingInterval, read.pingTimeout) <= 86_400_000, "\(read)")
    var timing = SessionTiming()
    (timing.pingInterval, timing.pingTimeout) = (read.pingInterval, read.pingTimeout)
    let sent = Handshake(sid: read.sid, upgrades: read.upgrades, timing: timing, maxPayload: read.maxPayload)
    try expectEqual(EngineHandshake(json: Array(sent.json.utf8).span.bytes), read, "what \(sent.json) says")
}
