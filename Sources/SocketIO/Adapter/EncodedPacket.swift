// EncodedPacket: one packet as the bytes that every receiver gets, made once however many there are.

internal import EngineIO
internal import Wire

/// A packet encoded once for any number of receivers: its text, and its attachments if it is binary.
public struct EncodedPacket {
    /// The text, framed for WebSocket and ready for polling.
    private(set) var text: Outgoing

    /// The attachments, each a binary message that follows the text.
    private(set) var attachments: [Outgoing]

    /// What a parser that is not the built-in one makes of the packet; sent in place of text and attachments.
    fileprivate(set) var translation: [Outgoing]?

    /// Dropped for receivers that still have something waiting, instead of being queued.
    var isVolatile = false

    /// The event as values, for those who overhear what leaves; nil when nobody does.
    var shown: ShownEvent?

    /// Its place among the events of a namespace with recovery, and its last argument; 0 if it has none.
    let position: UInt64

    /// Takes over what a writer wrote behind `Outgoing.headRoom`.
    init(_ writer: consuming JSONWriter, position: UInt64 = 0) {
        self.position = position
        var bytes: [UInt8] = []
        swap(&bytes, &writer.bytes)  // The header is written into these very bytes: nobody else may hold them.
        text = Outgoing(textAfterHeadRoom: consume bytes)
        attachments = writer.attachments.isEmpty ? [] : writer.attachments.map { Outgoing(binary: $0.span.bytes) }
    }

    /// Keeps transports from compressing the packet.
    mutating func forbidCompression() {
        text.isCompressible = false
        for index in attachments.indices { attachments[index].isCompressible = false }
        guard var messages = translation else { return }
        for index in messages.indices { messages[index].isCompressible = false }
        translation = messages
    }

    /// Has a parser make the messages that are sent; when it throws, nothing is.
    mutating func translate(by parser: any Parser, namespace: String) throws {
        translation = []
        let attachments = attachments.map { $0.withPacket { $0.withUnsafeBytes { Array($0) } } }
        let packet = try text.withPacket { text in
            Result { () throws(PacketError) in
                try Packet(text: text.extracting(1...), attachments: attachments, namespace: namespace)
            }
        }.get()
        translation = try parser.encode(packet).map { message in
            switch message {
            case .text(let text): Outgoing(text)
            case .binary(let bytes): Outgoing(binary: bytes.span.bytes)
            }
        }
        if !text.isCompressible { forbidCompression() }
    }

    /// What is sent, in its order.
    var messages: [Outgoing] { translation ?? [text] + attachments }

    /// The size of all its frames.
    var byteCount: Int { (attachments + (translation ?? [])).reduce(text.frameCount) { $0 + $1.frameCount } }

    /// A writer whose text can become an `EncodedPacket` without being moved.
    static func writer(reserving count: Int = 128) -> JSONWriter {
        JSONWriter(appendingTo: Outgoing.emptyBuffer(reserving: count), binary: .placeholders)
    }
}

@available(*, unavailable)
extension EncodedPacket: Sendable {}

extension Session {
    /// Sends a packet with its attachments.
    @inline(__always)
    func send(_ packet: borrowing EncodedPacket) {
        if let translation = packet.translation { return send(attachments: translation) }
        send(packet.text)
        if !packet.attachments.isEmpty { send(attachments: packet.attachments) }
    }

    private func send(attachments: [Outgoing]) {
        for attachment in attachments { send(attachment) }
    }
}
