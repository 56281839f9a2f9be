// EngineHandshake: the open packet as a client reads it. What the server writes is Handshake; here nothing is believed
// before it was looked at.

internal import Wire

/// What a server tells a new client.
public struct EngineHandshake: Equatable, Sendable {
    /// The id of the session: a secret between this client and the server.
    public var sid: String
    /// The transports that the server would let this session change to.
    public var upgrades: [TransportName]
    /// Milliseconds from one heartbeat to the next ping.
    public var pingInterval: UInt64
    /// Milliseconds that the server gives a pong.
    public var pingTimeout: UInt64
    /// The largest message that the server takes, in bytes; 0 when it has not said so.
    public var maxPayload: Int

    /// The longest id that is taken: a client repeats it in each request.
    static let maxIDBytes = 256
    /// The longest time that is taken: a day, beyond which a dead server would never be noticed.
    static let maxTime = 86_400_000

    /// Names the parts.
    public init(sid: String, upgrades: [TransportName], pingInterval: UInt64, pingTimeout: UInt64, maxPayload: Int) {
        self.sid = sid
        self.upgrades = upgrades
        self.pingInterval = pingInterval
        self.pingTimeout = pingTimeout
        self.maxPayload = maxPayload
    }

    /// Reads the payload of an open packet; nil when it is none.
    ///
    /// Transports that this client does not know are left out.
    package init?(json payload: RawSpan) {
        let value: JSON
        do throws(JSONError) { value = try JSON(parsing: payload) } catch { return nil }
        guard let sid = value["sid"]?.string, !sid.isEmpty, sid.utf8.count <= Self.maxIDBytes,
            let interval = Self.time(value["pingInterval"]), let timeout = Self.time(value["pingTimeout"])
        else { return nil }
        let upgrades = value["upgrades"]?.array?.compactMap { $0.string.flatMap(TransportName.init) } ?? []
        self.init(
            sid: sid,
            upgrades: upgrades,
            pingInterval: interval,
            pingTimeout: timeout,
            maxPayload: max(0, value["maxPayload"]?.int ?? 0)
        )
    }

    private static func time(_ value: JSON?) -> UInt64? {
        guard let time = value?.int, (0...maxTime).contains(time) else { return nil }
        return UInt64(time)
    }
}
