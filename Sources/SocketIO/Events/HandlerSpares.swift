// HandlerSpares: what a handler is given and mostly does not keep, the text of its arguments and the acknowledgement, to be
// given to the next one. What a handler has kept stays its own: that there are other references shows it.

internal import Wire

/// Memory of one handler that the next can use, shared by all sockets of a server or a client.
final class HandlerSpares {
    /// A longer text is given back, so that one large message is not paid for ever.
    private static let keptTextBytes = 4_096

    @exclusivity(unchecked) private var question: OpenQuestion?
    @exclusivity(unchecked) private var text: [UInt8] = []

    /// All arguments of a packet.
    func arguments(of packet: borrowing PacketView, _ target: any EventTarget) throws(Undecodable) -> Arguments {
        let first = packet.firstArgument
        guard packet.json.isPlain, first < packet.json.count else {
            var reader = ArgumentReader(packet, target)
            return try reader.rest()
        }
        var memory: [UInt8] = []
        swap(&memory, &text)
        return Arguments(text: packet.json.rawText(from: first), reusing: memory)
    }

    /// The acknowledgement of a packet, if one is waited for.
    func acknowledgement(of packet: borrowing PacketView, _ target: any EventTarget) -> Ack? {
        guard let id = packet.id else { return nil }
        guard let question = question.take() else { return Ack(OpenQuestion(id, target)) }
        question.reopen(id, target)
        return Ack(question)
    }

    /// Takes what was given; the handler has returned.
    @inline(__always)
    func take(_ arguments: consuming Arguments, _ ack: consuming Ack?) {
        if let unkept = ack.takeUnkept() { question = unkept }
        text = arguments.takeMemory(upTo: Self.keptTextBytes)
    }
}
