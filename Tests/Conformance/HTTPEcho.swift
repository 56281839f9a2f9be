// HTTPEcho: answers every request with the request's body. The bad input suite for HTTP is run against it.

import UVHTTP
import Wire

/// 200, Content-Length and the body, whatever the method and the target; the server itself refuses what is malformed.
func serveHTTPEcho(_ command: Command, _ ground: Ground) throws {
    ground.app.fallback = { exchange in
        exchange.readBody { body in
            switch body {
            case .success(let bytes):
                exchange.send(bytes)
            case .failure(let error):
                guard exchange.isOpen, !exchange.isAnswered else { return }
                exchange.status = error.status
                exchange.send([])
            }
        }
    }
}
