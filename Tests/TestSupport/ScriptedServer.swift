// ScriptedServer: a server for tests of clients that says what it is told to, whatever it hears: most servers are well
// behaved, and that is the trouble with them.

public import UVLoop
internal import Wire

/// One connection to a `ScriptedServer`.
public final class ScriptedPeer: StreamHandler {
    /// What the client has sent so far.
    public private(set) var received: [UInt8] = []
    /// True when the client has ended its half, or everything is over.
    public private(set) var hasEnded = false
    private let stream: TCPStream
    private var waits: [(ready: (ScriptedPeer) -> Bool, then: (ScriptedPeer) -> Void)] = []

    init(_ stream: TCPStream) {
        self.stream = stream
        super.init()
        stream.setHandler(self)
        stream.start()
    }

    /// What the client has sent, as text.
    public var text: String { String(decoding: received, as: UTF8.self) }

    /// Calls `then` once, as soon as a whole request head is there, with its text; and forgets it.
    public func whenRequested(_ then: @escaping (ScriptedPeer, String) -> Void) {
        waits.append(
            (
                { $0.received.firstRange(of: Array("\r\n\r\n".utf8)) != nil },
                { peer in
                    let head = peer.text
                    peer.received = []
                    then(peer, head)
                }
            )
        )
        check()
    }

    /// Sends text.
    public func send(_ text: String) { stream.write(text) }

    /// Sends bytes.
    public func send(_ bytes: [UInt8]) { stream.write(bytes) }

    /// Sends an answer with a body of this type.
    public func answer(_ status: Int, _ body: String, type: String = "text/plain", extra: String = "") {
        send(
            "HTTP/1.1 \(status) Status\r\nContent-Type: \(type)\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    /// Stops reading, so that the client has to keep what it sends.
    public func pause() { stream.pauseReading() }

    /// Ends this half; what was sent arrives before.
    public func end() { stream.shutdown() }

    /// Closes.
    public func close() { stream.close() }

    /// Closes with a reset.
    public func reset() { stream.reset() }

    /// The answer that opens a WebSocket, to a request with this head.
    public static func upgradeAnswer(to head: String, extra: String = "") -> String {
        let key = header("sec-websocket-key", of: head) ?? ""
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\(extra)"
            + "Sec-WebSocket-Accept: \(WebSocketUpgrade.accept(key))\r\n\r\n"
    }

    /// The value of a header field of a request.
    public static func header(_ name: String, of head: String) -> String? {
        for line in head.split(separator: "\r\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name { return String(parts[1].drop { $0 == " " }) }
        }
        return nil
    }

    /// Bytes of the client.
    public override func receive(_ bytes: inout MutableRawSpan) {
        bytes.bytes.withUnsafeBytes { received.append(contentsOf: $0) }
        check()
    }

    /// The client has ended its half.
    public override func receiveEnd() {
        hasEnded = true
        stream.close()
    }

    /// The connection is gone.
    public override func closed(_ error: UVError?) {
        hasEnded = true
        waits = []
    }

    private func check() {
        while let first = waits.first, first.ready(self) {
            waits.removeFirst()
            first.then(self)
        }
    }
}

/// A server on a port of its own.
public final class ScriptedServer {
    private var listener: TCPListener?
    /// The connections that came, in their order.
    public private(set) var peers: [ScriptedPeer] = []

    /// Begins to listen; `serve` is called with each connection.
    public init(on loop: EventLoop, host: String = "127.0.0.1", port: Int = 0, serve: @escaping (ScriptedPeer) -> Void)
        throws
    {
        listener = try TCPListener(on: loop, host: host, port: port) { [unowned self] stream in
            let peer = ScriptedPeer(stream)
            peers.append(peer)
            serve(peer)
        }
    }

    /// The port.
    public var port: Int { listener?.port ?? 0 }

    /// Closes the listener and every connection.
    public func close() {
        listener?.close()
        listener = nil
        for peer in peers { peer.close() }
        peers = []
    }
}
