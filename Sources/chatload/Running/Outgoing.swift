// Outgoing: the packet that is about to be sent, in one buffer that all connections of the run share.

import SocketIO
import Wire

/// The buffer of the packet that is about to be sent.
struct Outgoing {
    private var writer = JSONWriter()
    /// The namespace and its comma; empty for "/".
    private let prefix: [UInt8]

    /// A buffer for packets of this namespace.
    init(namespace: String) {
        prefix = namespace == "/" ? [] : Array((namespace + ",").utf8)
    }

    /// The packet.
    var bytes: [UInt8] { writer.bytes }

    /// Begins a packet.
    mutating func begin(_ type: SocketIO.PacketType, id: UInt64?) {
        writer.bytes.removeAll(keepingCapacity: true)
        writer.raw(ASCII.zero &+ type.rawValue)
        let prefix = prefix
        writer.raw(prefix.span.bytes)
        if let id { writer.int(id) }
    }

    /// Appends an event with its text.
    mutating func append(_ event: EventText, _ text: [UInt8]) {
        writer.raw(event.before.span.bytes)
        writer.raw(text.span.bytes)
        writer.raw(event.after.span.bytes)
    }

    /// Appends the payload of a packet that is no event.
    mutating func append(_ payload: JSONObject) {
        writer.write(payload)
    }
}
