// Exchange, the way from HTTP to WebSocket: the opening handshake's answer, and the stream's change of hands.

internal import UVLoop
internal import Wire

extension Exchange {
    /// Answers 101 and turns the connection into a WebSocket with this handler.
    ///
    /// A request that is no proper opening is answered with its 400 and its connection closed; then, and when the
    /// client has gone or an answer has begun, the result is nil. `headers` go out with the 101, after what
    /// `setHeader` has set.
    package func acceptWebSocket(
        headers: [(String, String)] = [],
        maxMessageBytes: Int,
        handler: WebSocketHandler
    ) -> WebSocketConnection? {
        guard !isAnswered, let connection, connection.stream.isOpen else { return nil }
        let accept: String
        do throws(WebSocketUpgradeError) {
            accept = try WebSocketUpgrade.check(isGet: head.method == .get, upgrade: head.upgrade) {
                head.fields.all($0)
            }
        } catch {
            if let field = error.field { setHeader(field.name, field.value) }
            refuse(status: error.status, body: error.message, contentType: "text/html")
            return nil
        }
        for (name, value) in headers { addHeader(name, value) }
        return switchProtocols(accept, connection, maxMessageBytes, handler)
    }

    private func switchProtocols(
        _ accept: String,
        _ connection: HTTPConnection,
        _ maxMessageBytes: Int,
        _ handler: WebSocketHandler
    ) -> WebSocketConnection {
        connection.append { outbox in
            outbox.append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            outbox.append("Sec-WebSocket-Accept: ")
            outbox.append(accept)
            outbox.append("\r\n")
            appendFields(to: &outbox)
            outbox.append("\r\n")
        }
        let socket = WebSocketConnection(
            connection.stream,
            of: connection.server,
            maxMessageBytes: maxMessageBytes,
            handler: handler
        )
        connection.handOver(to: socket)
        status = 101
        detach()
        return socket
    }
}
