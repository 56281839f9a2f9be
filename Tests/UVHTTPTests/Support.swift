// What the tests of UVHTTP share: a client that speaks raw bytes, a scene with a server in it, a WebSocket that echoes.

import TestSupport
import UVHTTP
import UVLoop
import Wire

/// A peer that sends raw bytes and collects what comes back.
final class RawClient: StreamHandler {
    private(set) var received: [UInt8] = []
    private(set) var hasEnded = false
    private(set) var isClosed = false
    private(set) var isConnected = false
    private var stream: (any ByteStream)?
    private var waits: [(ready: (RawClient) -> Bool, then: (RawClient) -> Void)] = []
    /// Whether the server's end is answered with our own, as a well-behaved client does.
    var endsWithServer = true

    var text: String { String(decoding: received, as: UTF8.self) }

    /// Connects to `port` on the loopback.
    convenience init(on loop: EventLoop, port: Int) throws {
        self.init()
        connect(on: loop, to: try SocketAddress(host: "127.0.0.1", port: port))
    }

    func connect(on loop: EventLoop, to address: SocketAddress) {
        stream = TCPStream.connect(on: loop, to: address, handler: self)
        stream?.start()
    }

    /// Takes one side of a pair in memory.
    convenience init(_ stream: any ByteStream) {
        self.init()
        self.stream = stream
        stream.setHandler(self)
        stream.start()
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) {
        stream?.write(bytes.span.bytes)
    }

    func end() { stream?.shutdown() }
    func close() { stream?.close() }
    func pause() { stream?.pauseReading() }
    func resume() { stream?.resumeReading() }

    /// Calls `then` once as soon as `ready` holds.
    func when(_ ready: @escaping (RawClient) -> Bool, then: @escaping (RawClient) -> Void) {
        waits.append((ready, then))
        check()
    }

    /// Calls `then` once when the bytes received so far end like this.
    func whenReceived(_ suffix: String, then: @escaping (RawClient) -> Void) {
        when({ $0.received.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }, then: then)
    }

    /// Calls `then` once when the server has ended or closed the stream.
    func whenEnded(_ then: @escaping (RawClient) -> Void) {
        when({ $0.hasEnded || $0.isClosed }, then: then)
    }

    func forget() { received = [] }

    override func connected() {
        isConnected = true
        check()
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        bytes.bytes.withUnsafeBytes { received.append(contentsOf: $0) }
        check()
    }

    override func receiveEnd() {
        hasEnded = true
        check()
        if endsWithServer { stream?.close() }
    }

    override func closed(_ error: UVError?) {
        isClosed = true
        stream = nil
        check()
        waits = []
    }

    private func check() {
        while let index = waits.firstIndex(where: { $0.ready(self) }) {
            waits.remove(at: index).then(self)
        }
    }
}

/// Runs a scene with a server on a port of its own; the scene closes the server.
func withServer(
    _ options: HTTPOptions = HTTPOptions(),
    within deadline: UInt64 = 10_000,
    _ body: (HTTPServer, Int) throws -> Void
) throws {
    var left: HTTPServer?
    try onLoop(within: deadline) { loop in
        let server = HTTPServer(on: loop, options: options)
        try server.listen(host: "127.0.0.1", port: 0)
        left = server
        try body(server, server.port ?? 0)
    }
    if let left, left.liveConnections != 0 || left.loop.liveHandles != 0 { throw Leak() }
}

/// Connections or handles outlived their test.
struct Leak: Error {}

/// One exchange of bytes: what a fresh connection answers to `request` until it ends, or until `suffix` is seen.
func answer(
    to request: [UInt8],
    until suffix: String? = nil,
    _ options: HTTPOptions = HTTPOptions(),
    _ setUp: (HTTPServer) -> Void = { _ in }
) throws -> String {
    var text = ""
    try withServer(options) { server, port in
        setUp(server)
        let client = try RawClient(on: server.loop, port: port)
        client.send(request)
        let finish: (RawClient) -> Void = { client in
            text = client.text
            client.close()
            server.close()
        }
        if let suffix { client.whenReceived(suffix, then: finish) } else { client.whenEnded(finish) }
    }
    return text
}

func answer(
    to request: String,
    until suffix: String? = nil,
    _ options: HTTPOptions = HTTPOptions(),
    _ setUp: (HTTPServer) -> Void = { _ in }
) throws -> String {
    try answer(to: Array(request.utf8), until: suffix, options, setUp)
}

/// What the tests ask for a WebSocket with; the answer's accept key is that of RFC 6455 section 1.3.
let upgradeRequest = """
    GET /ws HTTP/1.1\r
    Host: a\r
    Connection: keep-alive, Upgrade\r
    Upgrade: websocket\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
    Sec-WebSocket-Version: 13\r
    \r

    """

/// The answer to it.
let upgradeAnswer = """
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
    \r

    """

/// A client's frame.
func masked(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    FrameEncoder.append(opcode, payload.span.bytes, key: 0x0A0B_0C0D, to: &frame)
    return frame
}

func masked(_ text: String) -> [UInt8] {
    masked(.text, Array(text.utf8))
}

/// A server's frame.
func plain(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    FrameEncoder.append(opcode, payload.span.bytes, to: &frame)
    return frame
}

func plain(_ text: String) -> [UInt8] {
    plain(.text, Array(text.utf8))
}

/// Sends back what it gets, and remembers how it ended.
final class EchoHandler: WebSocketHandler {
    var connection: WebSocketConnection?
    var events: [String] = []
    var onMessage: ((WebSocketConnection) -> Void)?

    override func receive(text: RawSpan) {
        connection?.send(text: text)
        if let connection { onMessage?(connection) }
    }

    override func receive(binary: RawSpan) {
        connection?.send(binary: binary)
        if let connection { onMessage?(connection) }
    }

    override func receivedPong() { events.append("pong") }
    override func drained() { events.append("drained") }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        events.append("closed \(code.map { "\($0.rawValue)" } ?? "-") \(reason) \(error.map { "\($0)" } ?? "")")
        connection = nil
    }
}

extension HTTPServer {
    /// Turns every request below /ws into an echoing WebSocket; the handlers are returned in order of their opening.
    func mountEcho(maxMessageBytes: Int = 1_000_000, _ opened: @escaping (EchoHandler) -> Void = { _ in }) {
        mount("/ws") { exchange in
            let handler = EchoHandler()
            handler.connection = exchange.acceptWebSocket(maxMessageBytes: maxMessageBytes, handler: handler)
            opened(handler)
        }
    }
}
