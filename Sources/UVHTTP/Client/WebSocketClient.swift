// WebSocketClient: the client's end of a WebSocket. The opening is a WebSocketOpening; what is open is the same
// WebSocketConnection that servers use, in the other role. This file is the face of both.

public import UVLoop
public import Wire

/// A WebSocket to some server.
///
/// Bound to its loop. One object is one connection: when it is over, make another. While it is opening or open it lives
/// without being held.
public final class WebSocketClient {
    private enum State {
        case idle
        case opening(WebSocketOpening)
        case open(WebSocketConnection)
        case over
    }

    /// The loop that it belongs to.
    public let loop: EventLoop
    private let url: WebURL
    private let options: WebSocketClientOptions
    private let wrap: ((TCPStream) -> any ByteStream)?
    private var handler: WebSocketClientHandler?
    private var state = State.idle

    /// A client that has not begun to connect.
    ///
    /// `wrap` may put something between the socket and HTTP: encryption. It is given a connected stream.
    public init(
        on loop: EventLoop,
        url: String,
        options: WebSocketClientOptions = WebSocketClientOptions(),
        wrap: ((TCPStream) -> any ByteStream)? = nil,
        handler: WebSocketClientHandler
    ) throws(WebSocketClientError) {
        self.loop = loop
        self.options = options
        self.wrap = wrap
        self.handler = handler
        do throws(WebURLError) {
            self.url = try WebURL(url)
        } catch {
            throw .badURL("\(error)")
        }
    }

    // MARK: - Opening

    /// Begins to connect; does nothing when it has begun.
    public func open() {
        guard case .idle = state, let handler else { return }
        let opening = WebSocketOpening(on: loop, url: url, options: options, wrap: wrap, handler: handler) { [self] in
            settled($0)
        }
        self.handler = nil
        state = .opening(opening)
        opening.start()
    }

    private func settled(_ connection: WebSocketConnection?) {
        state = connection.map(State.open) ?? .over
    }

    /// Whether messages can be sent and will be received.
    public var isOpen: Bool {
        if case .open(let connection) = state { connection.isOpen } else { false }
    }

    /// Bytes that were sent here but are not with the kernel yet.
    public var bufferedBytes: Int {
        if case .open(let connection) = state { connection.bufferedBytes } else { 0 }
    }

    // MARK: - Sending

    /// Sends a text message, which must be UTF-8; false when it is not open or more than `maxBufferedBytes` would wait.
    @discardableResult
    public func send(text: RawSpan) -> Bool {
        guard let connection = taker(of: text.byteCount) else { return false }
        connection.send(text: text)
        return true
    }

    /// Sends a text message; false when it is not open or more than `maxBufferedBytes` would wait.
    @discardableResult
    public func send(_ text: String) -> Bool {
        send(text: text.utf8.span.bytes)
    }

    /// Sends a binary message; false when it is not open or more than `maxBufferedBytes` would wait.
    @discardableResult
    public func send(binary: RawSpan) -> Bool {
        guard let connection = taker(of: binary.byteCount) else { return false }
        connection.send(binary: binary)
        return true
    }

    /// Sends a ping; the handler hears of the pong.
    public func ping() {
        if case .open(let connection) = state { connection.ping() }
    }

    private func taker(of bytes: Int) -> WebSocketConnection? {
        guard case .open(let connection) = state, connection.isOpen else { return nil }
        let waiting = connection.bufferedBytes
        return waiting == 0 || waiting &+ bytes <= options.maxBufferedBytes ? connection : nil
    }

    // MARK: - Receiving

    /// Stops reading; what one read has brought already is still delivered.
    public func pauseReading() {
        if case .open(let connection) = state { connection.pauseReading() }
    }

    /// Reads again.
    public func resumeReading() {
        if case .open(let connection) = state { connection.resumeReading() }
    }

    // MARK: - Closing

    /// Closes after what was sent, with a code and a reason for the server; gives an opening up.
    public func close(_ code: CloseCode? = .normal, reason: String = "") {
        switch state {
        case .idle:
            handler = nil
            state = .over
        case .opening(let opening): opening.cancel()
        case .open(let connection): connection.close(code, reason: reason)
        case .over: break
        }
    }

    /// Cuts the connection without a word.
    public func abort() {
        switch state {
        case .idle, .opening, .over: close()
        case .open(let connection): connection.abort()
        }
    }
}

@available(*, unavailable)
extension WebSocketClient: Sendable {}
