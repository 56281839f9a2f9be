// Dialect: the version of the protocol that a session speaks, and what differs between them: the heartbeat's direction,
// the form of a polling payload, and the type that binary messages carry in version 3. Everything else is common.

/// What a client speaks.
package enum Dialect: UInt8 {
    /// Protocol 4.
    case version4
    /// Protocol 3, by a client that takes binary data.
    case version3
    /// Protocol 3, by a client that asked for base64 (`b64=1`).
    case version3Base64

    /// It is protocol 3.
    @inline(__always)
    package var isVersion3: Bool { self != .version4 }

    /// The number of the version.
    package var version: Int { isVersion3 ? 3 : 4 }
}

/// The body of an answer to a poll.
package struct PollBody: Equatable {
    /// The bytes.
    package var bytes: [UInt8]
    /// They are no text.
    package var isBinary = false

    /// A body of text.
    package init(_ bytes: [UInt8], isBinary: Bool = false) {
        self.bytes = bytes
        self.isBinary = isBinary
    }
}

extension PendingPackets {
    /// Takes the first packets out, at most `limit` of them and at least one, as a body that the client understands.
    package mutating func take(atMost limit: Int, _ dialect: Dialect) -> PollBody {
        guard dialect.isVersion3 else { return PollBody(take(atMost: limit)) }
        let isBinary = dialect == .version3 && hasBinary(atMost: limit)
        var writer = PayloadWriter3(isBinary: isBinary)
        forEach(atMost: limit) { writer.append($0) }
        _ = take(atMost: limit)
        return PollBody(writer.bytes, isBinary: isBinary)
    }

    private func hasBinary(atMost limit: Int) -> Bool {
        var found = false
        forEach(atMost: limit) { packet in
            if packet.unsafeLoad(fromByteOffset: 0, as: UInt8.self) == PayloadReader.binaryMark { found = true }
        }
        return found
    }
}
