// EngineClientOptions: everything that a program can choose about a client's session. Names and defaults are those of the
// JavaScript client where it has them; what a browser alone can honour is not here.

public import UVHTTP

/// The options of an Engine.IO client.
///
/// Times are in milliseconds, sizes in bytes.
public struct EngineClientOptions: Sendable {
    /// Where the server answers; "/engine.io" by default.
    public var path = "/engine.io"

    /// Whether a slash is put behind the path; true by default.
    public var addTrailingSlash = true

    /// The transports that may be used; the first one opens the session.
    public var transports: [TransportName] = [.polling, .websocket]

    /// Whether a polling session changes to a WebSocket when both sides can; true by default.
    public var upgrade = true

    /// Whether a client that knows that WebSockets work begins with one; false by default.
    ///
    /// A client is one session; `priorWebSocketSuccess` says what the ones before it have found.
    public var rememberUpgrade = false

    /// What `EngineClient.webSocketWorked` has said of an earlier session with this server; false by default.
    public var priorWebSocketSuccess = false

    /// Whether the other transports are tried when the first one does not open; false by default.
    public var tryAllTransports = false

    /// Parameters of each request's query, behind those of the URL; none by default.
    public var query: [(String, String)] = []

    /// Header fields of each request, such as authorization; none by default.
    public var extraHeaders: [(String, String)] = []

    /// From `open()` to the open packet; 20,000 by default, 0 for no limit.
    ///
    /// An upgrade gets as much time again, and then the session goes on polling.
    public var connectTimeout: UInt64 = 20_000

    /// The time for one request of polling, the waiting for packets included; 0, no limit, by default.
    public var requestTimeout: UInt64 = 0

    /// How long `close()` waits for what was sent to leave and for the server's farewell; 5,000 by default.
    public var closeTimeout: UInt64 = 5_000

    /// The largest message, and the largest answer to a poll, that is taken; 16 MiB by default.
    ///
    /// A larger one ends the session with a transport error.
    public var maxIncomingBytes = 16_777_216

    /// How much may wait to be sent; 16 MiB by default.
    ///
    /// A message beyond it is refused, unless nothing waits.
    public var maxBufferedBytes = 16_777_216

    /// Whether binary messages are sent as base64 on a WebSocket too; false by default.
    public var forceBase64 = false

    /// Compression of WebSocket messages, offered to the server; nil, none, by default.
    public var perMessageDeflate: PerMessageDeflate?

    /// Whether each request has a parameter that is never the same twice, against caches; nil, polling alone, by default.
    public var timestampRequests: Bool?

    /// The name of that parameter; "t" by default.
    public var timestampParam = "t"

    /// The defaults.
    public init() {}
}
