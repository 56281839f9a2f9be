// Parser: the contract between the server and the form that packets have on the wire. The default form is built in and
// does not come through here: it is read where its bytes lie, and nothing is made of it that a handler did not ask for.
// Every other form is a `Parser`, which turns packets that are values into messages and back.

public import Wire

/// A Socket.IO packet as values.
public struct Packet: Equatable, Sendable {
    /// One message of the connection; a packet may take several.
    public enum Message: Equatable, Sendable {
        /// A message of text.
        case text(String)
        /// A message of bytes.
        case binary([UInt8])
    }

    /// What the packet is; the server itself never makes one of the two binary types.
    public var type: PacketType

    /// The name of the namespace, "/" for the main one.
    public var namespace: String

    /// The payload; of an event an array that begins with its name, of an acknowledgement an array of its values.
    ///
    /// Bytes are `JSON.binary`, wherever in it they stand.
    public var data: JSON?

    /// The number with which an acknowledgement is asked for, or which it answers.
    public var id: UInt64?

    /// A packet of these parts.
    public init(type: PacketType, namespace: String = "/", data: JSON? = nil, id: UInt64? = nil) {
        self.type = type
        self.namespace = namespace
        self.data = data
        self.id = id
    }
}

/// A form of packets on the wire, for `ServerOptions.parser`; clients must use the same.
///
/// `MessagePackParser` is one. A parser may be used by several servers if it is `Sendable`.
public protocol Parser {
    /// The messages of a packet, in their order; none means that the packet is not sent.
    ///
    /// Called once for each packet, however many clients get it. What is thrown is told as a fault.
    func encode(_ packet: Packet) throws -> [Packet.Message]

    /// A decoder for the messages of one connection.
    func makeDecoder() -> any ParserDecoder
}

/// Makes packets of the messages of one connection.
///
/// A message is no longer than `maxHttpBufferSize`; what a decoder keeps of several messages it has to bound itself, and
/// so how deep its values are nested. An error that it throws closes the connection as a "parse error". Whether a packet
/// makes sense is not its business: the server checks reserved names, and the payload against the type.
public protocol ParserDecoder {
    /// Takes a message of text; nil if the packet is not complete yet.
    mutating func decode(text: RawSpan) throws -> Packet?

    /// Takes a message of bytes; nil if the packet is not complete yet.
    mutating func decode(binary: RawSpan) throws -> Packet?
}
