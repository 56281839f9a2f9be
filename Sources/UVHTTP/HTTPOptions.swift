// HTTPOptions: every limit and deadline of the HTTP server, by name. There is no limit without a name.

/// The limits and deadlines of one HTTP server.
///
/// Sizes are in bytes, times in milliseconds.
public struct HTTPOptions: Sendable {
    /// The longest request head (request line and fields together).
    ///
    /// Exceeding it answers 431.
    public var maxHeadBytes = 16_384

    /// The largest number of header fields.
    ///
    /// Exceeding it answers 431.
    public var maxFields = 100

    /// The largest body that `readBody` collects unless it is told another limit.
    ///
    /// Exceeding it answers 413.
    public var maxBodyBytes = 1_000_000

    /// From the first byte of a request (or the accept) to its complete head.
    ///
    /// Exceeding it answers 408.
    public var headTimeout: UInt64 = 10_000

    /// From the complete head to the complete body.
    ///
    /// Exceeding it answers 408.
    public var bodyTimeout: UInt64 = 30_000

    /// How long a kept-alive connection may wait for its next request before it is closed.
    public var idleTimeout: UInt64 = 60_000

    /// The largest number of connections at once; more are accepted and closed at once, unanswered.
    public var maxConnections = 100_000

    /// The largest number of pipelined requests that wait behind one that is being answered.
    public var maxPipelined = 64

    /// The defaults.
    public init() {}
}
