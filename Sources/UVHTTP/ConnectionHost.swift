// ConnectionHost: what the connections on one side of the wire have in common, whether a server accepted them or a client
// opened them. It counts nobody and ends nobody: that is HTTPServer's.

public import UVLoop

/// The loop, the limits and the memory that connections share; every `HTTPServer` is one.
///
/// A client's WebSocket has one of its own.
public class ConnectionHost {
    /// The loop that the connections belong to.
    public final let loop: EventLoop
    /// Their limits and deadlines.
    public final let options: HTTPOptions
    /// The memory that they gather their output in.
    final let blocks = BlockCache()
    /// What they compress with.
    final private(set) lazy var zlib = SharedZlib()
    /// The second half of the random number that the last masking key was made of.
    private var spareKey: UInt32?

    package init(on loop: EventLoop, options: HTTPOptions) {
        self.loop = loop
        self.options = options
    }

    /// A connection is gone.
    func leave(_ connection: ServedConnection) {}

    /// A key for one masked frame: unpredictable, as RFC 6455 section 10.3 demands.
    final func maskingKey() -> UInt32 {
        if let key = spareKey {
            spareKey = nil
            return key
        }
        // The system's generator costs a system call each time; half a number is enough for one frame.
        let random = UInt64.random(in: .min ... .max)
        spareKey = UInt32(truncatingIfNeeded: random >> 32)
        return UInt32(truncatingIfNeeded: random)
    }
}

@available(*, unavailable)
extension ConnectionHost: Sendable {}
