// ClusterPacket, from and to the packets of one server. The payload is cut out of the bytes that were encoded already,
// and copied once into the frame that a receiving server makes of it for all of its sockets.

internal import EngineIO
internal import Wire

extension ClusterPacket {
    /// Cuts the payload out of a packet of this namespace.
    init(_ packet: EncodedPacket, namespace: String) {
        let attachments = packet.attachments.map { $0.withPacket { $0.withUnsafeBytes { Array($0) } } }
        var payload = packet.text.withPacket { text in
            text.withUnsafeBytes { bytes -> [UInt8] in
                let header = Self.headerCount(namespace: namespace, attachments: attachments.count)
                // Between the name of the namespace and the payload only the digits of an id can stand.
                let start = bytes.dropFirst(header).firstIndex(of: UInt8(ascii: "[")) ?? bytes.endIndex
                return Array(bytes[start...])
            }
        }
        if packet.position > 0 {
            let mark = ",\"\(packet.position)\"]".utf8.count
            payload.removeLast(min(mark, payload.count))
            payload.append(UInt8(ascii: "]"))
        }
        self.init(
            payload: payload,
            attachments: attachments,
            isVolatile: packet.isVolatile,
            isCompressible: packet.text.isCompressible
        )
    }

    /// The digit of the engine, that of the packet, the number of attachments with its dash, and the namespace.
    private static func headerCount(namespace: String, attachments: Int) -> Int {
        2 + (attachments > 0 ? String(attachments).utf8.count + 1 : 0)
            + (namespace == "/" ? 0 : namespace.utf8.count + 1)
    }
}

extension EncodedPacket {
    /// The packet that a server makes for its own sockets of one that came from another.
    ///
    /// Nil if the payload is no event.
    init?(_ packet: ClusterPacket, namespace: String, id: UInt64? = nil, position: UInt64 = 0) {
        guard packet.payload.first == UInt8(ascii: "["), packet.payload.last == UInt8(ascii: "]") else { return nil }
        var writer = EncodedPacket.writer()
        writer.attachments = packet.attachments
        writer.raw(ASCII.zero &+ (packet.attachments.isEmpty ? PacketType.event : .binaryEvent).rawValue)
        if !packet.attachments.isEmpty {
            writer.int(packet.attachments.count)
            writer.raw(UInt8(ascii: "-"))
        }
        if namespace != "/" { writer.raw(Array((namespace + ",").utf8).span.bytes) }
        if let id { writer.int(id) }
        writer.raw(packet.payload.span.bytes.extracting(..<(packet.payload.count - 1)))
        if position > 0 {
            writer.raw(UInt8(ascii: ","))
            writer.string(String(position))
        }
        writer.raw(UInt8(ascii: "]"))
        self.init(writer, position: position)
        isVolatile = packet.isVolatile
        if !packet.isCompressible { forbidCompression() }
    }
}
