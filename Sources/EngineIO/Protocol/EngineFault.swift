// EngineFault: the six errors of the Engine.IO handshake, with the code, status and body that clients know.

/// Why a request was refused before it reached a session.
public enum EngineFault: Int, Error, Sendable, CaseIterable {
    /// `transport` is missing, unknown, or not offered.
    case unknownTransport = 0
    /// There is no session with this `sid`, or not any more.
    case unknownSession = 1
    /// A session begins with GET only.
    case badHandshakeMethod = 2
    /// The request contradicts itself, such as `transport=websocket` without an upgrade.
    case badRequest = 3
    /// `EngineOptions.allowRequest` said no.
    case forbidden = 4
    /// `EIO` is not 4.
    case unsupportedProtocolVersion = 5
}

extension EngineFault {
    /// The words that go with the code unless the program gives its own.
    public var message: String {
        switch self {
        case .unknownTransport: "Transport unknown"
        case .unknownSession: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedProtocolVersion: "Unsupported protocol version"
        }
    }

    /// The HTTP status of the answer.
    package var status: Int {
        self == .forbidden ? 403 : 400
    }
}
