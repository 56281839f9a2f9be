// PacketError: what makes a message no Socket.IO packet, and the limits of what a peer may send.

/// The bounds of what one packet may hold.

package import Wire

package struct PacketLimits: Equatable, Sendable {
    /// How many attachments a packet may announce; the reference's own number.
    package var maxAttachments = 10
    /// How many bytes the attachments of one packet may have together: as many as ten messages of the default size.
    package var maxAttachmentBytes = 10_000_000

    /// The limits of the reference.
    package init() {}
}

/// Why a message is no packet; the connection that sent it is closed.
package enum PacketError: Error, Equatable, Sendable {
    /// The message is empty.
    case empty
    /// The first character is none of the seven types.
    case unknownType
    /// The number of attachments is not followed by a dash.
    case invalidAttachmentCount
    /// More attachments than `PacketLimits.maxAttachments`.
    case tooManyAttachments
    /// The attachments are larger than `PacketLimits.maxAttachmentBytes`.
    case attachmentsTooLarge
    /// The namespace is not UTF-8.
    case invalidNamespace
    /// What follows the header is no JSON.
    case json(JSONError)
    /// The payload is not of the kind that the type asks for.
    case invalidPayload
    /// The event has one of the names that only the library itself may use.
    case reservedEvent
    /// A placeholder names an attachment that there is not.
    case invalidPlaceholder
    /// Text came while attachments were due.
    case unexpectedText
    /// Bytes came while no attachment was due.
    case unexpectedBinary
    /// The server's own `Parser` has refused it, in its words.
    case parser(String)
}
