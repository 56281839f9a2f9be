// ClientWebSocket: the WebSocket of a client's session. It turns packets into messages and back, and decides nothing.

internal import UVHTTP
internal import UVLoop
internal import Wire

/// The WebSocket that a session uses, or wants to change to.
final class ClientWebSocket: WebSocketClientHandler {
    // Each holds the other until the session or the WebSocket is over.
    private var client: EngineClient?
    private var socket: WebSocketClient?
    private let forceBase64: Bool
    /// It is not the session's transport yet.
    private var isProbe: Bool

    /// With the id of a session, it is to take that over from polling.
    init(_ client: EngineClient, sid: String?) {
        self.client = client
        isProbe = sid != nil
        forceBase64 = client.options.forceBase64
        super.init()
    }

    /// Bytes that were sent here but are not with the kernel yet.
    var bufferedBytes: Int { socket?.bufferedBytes ?? 0 }

    // MARK: - Opening

    func open() {
        guard let client else { return }
        var options = WebSocketClientOptions()
        options.headers = client.requestFields()
        options.perMessageDeflate = client.options.perMessageDeflate
        options.openTimeout = 0  // the session has its own
        options.closeTimeout = client.options.closeTimeout
        options.maxMessageBytes = client.options.maxIncomingBytes
        options.maxBufferedBytes = .max  // the session has its own limit here too
        do throws(WebSocketClientError) {
            let socket = try WebSocketClient(
                on: client.loop,
                url: client.url(for: .websocket),
                options: options,
                wrap: client.wrap,
                handler: self
            )
            self.socket = socket
            socket.open()
        } catch {
            client.loop.nextTurn { [self] in failed(error) }
        }
    }

    override func opened(_ answer: WebSocketAnswer) {
        client?.takeCookies(answer.headers)
        if isProbe { send(Outgoing(.ping, "probe")) }
    }

    override func failed(_ error: WebSocketClientError) {
        let client = client
        self.client = nil
        if isProbe { client?.probeFailed("\(error)") } else { client?.fail(EngineClientError(error)) }
    }

    /// It is the session's transport from here on.
    func takeOver() {
        isProbe = false
        send(Outgoing(.upgrade))
    }

    // MARK: - Packets

    override func receive(text: RawSpan) {
        if isProbe { client?.receiveProbe(text) } else { client?.receive(text: text) }
    }

    override func receive(binary: RawSpan) {
        if isProbe { client?.receiveProbe(RawSpan()) } else { client?.receive(binary: binary) }
    }

    func send(_ packet: borrowing Outgoing) {
        let isBinary = packet.isBinary
        packet.withPacket { isBinary ? send(binary: $0) : send(text: $0) }
    }

    /// Sends a packet that is in the form in which polling would have sent it.
    func send(polled packet: RawSpan) {
        guard packet.byteCount > 0, packet.byte(at: 0) == PayloadReader.binaryMark, !forceBase64,
            let message = Base64.decode(packet.extracting(1...))
        else { return send(text: packet) }
        send(binary: message.span.bytes)
    }

    private func send(text: RawSpan) {
        socket?.send(text: text)
    }

    private func send(binary: RawSpan) {
        guard forceBase64 else {
            socket?.send(binary: binary)
            return
        }
        var text = [PayloadReader.binaryMark]
        Base64.encode(binary, to: &text)
        send(text: text.span.bytes)
    }

    override func drained() {
        if !isProbe { client?.drained() }
    }

    // MARK: - A slow reader

    func pauseReading() {
        socket?.pauseReading()
    }

    func resumeReading() {
        socket?.resumeReading()
    }

    // MARK: - The end

    /// Closes in order; the session hears of the end.
    func close() {
        socket?.close(nil)
    }

    /// The session is over: nothing that comes is of interest any more.
    func abandon() {
        client = nil
        socket?.close(nil)
    }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        let client = client
        self.client = nil
        let reasonWords = reason.isEmpty ? "" : ": \(reason)"
        if isProbe {
            client?.probeFailed("the WebSocket was closed\(reasonWords)")
        } else if let error = error as? WebSocketError {
            client?.end(CloseCause(.transportError, "\(error)"))
        } else if let code {
            client?.end(CloseCause(.transportClose, "code \(code.rawValue)\(reasonWords)"))
        } else {
            client?.end(CloseCause(.transportClose, error.map { "\($0)" }))
        }
    }
}
