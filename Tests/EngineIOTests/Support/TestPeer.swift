// TestPeer: the client's end of one TCP connection, as a script reads it: write, then await what comes.
// It knows nothing of the code under test but the loop it shares with it.

import UVLoop

/// One connection to the server under test.
final class TestPeer: StreamHandler {
    private let loop: EventLoop
    private(set) var stream: TCPStream?
    /// What has come and was not taken.
    private(set) var bytes: [UInt8] = []
    /// The server has ended its half, or the connection is gone.
    private(set) var hasEnded = false
    private var condition: (() -> Bool)?
    private var waiter: UnsafeContinuation<Void, Never>?

    init(on loop: EventLoop, host: String = "127.0.0.1", port: Int) {
        self.loop = loop
        super.init()
        guard let address = try? SocketAddress(host: host, port: port) else { return }
        let stream = TCPStream.connect(on: loop, to: address, handler: self)
        stream.start()
        self.stream = stream
    }

    func write(_ text: String) {
        write(Array(text.utf8))
    }

    func write(_ bytes: [UInt8]) {
        stream?.write(bytes.span.bytes)
    }

    /// Drops the connection.
    func drop() {
        stream?.close()
    }

    /// Takes `count` bytes out.
    func take(_ count: Int) -> [UInt8] {
        let taken = Array(bytes.prefix(count))
        bytes.removeFirst(taken.count)
        return taken
    }

    /// Waits until `condition` holds; it is asked whenever something has come, and holds at the end in any case.
    func wait(until condition: @escaping () -> Bool) async {
        guard !condition(), !hasEnded else { return }
        self.condition = condition
        await withUnsafeContinuation { waiter = $0 }
    }

    /// Waits until the server has ended the connection.
    func waitForEnd() async {
        await wait { false }
    }

    private func changed() {
        guard let waiter, hasEnded || condition?() == true else { return }
        self.waiter = nil
        condition = nil
        waiter.resume()
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        bytes.bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        changed()
    }

    override func receiveEnd() {
        hasEnded = true
        stream?.close()
        changed()
    }

    override func closed(_ error: UVError?) {
        hasEnded = true
        stream = nil
        changed()
    }
}
