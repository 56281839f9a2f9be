// WebSocketTransport: what lies between a WebSocket and its session. The session is the connection's handler itself, so
// that a message passes no object on its way that only hands it on; before an upgrade another one is, for a moment.

internal import UVHTTP
internal import Wire

extension WebSocketConnection {
    /// Sends a packet: the frame that all receivers share, or its text or bytes compressed.
    @inline(__always)
    func send(_ packet: borrowing Outgoing) {
        guard packet.isCompressible, compresses(packet.frameCount) else {
            return send(frame: packet.frameBytes, last: packet.frameCount)
        }
        let isBinary = packet.isBinary
        packet.withPacket { isBinary ? send(binary: $0) : send(text: $0) }
    }
}

/// The receiving end of a WebSocket that wants to take a session over from polling.
final class UpgradingWebSocket: WebSocketHandler {
    private let session: Session
    /// It holds this object until it is closed, or until the session receives in its place.
    private unowned(unsafe) var connection: WebSocketConnection?

    init(_ session: Session) {
        self.session = session
        super.init()
    }

    /// The connection whose messages come here.
    func probe(_ connection: WebSocketConnection) {
        self.connection = connection
    }

    override func receive(text: RawSpan) {
        receive(probe: text)
    }

    override func receive(binary: RawSpan) {
        receive(probe: RawSpan())
    }

    private func receive(probe packet: RawSpan) {
        guard let connection, session.receiveProbe(packet, on: connection) else { return }
        self.connection = nil
        connection.setHandler(session)
    }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        if let connection { session.probeClosed(connection) }
    }
}

extension Session {
    /// The WebSocket in use is gone.
    func socketClosed(_ code: CloseCode?, _ reason: String, _ error: (any Error)?) {
        if let error = error as? WebSocketError {
            end(CloseCause(.transportError, description(error)))
        } else {
            end(CloseCause(.transportClose, Self.description(code, reason)))
        }
    }

    private func description(_ error: WebSocketError) -> String {
        guard error == .messageTooBig else { return "\(error)" }
        server.counters.tooBig &+= 1
        return server.tooBig
    }

    private static func description(_ code: CloseCode?, _ reason: String) -> String? {
        guard let code else { return nil }
        return reason.isEmpty ? "code \(code.rawValue)" : "code \(code.rawValue): \(reason)"
    }
}
