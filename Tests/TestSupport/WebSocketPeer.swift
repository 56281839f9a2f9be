// WebSocketPeer: a WebSocket client for tests that reads like a conversation: send, then await the next message.
// It is not a Socket.IO client: it sends and sees the very messages, so that a test can send what no client would.

public import UVLoop
internal import Wire

/// The conversation is over and nothing more will come.
public struct PeerClosed: Error {}

/// One message of a WebSocket.
public enum PeerMessage: Equatable, Sendable, ExpressibleByStringLiteral {
    case text(String)
    case binary([UInt8])

    /// A text message.
    public init(stringLiteral value: String) { self = .text(value) }

    /// The text; empty for a binary message.
    public var text: String {
        if case .text(let text) = self { text } else { "" }
    }
}

/// A WebSocket client on the loop of the test.
public final class WebSocketPeer: StreamHandler {
    private var stream: (any ByteStream)?
    private var head: [UInt8] = []
    private var isUpgraded = false
    private var assembler = MessageAssembler(role: .client, maxMessageBytes: 1 << 26)
    private var messages: [PeerMessage] = []
    private var waiting: UnsafeContinuation<Void, Never>?

    /// True from the end of the stream, or from a closing frame.
    public private(set) var isClosed = false

    /// The number of messages that came, taken or not.
    public private(set) var received = 0

    /// Begins to connect; what is sent meanwhile waits.
    public init(on loop: EventLoop, port: Int, path: String) throws {
        super.init()
        let address = try SocketAddress(host: "127.0.0.1", port: port)
        let stream = TCPStream.connect(on: loop, to: address, handler: self)
        self.stream = stream
        stream.start()
        let request = """
            GET \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            Sec-WebSocket-Version: 13\r
            \r

            """
        stream.write(Array(request.utf8).span.bytes)
    }

    // MARK: The conversation

    /// Sends a text message.
    public func send(_ text: String) { send(.text, Array(text.utf8)) }

    /// Sends a binary message.
    public func send(_ bytes: [UInt8]) { send(.binary, bytes) }

    /// The next message, as soon as there is one.
    public nonisolated(nonsending) func next() async throws -> PeerMessage {
        while messages.isEmpty {
            guard !isClosed else { throw PeerClosed() }
            await withUnsafeContinuation { waiting = $0 }
        }
        return messages.removeFirst()
    }

    /// Returns as soon as the other side has closed.
    public nonisolated(nonsending) func closed() async {
        while !isClosed { await withUnsafeContinuation { waiting = $0 } }
    }

    /// What has come and was not taken yet.
    public var unread: [PeerMessage] { messages }

    /// Cuts the connection.
    public func close() { stream?.close() }

    /// Stops reading, so that the other side's output fills up.
    public func pause() { stream?.pauseReading() }

    /// Reads again.
    public func resume() { stream?.resumeReading() }

    private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
        var frame: [UInt8] = []
        FrameEncoder.append(opcode, payload.span.bytes, key: 0x0A0B_0C0D, to: &frame)
        stream?.write(frame.span.bytes)
    }

    // MARK: The stream

    /// Reads the answer's head first, then frames.
    public override func receive(_ bytes: inout MutableRawSpan) {
        guard isUpgraded else { return receive(head: &bytes) }
        var offset = 0
        do {
            while let event = try assembler.next(&bytes, at: &offset) { take(event, bytes.bytes) }
        } catch {
            isClosed = true
        }
        wake()
    }

    /// The other side has ended.
    public override func receiveEnd() { stream?.close() }

    /// The stream is gone.
    public override func closed(_ error: UVError?) {
        isClosed = true
        stream = nil
        wake()
    }

    private func receive(head bytes: inout MutableRawSpan) {
        bytes.bytes.withUnsafeBytes { head.append(contentsOf: $0) }
        guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        guard head.starts(with: Array("HTTP/1.1 101".utf8)) else {
            stream?.close()
            return
        }
        isUpgraded = true
        var rest = Array(head[end.upperBound...])
        guard !rest.isEmpty else { return }
        var span = rest.mutableSpan
        var raw = span.mutableBytes
        receive(&raw)
    }

    private func take(_ event: WebSocketEvent, _ bytes: RawSpan) {
        switch event {
        case .text(let payload): put(.text(String(decoding: copy(payload, bytes), as: UTF8.self)))
        case .binary(let payload): put(.binary(copy(payload, bytes)))
        case .close: isClosed = true
        case .ping, .pong: break
        }
    }

    private func put(_ message: PeerMessage) {
        received += 1
        messages.append(message)
    }

    private func copy(_ payload: WebSocketPayload, _ bytes: RawSpan) -> [UInt8] {
        switch payload {
        case .bytes(let bytes): bytes
        case .range(let range): bytes.extracting(range).withUnsafeBytes { Array($0) }
        }
    }

    private func wake() {
        let continuation = waiting
        waiting = nil
        continuation?.resume()
    }
}
