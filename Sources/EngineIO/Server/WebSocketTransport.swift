// WebSocketTransport: what one WebSocket brings, handed to its session. It decides nothing and keeps nothing; what is
// sent goes from the session to the connection directly.

internal import UVHTTP
internal import Wire

extension WebSocketConnection {
    /// Sends a packet: the frame that all receivers share, or its text or bytes compressed.
    @inline(__always)
    func send(_ packet: borrowing Outgoing) {
        guard packet.isCompressible, compresses(packet.frameCount) else {
            return packet.withFrame { send(frame: $0) }
        }
        let isBinary = packet.isBinary
        packet.withPacket { isBinary ? send(binary: $0) : send(text: $0) }
    }
}

/// The receiving end of a session's WebSocket, or of one that wants to become it.
final class WebSocketTransport: WebSocketHandler {
    private let session: Session
    /// The connection while it is not the session's transport.
    ///
    /// It holds this object until it is closed.
    private unowned(unsafe) var probing: WebSocketConnection?

    init(_ session: Session) {
        self.session = session
    }

    /// From here on the connection only tries to become the transport.
    func probe(_ connection: WebSocketConnection) {
        probing = connection
    }

    override func receive(text: RawSpan) {
        if let probing { return receive(probe: text, on: probing) }
        session.receive(text: text)
    }

    override func receive(binary: RawSpan) {
        if let probing { return receive(probe: RawSpan(), on: probing) }
        session.receive(binary: binary)
    }

    private func receive(probe packet: RawSpan, on connection: WebSocketConnection) {
        if session.receiveProbe(packet, on: connection) { probing = nil }
    }

    override func drained() {
        guard probing == nil else { return }
        session.withHandler { $0.drained() }
    }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        if let probing {
            session.probeClosed(probing)
        } else if let error = error as? WebSocketError {
            session.end(CloseCause(.transportError, description(error)))
        } else {
            session.end(CloseCause(.transportClose, Self.description(code, reason)))
        }
    }

    private func description(_ error: WebSocketError) -> String {
        guard error == .messageTooBig else { return "\(error)" }
        session.server.counters.tooBig &+= 1
        return session.server.tooBig
    }

    private static func description(_ code: CloseCode?, _ reason: String) -> String? {
        guard let code else { return nil }
        return reason.isEmpty ? "code \(code.rawValue)" : "code \(code.rawValue): \(reason)"
    }
}
