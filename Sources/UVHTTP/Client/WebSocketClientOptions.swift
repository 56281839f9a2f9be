// WebSocketClientOptions: every choice, limit and deadline of a client's WebSocket, by name.

/// The options of a `WebSocketClient`.
///
/// Times are in milliseconds, sizes in bytes.
public struct WebSocketClientOptions: Sendable {
    /// Header fields of the opening request, such as cookies.
    public var headers: [(String, String)] = []

    /// The subprotocols that are offered, the preferred one first; none by default.
    public var subprotocols: [String] = []

    /// Compression of messages, offered to the server; nil, none, by default.
    public var perMessageDeflate: PerMessageDeflate?

    /// From `open()` to the server's complete answer; 20,000 by default, 0 for no limit.
    public var openTimeout: UInt64 = 20_000

    /// How long the server may take to answer our closing frame; 10,000 by default.
    public var closeTimeout: UInt64 = 10_000

    /// The largest message that is taken; 16 MiB by default.
    ///
    /// A larger one closes the WebSocket with code 1009.
    public var maxMessageBytes = 16_777_216

    /// How much may wait for a server that does not read; 16 MiB by default.
    ///
    /// A message beyond it is not sent, unless nothing waits.
    public var maxBufferedBytes = 16_777_216

    /// The longest head of the answer; 16,384 by default.
    public var maxHeadBytes = 16_384

    /// How much of a refusal's body is read; 4,096 by default.
    public var maxRefusalBytes = 4_096

    /// The defaults.
    public init() {}
}
