// PacketDecoder: Socket.IO packets from the messages of one connection. A message of text is a packet; one that announces
// attachments waits for as many messages of bytes. What is accepted is what the reference's parser 4.2.6 accepts; see
// Tests/Vectors/socketio. Whether a packet makes sense now (connected? known namespace?) is the server's business.

internal import Wire

/// What the decoders of one loop share: the limits, and a tape that only one packet needs at a time.
package final class PacketScratch {
    let limits: PacketLimits
    /// Away while a packet is delivered; a delivery inside of a delivery makes another one.
    @exclusivity(unchecked) private var tape: JSONTape?

    /// Memory for any number of decoders of the same loop.
    package init(limits: PacketLimits = PacketLimits()) {
        self.limits = limits
    }

    /// Nesting is not limited here, as reading does not recurse; making values from the tape has its own limit.
    fileprivate func take() -> JSONTape {
        if let tape = tape.take() { return tape }
        var limits = JSONLimits()
        limits.maxDepth = .max
        return JSONTape(limits: limits)
    }

    fileprivate func give(_ tape: consuming JSONTape) { self.tape = consume tape }
}

@available(*, unavailable) extension PacketScratch: Sendable {}

/// Turns the messages of one connection into packets.
package struct PacketDecoder {
    private let scratch: PacketScratch
    /// The packet whose attachments are due; apart, so that a connection without one holds two references only.
    private var pending: PendingPacket?

    /// A decoder that shares `scratch` with the others of its loop.
    package init(scratch: PacketScratch = PacketScratch()) {
        self.scratch = scratch
    }

    /// Whether attachments are due.
    package var isWaiting: Bool { pending != nil }

    /// Takes a message of text and shows the packet to `body`, unless its attachments are still to come.
    ///
    /// The view lives during `body` only, and the decoder must not be used in there. After an error the connection is to
    /// be closed. A packet without attachments is delivered without any allocation.
    package mutating func receive(
        text: RawSpan,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) {
        guard pending == nil else { throw .unexpectedText }
        pending = try text.withUnsafeBytes { (bytes) throws(PacketError) in
            let header = try PacketHeader(bytes, limits: scratch.limits)
            return try Self.deliver(header, bytes, attachments: nil, scratch, body)
        }
    }

    /// Takes a message of bytes and shows the packet to `body` if this was the last attachment that it waited for.
    package mutating func receive(
        binary: RawSpan,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) {
        guard let packet = pending else { throw .unexpectedBinary }
        guard binary.byteCount <= scratch.limits.maxAttachmentBytes &- packet.attachedBytes else {
            throw .attachmentsTooLarge
        }
        packet.attach(binary)
        guard packet.isComplete else { return }
        pending = nil
        let text = packet.text
        _ = try text.span.bytes.withUnsafeBytes { (bytes) throws(PacketError) in
            let header = try PacketHeader(bytes, limits: scratch.limits)
            return try Self.deliver(header, bytes, attachments: packet.attachments, scratch, body)
        }
    }

    /// Decodes what follows the header; the result is the packet that has to wait, if it has to.
    ///
    /// `placeholders` are known to whoever has just written `bytes`; otherwise they are looked for.
    static func deliver(
        _ header: PacketHeader,
        _ bytes: UnsafeRawBufferPointer,
        attachments: [[UInt8]]?,
        placeholders: [Int]? = nil,
        _ scratch: PacketScratch,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) -> PendingPacket? {
        var tape = scratch.take()
        do throws(PacketError) {
            try read(bytes, header, &tape)
            if header.attachments > 0, attachments == nil {
                scratch.give(tape)
                return PendingPacket(text: Array(bytes), count: header.attachments)
            }
            try show(header, bytes, attachments ?? [], placeholders, &tape, body)
        } catch {
            scratch.give(tape)
            throw error
        }
        scratch.give(tape)
        return nil
    }

    /// Reads the payload and holds it against the type.
    private static func read(
        _ bytes: UnsafeRawBufferPointer,
        _ header: PacketHeader,
        _ tape: inout JSONTape
    ) throws(PacketError) {
        guard header.payload < bytes.count else { return tape.clear() }
        do throws(JSONError) {
            try tape.parse(bytes, from: header.payload)
        } catch {
            throw .json(error)
        }
        try PayloadRules.check(JSONView(of: tape, over: bytes), for: header.type)
    }

    private static func show(
        _ header: PacketHeader,
        _ bytes: UnsafeRawBufferPointer,
        _ attachments: [[UInt8]],
        _ placeholders: [Int]?,
        _ tape: inout JSONTape,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) {
        guard !attachments.isEmpty else {
            return body(PacketView(header, bytes, JSONView(of: tape, over: bytes)))
        }
        if let placeholders {
            tape.mark(placeholders)
        } else if !tape.resolvePlaceholders(over: bytes, count: attachments.count) {
            throw .invalidPlaceholder
        }
        attachments.withUnsafeBufferPointer { attached in
            body(PacketView(header, bytes, JSONView(of: tape, over: bytes, attachments: attached)))
        }
    }
}

/// A packet whose attachments are still to come.
final class PendingPacket {
    let text: [UInt8]
    private let count: Int
    private(set) var attachments: [[UInt8]] = []
    private(set) var attachedBytes = 0

    init(text: [UInt8], count: Int) {
        self.text = text
        self.count = count
    }

    var isComplete: Bool { attachments.count == count }

    func attach(_ bytes: RawSpan) {
        attachedBytes += bytes.byteCount
        attachments.append(bytes.withUnsafeBytes { Array($0) })
    }
}

/// What the payload of each type has to be.
private enum PayloadRules {
    static func check(_ json: JSONView, for type: PacketType) throws(PacketError) {
        let kind = json.kind(at: 0)
        let isRight =
            switch type {
            case .connect: kind == .object
            case .disconnect: false
            case .connectError: kind == .object || kind == .string
            case .event, .acknowledgement, .binaryEvent, .binaryAcknowledgement: kind == .array
            }
        guard isRight else { throw .invalidPayload }
        if type == .event || type == .binaryEvent { try checkEvent(json) }
    }

    /// An event begins with its name: a string, or a number, which JavaScript takes for one.
    private static func checkEvent(_ json: JSONView) throws(PacketError) {
        guard json.count > 1 else { throw .invalidPayload }
        switch json.kind(at: 1) {
        case .string: if isReserved(json) { throw .reservedEvent }
        case .integer, .number: break
        default: throw .invalidPayload
        }
    }

    private static func isReserved(_ json: JSONView) -> Bool {
        // No reserved name is shorter; most names of applications are, or begin with another letter.
        guard json.rawRange(of: 1).count >= 9 else { return false }
        return json.string(at: 1, equals: "connect") || json.string(at: 1, equals: "connect_error")
            || json.string(at: 1, equals: "disconnect") || json.string(at: 1, equals: "disconnecting")
            || json.string(at: 1, equals: "newListener") || json.string(at: 1, equals: "removeListener")
    }
}
