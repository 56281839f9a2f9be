// Ack: the acknowledgement that the other side waits for, as a handler's parameter.

public import Wire

/// The acknowledgement of one event; call it with the answer.
///
/// A handler asks for it by naming it among its parameters, as `Ack`, or as `Ack?` if the other side may go without.
public struct Ack: Decodable {
    fileprivate var question: OpenQuestion

    init(_ question: OpenQuestion) {
        self.question = question
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
        question.take()?.sendAcknowledgement(question.id, repeat each values)
    }

    /// Answers with arguments just as they came, without making values of them; only the first call sends anything.
    public func callAsFunction(_ arguments: Arguments) {
        question.take()?.sendAcknowledgement(question.id, arguments)
    }

    /// Answers with values that are in a list; only the first call sends anything.
    public func callAsFunction(all values: [JSON]) {
        question.take()?.sendAcknowledgement(question.id, all: values)
    }
}

@available(*, unavailable)
extension Ack: Sendable {}

/// What the copies of one acknowledgement share: who asked, until the answer is given.
final class OpenQuestion {
    @exclusivity(unchecked) fileprivate private(set) var id: UInt64
    @exclusivity(unchecked) private var target: (any EventTarget)?

    init(_ id: UInt64, _ target: any EventTarget) {
        self.id = id
        self.target = target
    }

    /// Becomes another question.
    func reopen(_ id: UInt64, _ target: any EventTarget) {
        self.id = id
        self.target = target
    }

    /// Where the answer goes; nil once it was given.
    fileprivate func take() -> (any EventTarget)? { target.take() }

    /// Nobody is going to answer.
    fileprivate func close() { target = nil }
}

extension Ack? {
    /// Gives the question away if no copy of the acknowledgement is left by which it could be answered.
    ///
    /// Programs know questions inside of an `Ack` only, so there are no weak references that a reuse would revive.
    mutating func takeUnkept() -> OpenQuestion? {
        guard var ack = take(), isKnownUniquelyReferenced(&ack.question) else { return nil }
        ack.question.close()
        return ack.question
    }
}
