// HTTPClientOptions: the limits and deadlines of an HTTP client, by name, and what can go wrong.

public import UVLoop
public import Wire

/// The limits and deadlines of one `HTTPClient`.
///
/// Times are in milliseconds, sizes in bytes. Deadlines are coarse: they fire up to a tick of the loop's wheel late.
public struct HTTPClientOptions: Sendable {
    /// From a request to the last byte of its answer, connecting included; 30,000 by default, 0 for no limit.
    public var timeout: UInt64 = 30_000

    /// The largest body that is taken, before and after it is inflated; 16 MiB by default.
    public var maxBodyBytes = 16_777_216

    /// The longest head of an answer; 65,536 by default.
    public var maxHeadBytes = 65_536

    /// The largest number of header fields of an answer; 200 by default.
    public var maxFields = 200

    /// The most connections to one origin at once, 6 by default; further requests wait for one of them.
    public var maxConnectionsPerOrigin = 6

    /// The most requests that wait for a connection to one origin; 1,000 by default.
    public var maxWaitingRequests = 1_000

    /// How long a connection is kept for the next request; 4,000 by default, 0 to keep none.
    ///
    /// Less than servers wait (Node's waits 5 seconds), so that the end rarely comes from the other side.
    public var idleTimeout: UInt64 = 4_000

    /// The defaults.
    public init() {}
}

/// What came back.
public struct HTTPClientAnswer: Sendable {
    /// The three-digit code.
    public let status: Int
    /// The header fields.
    public let headers: Fields
    /// The body, inflated if it came compressed.
    public let body: [UInt8]

    /// The body as UTF-8; what is none becomes U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// Why a request has no answer.
public enum HTTPClientError: Error, Equatable, Sendable {
    /// The URL is none, or its scheme is not http or https.
    case badURL(String)
    /// A header field that was to be sent has a byte that would break the request, or is the client's own business.
    case unsafeField
    /// The URL asks for encryption, and no `wrap` was given.
    case noEncryption
    /// No address of the host takes the connection.
    case unreachable(UVError)
    /// The answer was not complete in time.
    case timedOut
    /// The connection ended before the answer was complete.
    case endedEarly
    /// The answer is not HTTP, or its head is beyond the limits.
    case badAnswer(HTTPError)
    /// The body is larger than `maxBodyBytes`.
    case bodyTooLarge
    /// The body came in a content coding that is not known, or is no data of it.
    case badCoding
    /// More than `maxWaitingRequests` wait for this origin.
    case tooManyRequests
    /// It was cancelled, or the client was closed.
    case cancelled
}
