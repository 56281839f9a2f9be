// Echo: a plain WebSocket echo at every path, for suites that test the WebSocket itself, such as Autobahn's.

import UVHTTP
import Wire

/// Each message comes back as what it came, up to 16 MiB and a little; `--no-deflate` refuses compression.
func serveEcho(_ command: Command, _ ground: Ground) throws {
    var options = HTTPOptions()
    options.maxOutboxBytes = 256 << 20  // the suite sends without reading
    ground.configure(options)
    var deflate: PerMessageDeflate?
    if !command.has("--no-deflate") {
        // Whatever the client offers is met, and everything is compressed, so that everything is tested.
        deflate = PerMessageDeflate()
        deflate?.serverNoContextTakeover = false
        deflate?.clientNoContextTakeover = false
        deflate?.threshold = 1
    }
    ground.app.mount("/") { exchange in
        guard exchange.wantsWebSocket else { return exchange.sendStatus(426) }
        let echo = FrameEcho()
        echo.connection = exchange.acceptWebSocket(maxMessageBytes: 17 << 20, deflate: deflate, handler: echo)
    }
}

private final class FrameEcho: WebSocketHandler {
    /// The connection holds this object until it is closed, so each holds the other until then.
    var connection: WebSocketConnection?

    override func receive(text: RawSpan) {
        connection?.send(text: text)
    }

    override func receive(binary: RawSpan) {
        connection?.send(binary: binary)
    }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        connection = nil
    }
}
