// HTTPOptions: every limit and deadline of the HTTP server, by name. There is no limit without a name.

/// The limits and deadlines of one HTTP server.
///
/// Sizes are in bytes, times in milliseconds. Deadlines are coarse: they fire up to a tick of the loop's wheel late.
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

    /// How much of a body that nobody asked for is read and dropped so that the connection can be kept.
    ///
    /// A longer one costs the client its connection, which is cheaper for both than sending the rest.
    public var maxSkippedBodyBytes = 65_536

    /// How many bytes of later requests wait behind a request that is still being answered.
    ///
    /// Reading stops there, and with it the notice that a client went away.
    public var maxPipelinedBytes = 65_536

    /// How many bytes of answers may wait for a client that does not read before its next request is looked at.
    public var maxUnsentBytes = 1_048_576

    /// From the first byte of a request (or the accept) to its complete head.
    ///
    /// Exceeding it answers 408.
    public var headTimeout: UInt64 = 10_000

    /// From the moment the body is asked for to its last byte.
    ///
    /// Exceeding it answers 408.
    public var bodyTimeout: UInt64 = 30_000

    /// How long a kept-alive connection may wait for its next request before it is closed.
    public var idleTimeout: UInt64 = 60_000

    /// How long a client may take no byte at all of what is waiting for it.
    public var stallTimeout: UInt64 = 60_000

    /// How long the server waits for the client's end after its own.
    ///
    /// Closing at once would let the kernel answer late bytes with a reset, which can destroy an answer on its way.
    public var lingerTimeout: UInt64 = 2_000

    /// How long a WebSocket peer may take to answer a close frame.
    public var webSocketCloseTimeout: UInt64 = 10_000

    /// How many bytes may wait for one WebSocket peer before it is cut off.
    ///
    /// This is the last line: the storeys above see `bufferedBytes` and should act long before.
    public var maxOutboxBytes = 67_108_864

    /// How many bytes of pongs may wait for a peer that pings without reading; then nothing more is read from it.
    public var maxUnsentPongBytes = 16_384

    /// The largest number of connections at once; more are accepted and closed at once, unanswered.
    public var maxConnections = 100_000

    /// The defaults.
    public init() {}
}
