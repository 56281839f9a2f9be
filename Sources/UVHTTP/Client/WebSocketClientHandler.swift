// WebSocketClientHandler: what the client side of a WebSocket tells its owner: how the opening went, and then what every
// WebSocket tells.

public import UVLoop
public import Wire

/// The receiver of one client's WebSocket.
///
/// The last call is either `failed`, when there never was a WebSocket, or `closed`; exactly one of them comes, once, and
/// never inside a call to the client.
open class WebSocketClientHandler: WebSocketHandler {
    /// The server has agreed: messages go both ways from here on.
    open func opened(_ answer: WebSocketAnswer) {}

    /// There is no WebSocket.
    open func failed(_ error: WebSocketClientError) {}
}

/// With what a server has agreed to open a WebSocket.
public struct WebSocketAnswer: Sendable {
    /// The header fields of the answer.
    public let headers: Fields
    /// The one of the offered subprotocols that the server has chosen.
    public let subprotocol: String?
}

/// Why a WebSocket could not be opened.
public enum WebSocketClientError: Error, Equatable, Sendable {
    /// The URL is none, or its scheme is not ws or wss (http and https count as them).
    case badURL(String)
    /// A header field or subprotocol that was to be sent has a byte that would break the request.
    case unsafeField
    /// The URL asks for encryption, and no `wrap` was given.
    case noEncryption
    /// No address of the host takes the connection.
    case unreachable(UVError)
    /// The opening was not complete within `openTimeout`.
    case timedOut
    /// The connection ended before the server's answer was complete.
    case endedEarly
    /// The answer is not HTTP, or beyond the limits.
    case badAnswer(HTTPError)
    /// The server answers with another status than 101; the beginning of the body says why.
    case refused(status: Int, body: String)
    /// Upgrade or Connection do not say what they must.
    case badUpgrade
    /// Sec-WebSocket-Accept does not belong to the key that was sent.
    case badAccept
    /// The server has chosen a subprotocol that was not offered.
    case badSubprotocol
    /// The server has chosen an extension, or a parameter of one, that was not offered.
    case badExtension
    /// This side has closed it before it was open.
    case cancelled
}
