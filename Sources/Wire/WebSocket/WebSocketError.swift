// WebSocketError: every way in which a peer can break the framing of RFC 6455, and the close code that tells it so.

/// What is wrong with the bytes of a WebSocket.
package enum WebSocketError: Error, Equatable, Sendable, CaseIterable {
    /// A reserved bit is set that no negotiated extension gives a meaning.
    case reservedBits
    /// The opcode is one of the eleven reserved ones.
    case unknownOpcode
    /// A close, ping or pong without the FIN bit.
    case fragmentedControl
    /// A close, ping or pong of more than 125 bytes.
    case longControl
    /// A frame from a client without a mask.
    case unmasked
    /// A frame from a server with a mask.
    case masked
    /// A continuation frame where no message has begun.
    case unexpectedContinuation
    /// A new message before the end of a fragmented one.
    case interruptedMessage
    /// A closing frame with a payload of one byte.
    case badCloseLength
    /// A closing frame with a code that may not be sent.
    case badCloseCode
    /// A text or a close reason that is not UTF-8.
    case invalidUTF8
    /// A compressed message that is no deflate data.
    case badCompression
    /// A frame, the sum of a message's fragments, or a message inflated, exceeds `maxMessageBytes`.
    case messageTooBig
    /// A message of more than `maxFragments` frames.
    case tooManyFragments

    /// The code to close the connection with.
    package var closeCode: CloseCode {
        switch self {
        case .invalidUTF8, .badCompression: .invalidPayload
        case .messageTooBig: .messageTooBig
        case .tooManyFragments: .policyViolation
        case .reservedBits, .unknownOpcode, .fragmentedControl, .longControl, .unmasked, .masked,
            .unexpectedContinuation, .interruptedMessage, .badCloseLength, .badCloseCode:
            .protocolError
        }
    }
}
