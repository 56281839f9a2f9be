// Handshake: the open packet, in which the server tells a new client what it must know.
// Exactly five keys, in this order; clients and test suites count them.

internal import Wire

/// What the open packet says.
package struct Handshake: Equatable {
    /// The id of the session.
    package var sid: String
    /// The transports that the client may change to.
    package var upgrades: [TransportName]
    /// The heartbeat.
    package var timing: SessionTiming
    /// The largest message that the server takes, in bytes.
    package var maxPayload: Int

    /// Names the parts.
    package init(sid: String, upgrades: [TransportName], timing: SessionTiming, maxPayload: Int) {
        self.sid = sid
        self.upgrades = upgrades
        self.timing = timing
        self.maxPayload = maxPayload
    }

    /// The payload of the open packet.
    package var json: String {
        var writer = JSONWriter()
        writer.raw("{\"sid\":")
        writer.string(sid)
        writer.raw(",\"upgrades\":[")
        for (index, upgrade) in upgrades.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(upgrade.rawValue)
        }
        writer.raw("],\"pingInterval\":")
        writer.int(timing.pingInterval)
        writer.raw(",\"pingTimeout\":")
        writer.int(timing.pingTimeout)
        writer.raw(",\"maxPayload\":")
        writer.int(maxPayload)
        writer.raw("}")
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension EngineFault {
    /// The body of the answer: the code, and the message or the words that the program gave instead.
    package func json(message: String? = nil) -> String {
        "{\"code\":\(rawValue),\"message\":\((message ?? self.message).jsonQuoted)}"
    }
}

extension String {
    /// The text as a JSON string.
    var jsonQuoted: String {
        var writer = JSONWriter()
        writer.string(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
