// Exchange, the way from HTTP to WebSocket: the opening handshake's answer, and the stream's change of hands.

internal import UVLoop
internal import Wire

extension Exchange {
    /// Answers 101 and turns the connection into a WebSocket with this handler.
    ///
    /// A request that is no proper opening is answered with its 400 and its connection closed; then, and when the
    /// client has gone or an answer has begun, the result is nil. `headers` go out with the 101, after what
    /// `setHeader` has set. Without `deflate`, extensions that the client offers are not even looked at.
    package func acceptWebSocket(
        headers: [(String, String)] = [],
        maxMessageBytes: Int,
        deflate: PerMessageDeflate? = nil,
        handler: WebSocketHandler
    ) -> WebSocketConnection? {
        guard !isAnswered, let connection, connection.stream.isOpen else { return nil }
        let accept: String
        let agreement: DeflateAgreement?
        do throws(WebSocketUpgradeError) {
            accept = try WebSocketUpgrade.check(isGet: head.method == .get, upgrade: head.upgrade) {
                head.fields.all($0)
            }
        } catch {
            if let field = error.field { setHeader(field.name, field.value) }
            refuse(status: error.status, body: error.message, contentType: "text/html")
            return nil
        }
        do throws(DeflateOfferError) {
            agreement = try agree(on: deflate)
        } catch {
            refuse(status: 400, body: error.message, contentType: "text/html")
            return nil
        }
        for (name, value) in headers { addHeader(name, value) }
        if let agreement { addHeader("Sec-WebSocket-Extensions", agreement.field) }
        let socket = WebSocketConnection(
            connection.stream,
            of: connection.server,
            maxMessageBytes: maxMessageBytes,
            deflate: messageDeflate(deflate, agreement, maxMessageBytes, connection.server),
            handler: handler
        )
        switchProtocols(accept, connection, socket)
        return socket
    }

    /// What comes of the extensions that the client offers.
    private func agree(on options: PerMessageDeflate?) throws(DeflateOfferError) -> DeflateAgreement? {
        guard let options else { return nil }
        return try DeflateOffer.agree(on: head.fields.all("sec-websocket-extensions"), wishes: options.wishes)
    }

    private func messageDeflate(
        _ options: PerMessageDeflate?,
        _ agreement: DeflateAgreement?,
        _ maxMessageBytes: Int,
        _ server: HTTPServer
    ) -> MessageDeflate? {
        guard let options, let agreed = agreement?.parameters else { return nil }
        return MessageDeflate(options, agreed: agreed, maxMessageBytes: maxMessageBytes, shared: server.zlib)
    }

    private func switchProtocols(
        _ accept: String,
        _ connection: HTTPConnection,
        _ socket: WebSocketConnection
    ) {
        connection.append { outbox in
            outbox.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            outbox.append("Sec-WebSocket-Accept: ")
            outbox.append(accept)
            outbox.append("\r\n")
            appendFields(to: &outbox)
            outbox.append("\r\n")
        }
        connection.handOver(to: socket)
        status = 101
        detach()
    }
}
