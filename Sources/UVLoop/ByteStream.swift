// ByteStream: what a connection is to the storeys above, whether plain, encrypted or in memory. The other half is
// StreamHandler, through which the stream talks back.

/// A connection that carries bytes both ways; bound to its loop.
public protocol ByteStream: AnyObject {
    /// The loop that the stream belongs to.
    var loop: EventLoop { get }

    /// Sets who is told about bytes and the end; the stream retains it until it is closed.
    ///
    /// May be called inside the old handler's `receive`: the old one lives to the end of the turn.
    func setHandler(_ handler: StreamHandler?)

    /// Begins to read; does nothing when it has begun.
    func start()

    /// Stops reading until `resumeReading()`; the peer is held back by its own full buffers.
    func pauseReading()

    /// Reads again.
    func resumeReading()

    /// Writes what the kernel takes now, and copies and queues the rest; never blocks, and does nothing after close.
    func write(_ bytes: RawSpan)

    /// Writes several parts as one: a single gathered system call.
    func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>)

    /// Writes an array from `start` on; a stream may hold it instead of copying what has to wait.
    func write(_ bytes: [UInt8], from start: Int)

    /// Bytes that were written here but are not with the kernel yet.
    ///
    /// The handler's `drained()` comes when it has returned to 0.
    var queuedBytes: Int { get }

    /// Has the processor fetch what `write` will need and does not lie in the stream itself, which is in the cache.
    func approach()

    /// Ends the writing half after what is queued; the peer sees the end, and reading goes on.
    func shutdown()

    /// Closes at once and throws away what is queued.
    ///
    /// The handler's `closed(nil)` comes once, when the turn ends, never inside this call.
    func close()

    /// False from the moment when the stream was closed or failed.
    var isOpen: Bool { get }

    /// The other side's address; nil when it has none or the stream is closed.
    var remoteAddress: SocketAddress? { get }

    /// This side's address; nil when the stream is closed.
    var localAddress: SocketAddress? { get }

    /// True when the bytes travel encrypted.
    var isSecure: Bool { get }
}

extension ByteStream {
    /// Fetches nothing: for streams that are all there is to them.
    public func approach() {}

    /// Writes a text as UTF-8.
    public func write(_ text: String) {
        write(text.utf8.span.bytes)
    }

    /// Writes the bytes of an array.
    public func write(_ bytes: [UInt8]) {
        write(bytes.span.bytes)
    }

    /// Writes an array from `start` on.
    public func write(_ bytes: [UInt8], from start: Int) {
        write(bytes.span.bytes.extracting(start...))
    }
}
