// CloseCode: why a WebSocket ends, as its closing frames say it (RFC 6455 section 7.4, IANA registry).

/// The status code of a closing frame.
public struct CloseCode: RawRepresentable, Hashable, Sendable {
    /// The number, as it goes over the wire.
    public let rawValue: UInt16

    /// The code with this number, whether or not it may be sent.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The purpose of the connection is fulfilled.
    public static let normal = CloseCode(rawValue: 1000)
    /// The endpoint goes away: a server shuts down, a page is left.
    public static let goingAway = CloseCode(rawValue: 1001)
    /// The peer broke the protocol.
    public static let protocolError = CloseCode(rawValue: 1002)
    /// The peer sent a kind of data that is not accepted.
    public static let unsupportedData = CloseCode(rawValue: 1003)
    /// A text was not UTF-8, or compressed data did not decompress.
    public static let invalidPayload = CloseCode(rawValue: 1007)
    /// The peer did what the endpoint does not put up with.
    public static let policyViolation = CloseCode(rawValue: 1008)
    /// A message was too big.
    public static let messageTooBig = CloseCode(rawValue: 1009)
    /// The server met a condition it was not prepared for.
    public static let internalError = CloseCode(rawValue: 1011)
    /// The service restarts; come back in a moment.
    public static let serviceRestart = CloseCode(rawValue: 1012)
    /// The service is overloaded; come back later.
    public static let tryAgainLater = CloseCode(rawValue: 1013)

    /// Whether the code may stand in a closing frame.
    ///
    /// 1004, 1005, 1006 and 1015 are reserved for what is never sent; 1016...2999 are not registered.
    public var isValidOnWire: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
