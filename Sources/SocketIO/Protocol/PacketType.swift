// PacketType: the seven packet types of Socket.IO protocol 5.
// https://socket.io/docs/v4/socket-io-protocol/

/// The type of a Socket.IO packet; on the wire, its digit.
public enum PacketType: UInt8, Sendable, CaseIterable {
    case connect = 0
    case disconnect = 1
    case event = 2
    case acknowledgement = 3
    case connectError = 4
    case binaryEvent = 5
    case binaryAcknowledgement = 6

    /// The type of the same packet in a form that knows no attachments.
    var withoutAttachments: PacketType {
        switch self {
        case .binaryEvent: .event
        case .binaryAcknowledgement: .acknowledgement
        default: self
        }
    }
}
