// Namespace+Encoding: packets of this namespace as bytes. What cannot be encoded is reported and not sent.

internal import Wire

extension Namespace {
    /// An event; nil, and reported, if its name is reserved or a value has no JSON.
    func encode<each T: Encodable>(_ event: String, _ values: repeat each T, id: UInt64? = nil) -> EncodedPacket? {
        guard mayEmit(event) else { return nil }
        let position = id == nil ? audience.log?.advance() : nil
        var writer = EncodedPacket.writer()
        do {
            try encoder.event(event, repeat each values, id: id, offset: position.map(String.init), into: &writer)
        } catch {
            core.report(.unencodable, event: event, String(describing: error))
            return nil
        }
        core.counters.eventsSent += 1
        var packet = core.translated(EncodedPacket(writer, position: position ?? 0), name)
        if overhearers > 0 { packet.shown = ShownEvent(event, repeat each values) }
        return packet
    }

    /// An event whose values are in a list.
    func encode(_ event: String, all values: [JSON]) -> EncodedPacket? {
        guard mayEmit(event) else { return nil }
        var writer = EncodedPacket.writer()
        let position = audience.log?.advance()
        encoder.event(event, arguments: values, offset: position.map(String.init), into: &writer)
        core.counters.eventsSent += 1
        var packet = core.translated(EncodedPacket(writer, position: position ?? 0), name)
        if overhearers > 0 { packet.shown = ShownEvent(event, all: values) }
        return packet
    }

    /// An acknowledgement.
    func encode<each T: Encodable>(answer id: UInt64, _ values: repeat each T) -> EncodedPacket? {
        var writer = EncodedPacket.writer()
        do {
            try encoder.acknowledgement(repeat each values, id: id, into: &writer)
        } catch {
            core.report(.unencodable, event: "acknowledgement \(id)", String(describing: error))
            return nil
        }
        return core.translated(EncodedPacket(writer), name)
    }

    /// An acknowledgement whose values are in a list.
    func encode(answer id: UInt64, all values: [JSON]) -> EncodedPacket {
        var writer = EncodedPacket.writer()
        encoder.acknowledgement(arguments: values, id: id, into: &writer)
        return core.translated(EncodedPacket(writer), name)
    }

    /// An acknowledgement that repeats arguments, spliced from their text if there is one.
    func encode(answer id: UInt64, _ arguments: Arguments) -> EncodedPacket {
        guard let text = arguments.text else { return encode(answer: id, all: arguments.values) }
        var writer = EncodedPacket.writer(reserving: text.count + 32)
        encoder.acknowledgement(raw: text.span.bytes, id: id, into: &writer)
        return core.translated(EncodedPacket(writer), name)
    }

    /// The answer that lets a client in: nil for one of Socket.IO 2, which wants no more.
    func encode(connected payload: JSONObject?) -> EncodedPacket {
        var writer = EncodedPacket.writer()
        encoder.connect(payload, into: &writer)
        return core.translated(EncodedPacket(writer), name)
    }

    /// The farewell to a client.
    func encodeDisconnect() -> EncodedPacket {
        var writer = EncodedPacket.writer()
        encoder.disconnect(into: &writer)
        return core.translated(EncodedPacket(writer), name)
    }

    private func mayEmit(_ event: String) -> Bool {
        guard ReservedEvent.contains(event) else { return true }
        core.report(.reservedEvent, event: event, "the name is reserved; nothing was sent")
        return false
    }
}

extension Core {
    /// The packet, in the form of the server's own parser if it has one.
    @inline(__always)
    func translated(_ packet: consuming EncodedPacket, _ namespace: String) -> EncodedPacket {
        if let parser = options.parser { translate(&packet, namespace, by: parser) }
        return packet
    }

    private func translate(_ packet: inout EncodedPacket, _ namespace: String, by parser: any Parser) {
        do {
            try packet.translate(by: parser, namespace: namespace)
        } catch {
            report(.unencodable, event: "parser", String(describing: error))
        }
    }
}

extension EncodedPacket {
    /// The answer that refuses a namespace, which need not exist.
    static func refusal(_ payload: JSON, namespace: String) -> EncodedPacket {
        var writer = EncodedPacket.writer()
        PacketEncoder(namespace: namespace).connectError(payload, into: &writer)
        return EncodedPacket(writer)
    }
}
