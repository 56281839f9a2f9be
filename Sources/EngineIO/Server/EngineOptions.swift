// EngineOptions: everything that a program can choose about its Engine.IO server. Names and defaults are those of the
// JavaScript server where it has them.

public import UVHTTP

/// The options of an Engine.IO server.
///
/// Times are in milliseconds, sizes in bytes.
public struct EngineOptions {
    /// Where the server answers.
    ///
    /// Every path that begins with it belongs to the server, so `/engine.io/anything` does too.
    public var path = "/engine.io"

    /// Whether the path needs a slash at its end.
    public var addTrailingSlash = true

    /// From one heartbeat to the next ping.
    public var pingInterval: UInt64 = 25_000

    /// From a ping to the latest time of its pong; then the session ends.
    public var pingTimeout: UInt64 = 20_000

    /// How long an upgrade may take before its WebSocket is closed; the session goes on polling.
    public var upgradeTimeout: UInt64 = 10_000

    /// How long a session that is being closed waits for the poll that takes its last packets.
    public var closeTimeout: UInt64 = 30_000

    /// The largest body of a POST (413) and the largest WebSocket message (1009).
    ///
    /// Clients are told it as `maxPayload`.
    public var maxHttpBufferSize = 1_000_000

    /// The transports that clients may use.
    public var transports: [TransportName] = [.polling, .websocket]

    /// Whether clients of protocol 3 are served too: those of Socket.IO 1 and 2.
    ///
    /// They send the heartbeat themselves, and the server answers it.
    public var allowEIO3 = false

    /// Whether a polling session may become a WebSocket.
    public var allowUpgrades = true

    /// Compression of WebSocket messages; nil for none, which costs the server least.
    public var perMessageDeflate: PerMessageDeflate?

    /// Compression of the answers to polls; nil for none.
    public var httpCompression: HTTPCompression? = HTTPCompression()

    /// How many bytes may wait for one client that does not take them; beyond, its session ends at once.
    ///
    /// The hard limit. A message of any size is taken when nothing waits before it.
    public var maxBufferedBytes = 16_777_216

    /// How many bytes may wait for one client for longer than `softLimitTime`.
    ///
    /// The soft limit, for a client that takes something but never catches up.
    public var softBufferedBytes = 4_194_304

    /// How long more than `softBufferedBytes` may wait before the session ends.
    public var softLimitTime: UInt64 = 30_000

    /// How many messages one session may send in a second, in the long run.
    ///
    /// Ten seconds' worth may come at once, as after a pause; beyond, the session ends with "rate exceeded".
    public var maxPacketsPerSecond = 10_000

    /// How many bytes of messages one session may send in a second, in the long run.
    ///
    /// Ten seconds' worth, or one message of `maxHttpBufferSize`, may come at once.
    public var maxBytesPerSecond = 16_777_216

    /// How many sessions there may be; a client that wants one more gets 503 and is told to come back.
    public var maxSessions = 100_000

    /// How many sessions one address may have; a client that wants one more gets 429 and is told to come back.
    ///
    /// Behind a proxy over TCP all clients have the proxy's address: raise it there. A proxy that comes through a unix
    /// socket has no address and is not limited.
    public var maxConnectionsPerAddress = 10_000

    /// How many sessions one address may begin in a second, in the long run; beyond, it gets 429.
    ///
    /// Ten seconds' worth may come at once, as when all clients of an office come back.
    public var maxHandshakesPerSecond = 1_000

    /// How many packets one poll takes at most; the next poll takes the next ones.
    ///
    /// 16 because the Python client drops the connection when it gets more.
    public var maxPacketsPerPoll = 16

    /// Which pages of other origins may use the server; nil for none.
    public var cors: CORSOptions?

    /// Asked for each request, in place of `cors`, which pages of other origins may use the server.
    public var corsDelegate: ((HandshakeRequest) -> CORSOptions?)?

    /// A cookie that carries the session id to load balancers; nil for none.
    public var cookie: CookieOptions?

    /// Asked before a session begins; `decide` may be called at any time later, on the loop.
    public var allowRequest: ((_ request: HandshakeRequest, _ decide: @escaping (Admission) -> Void) -> Void)?

    /// Asked before a session begins, when `allowRequest` is nil; an error counts as no.
    public var allowRequestAsync: (nonisolated(nonsending) (_ request: HandshakeRequest) async throws -> Admission)?

    /// Where the servers of several loops find each other's sessions; nil for a server that is alone.
    ///
    /// Give the same hub to the server of each loop. A request for a session of another loop is then handed over to it,
    /// so that it does not matter on which loop a client's connections arrive.
    public var hub: EngineHub?

    /// Makes the ids of sessions, which must be unique and secret; nil for 20 characters from the system's secure source.
    ///
    /// With a `hub` our own ids begin with the number of their loop, and those that a program makes are kept in the hub.
    public var generateID: ((HandshakeRequest) throws -> String)?

    /// Makes the ids of sessions when `generateID` is nil, taking its time.
    public var generateIDAsync: (nonisolated(nonsending) (HandshakeRequest) async throws -> String)?

    /// A message that each session begins with, right behind the open packet.
    public var initialPacket: InitialPacket?

    /// May add header fields to the first answer of a session.
    public var initialHeaders: ((inout [(String, String)], HandshakeRequest) -> Void)?

    /// May add header fields to each answer of a session.
    public var headers: ((inout [(String, String)], HandshakeRequest) -> Void)?

    /// The defaults.
    public init() {}
}

/// Compression of what is sent over HTTP, as gzip or deflate if the client takes it.
public struct HTTPCompression: Equatable, Sendable {
    /// Answers of fewer bytes than this are sent as they are.
    public var threshold = 1_024

    /// The defaults.
    public init() {}
}

/// A message that every new client gets.
public enum InitialPacket: Equatable, Sendable, ExpressibleByStringLiteral {
    /// A text message.
    case text(String)
    /// A binary message.
    case binary([UInt8])

    /// A text message.
    public init(stringLiteral text: String) {
        self = .text(text)
    }

    /// The message in the form in which it is sent.
    var outgoing: Outgoing {
        switch self {
        case .text(let text): Outgoing(text)
        case .binary(let bytes): Outgoing(binary: bytes.span.bytes)
        }
    }
}

/// Whether a session may begin.
public enum Admission: Equatable, Sendable {
    /// It may.
    case allow
    /// It may not; the client gets 403, code 4 and this message.
    case deny(message: String = EngineFault.forbidden.message)
}

/// A cookie that carries the session id, for load balancers that look at cookies.
public struct CookieOptions: Equatable, Sendable {
    /// When a browser sends a cookie along from other sites.
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    /// The name.
    public var name = "io"
    /// The path below which browsers send it; nil for that of the request.
    public var path: String? = "/"
    /// The domain; nil for the host alone.
    public var domain: String?
    /// Whether scripts cannot see it.
    public var httpOnly = true
    /// Whether it is sent encrypted only.
    public var secure = false
    /// When it is sent along from other sites; nil to leave that to the browser.
    public var sameSite: SameSite? = .lax
    /// For how many seconds; nil until the browser is closed.
    public var maxAge: Int?

    /// The defaults.
    public init() {}

    /// The value of the Set-Cookie field.
    func field(_ id: String) -> String {
        var field = "\(name)=\(id)"
        if let maxAge { field += "; Max-Age=\(maxAge)" }
        if let domain { field += "; Domain=\(domain)" }
        if let path { field += "; Path=\(path)" }
        if httpOnly { field += "; HttpOnly" }
        if secure { field += "; Secure" }
        if let sameSite { field += "; SameSite=\(sameSite.rawValue)" }
        return field
    }
}

extension EngineOptions {
    /// Whether the program makes the ids of sessions.
    var makesIDs: Bool { generateID != nil || generateIDAsync != nil }

    /// The times in the form in which sessions use them.
    var timing: SessionTiming {
        var timing = SessionTiming()
        timing.pingInterval = pingInterval
        timing.pingTimeout = pingTimeout
        timing.upgradeTimeout = upgradeTimeout
        timing.closeTimeout = closeTimeout
        return timing
    }

    /// The path without slashes at its end.
    var basePath: String {
        var path = path
        while path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// What the path of a request must begin with.
    var pathPrefix: String {
        addTrailingSlash ? basePath + "/" : basePath
    }
}
