// Packet: the seven packet types of Engine.IO protocol 4.
// https://socket.io/docs/v4/engine-io-protocol/

/// The type of an Engine.IO packet; on the wire, its digit.
public enum PacketType: UInt8, Sendable, CaseIterable {
    case open = 0
    case close = 1
    case ping = 2
    case pong = 3
    case message = 4
    case upgrade = 5
    case noop = 6
}
