// Handshake: the open packet, in which the server tells a new client what it must know.
// Exactly five keys, in this order; clients and test suites count them.

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
        let upgrades = upgrades.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        return """
            {"sid":\(sid.jsonQuoted),"upgrades":[\(upgrades)],"pingInterval":\(timing.pingInterval),\
            "pingTimeout":\(timing.pingTimeout),"maxPayload":\(maxPayload)}
            """
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
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{C}": quoted += "\\f"
            case ..<" ": quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
