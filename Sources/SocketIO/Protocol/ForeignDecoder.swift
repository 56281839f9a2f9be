// ForeignDecoder: the way of packets that a `Parser` reads or writes onto the road of the built-in form, and off it.
// They are put into the built-in form and read again: one road for handlers and rooms, and a short one where speed counts.

internal import Wire

/// The decoder of one connection whose packets are not in the built-in form.
package final class ForeignDecoder {
    private var decoder: any ParserDecoder

    /// A new decoder of this parser.
    package init(_ parser: any Parser) {
        decoder = parser.makeDecoder()
    }

    /// Takes a message of text and shows the packet, if it is complete, to `body`.
    package func receive(
        text: RawSpan,
        _ scratch: PacketScratch,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) {
        let packet: Packet?
        do { packet = try decoder.decode(text: text) } catch { throw .parser(String(describing: error)) }
        if let packet { try scratch.show(packet, body) }
    }

    /// Takes a message of bytes and shows the packet, if it is complete, to `body`.
    package func receive(
        binary: RawSpan,
        _ scratch: PacketScratch,
        _ body: (borrowing PacketView) -> Void
    ) throws(PacketError) {
        let packet: Packet?
        do { packet = try decoder.decode(binary: binary) } catch { throw .parser(String(describing: error)) }
        if let packet { try scratch.show(packet, body) }
    }
}

@available(*, unavailable) extension ForeignDecoder: Sendable {}

extension PacketScratch {
    /// Shows a packet that is values to `body`, with the checks that one in the built-in form has to pass.
    package func show(_ packet: Packet, _ body: (borrowing PacketView) -> Void) throws(PacketError) {
        guard !packet.namespace.isEmpty else { throw .invalidNamespace }
        let namespace = packet.namespace == "/" ? [] : Array(packet.namespace.utf8)
        var writer = JSONWriter(appendingTo: namespace, binary: .placeholders)
        if let data = packet.data { writer.write(data) }
        guard writer.attachments.count <= Int(UInt16.max) else { throw .tooManyAttachments }
        let header = PacketHeader(packet.type, namespaceBytes: namespace.count, id: packet.id)
        try writer.bytes.span.bytes.withUnsafeBytes { (bytes) throws(PacketError) in
            let (attachments, places) = (writer.attachments, writer.placeholders)
            _ = try PacketDecoder.deliver(
                header,
                bytes,
                attachments: attachments,
                placeholders: places,
                self,
                body
            )
        }
    }
}

extension Packet {
    /// Reads a packet in the built-in form, which this process has written.
    package init(text: RawSpan, attachments: [[UInt8]], namespace: String) throws(PacketError) {
        let known = namespace == "/" ? 0 : namespace.utf8.count
        var limits = PacketLimits()
        limits.maxAttachments = Int(UInt16.max)
        let scratch = PacketScratch(limits: limits)
        var found: Result<Packet, JSONError>?
        try text.withUnsafeBytes { (bytes) throws(PacketError) in
            let header = try PacketHeader(bytes, limits: limits, namespaceBytes: known)
            _ = try PacketDecoder.deliver(header, bytes, attachments: attachments, scratch) { view in
                do throws(JSONError) { found = .success(try Packet(view)) } catch { found = .failure(error) }
            }
        }
        guard let found else { throw .empty }
        do throws(JSONError) { self = try found.get() } catch { throw .json(error) }
    }

    /// The values of a packet that is looked at where its bytes lie.
    init(_ view: borrowing PacketView) throws(JSONError) {
        self.init(type: view.type, namespace: view.namespace, id: view.id)
        if view.hasPayload { data = try view.json.value(at: 0) }
    }
}
