// MessagePackParser: packets in the form of the JavaScript package socket.io-msgpack-parser 3: each packet is one message
// of bytes, a MessagePack map, with bytes where they belong. python-socketio's `serializer="msgpack"` is the same.
//
//     {"type": 2, "data": ["picture", <bytes>], "nsp": "/admin", "id": 12}

public import Wire

/// Packets as MessagePack: smaller than the default form where there are bytes or numbers, and one message each.
public struct MessagePackParser: Parser, Sendable {
    /// The bounds of what a client may send in one packet.
    public var limits: MessagePackLimits

    /// A parser with these limits.
    public init(limits: MessagePackLimits = MessagePackLimits()) {
        self.limits = limits
    }

    /// The packet as one message of bytes.
    public func encode(_ packet: Packet) -> [Packet.Message] {
        var writer = MessagePackWriter()
        writer.beginMap(2 + (packet.data == nil ? 0 : 1) + (packet.id == nil ? 0 : 1))
        writer.string("type")
        writer.int(UInt64(packet.type.withoutAttachments.rawValue))
        if let data = packet.data {
            writer.string("data")
            writer.write(data)
        }
        writer.string("nsp")
        writer.string(packet.namespace)
        if let id = packet.id {
            writer.string("id")
            writer.int(id)
        }
        return [.binary(writer.bytes)]
    }

    /// A decoder, which keeps nothing between two messages.
    public func makeDecoder() -> any ParserDecoder { MessagePackDecoder(limits: limits) }
}

/// Why a message is no packet in MessagePack.
public enum MessagePackPacketError: Error, Equatable, Sendable {
    /// A message of text: every packet is one of bytes.
    case text
    /// The bytes are no MessagePack.
    case messagePack(MessagePackError)
    /// The type is none of the five that there are without attachments, or the message is no map at all.
    case invalidType
    /// The namespace is no string.
    case invalidNamespace
    /// The payload is not of the kind that the type asks for.
    case invalidPayload
    /// The id is no integer, or a negative one.
    case invalidID
}

/// Checks what the JavaScript package checks; null is taken for undefined, because Python has nothing else.
private struct MessagePackDecoder: ParserDecoder {
    let limits: MessagePackLimits

    func decode(text: RawSpan) throws(MessagePackPacketError) -> Packet? { throw .text }

    func decode(binary: RawSpan) throws(MessagePackPacketError) -> Packet? {
        let value: JSON
        do throws(MessagePackError) {
            value = try JSON(messagePack: binary, limits: limits)
        } catch {
            throw .messagePack(error)
        }
        guard let type = Self.type(value["type"]) else { throw .invalidType }
        guard let namespace = value["nsp"]?.string else { throw .invalidNamespace }
        let found = value["data"]
        let data = found == .null ? Optional.none : found
        guard Self.isPayload(data, of: type) else { throw .invalidPayload }
        return Packet(type: type, namespace: namespace, data: data, id: try Self.id(value["id"]))
    }

    private static func type(_ value: JSON?) -> PacketType? {
        guard let number = value?.int, (0...4).contains(number) else { return nil }
        return PacketType(rawValue: UInt8(number))
    }

    private static func isPayload(_ data: JSON?, of type: PacketType) -> Bool {
        switch (type, data) {
        case (.connect, nil), (.connect, .object), (.disconnect, nil): true
        case (.connectError, .string), (.connectError, .object): true
        case (.event, .array), (.acknowledgement, .array): true
        default: false
        }
    }

    private static func id(_ value: JSON?) throws(MessagePackPacketError) -> UInt64? {
        switch value {
        case nil, .null: return nil
        case .number(let digits): if let id = UInt64(digits) { return id }
        default: if let id = value?.int.flatMap(UInt64.init(exactly:)) { return id }
        }
        throw .invalidID
    }
}
