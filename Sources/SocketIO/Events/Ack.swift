// Ack: the acknowledgement that the other side waits for, as a handler's parameter.

public import Wire

/// The acknowledgement of one event; call it with the answer.
///
/// A handler asks for it by naming it among its parameters, as `Ack`, or as `Ack?` if the other side may go without.
public final class Ack: Decodable {
    private let target: any EventTarget
    private let id: UInt64
    private var isSent = false

    init(_ target: any EventTarget, _ id: UInt64) {
        self.target = target
        self.id = id
    }

    /// Always throws: an acknowledgement comes with a packet and not out of its data.
    public init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            .init(
                codingPath: decoder.codingPath,
                debugDescription: "Ack is a parameter of its own, not part of a value"
            )
        )
    }

    /// Answers with these values; only the first call sends anything.
    public func callAsFunction<each T: Encodable>(_ values: repeat each T) {
        guard !isSent else { return }
        isSent = true
        target.sendAcknowledgement(id, repeat each values)
    }

    /// Answers with arguments just as they came, without making values of them; only the first call sends anything.
    public func callAsFunction(_ arguments: Arguments) {
        guard !isSent else { return }
        isSent = true
        target.sendAcknowledgement(id, arguments)
    }

    /// Answers with values that are in a list; only the first call sends anything.
    public func callAsFunction(all values: [JSON]) {
        guard !isSent else { return }
        isSent = true
        target.sendAcknowledgement(id, all: values)
    }
}

@available(*, unavailable)
extension Ack: Sendable {}
