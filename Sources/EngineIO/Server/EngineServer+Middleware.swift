// EngineServer, middleware: functions of the program that every request below the server's path goes through before it
// is looked at: polls and posts, handshakes and requests for a WebSocket alike. CORS and files come first.

public import UVHTTP

extension EngineServer {
    /// Has each request below the server's path go through a function, in the order of the calls.
    ///
    /// It calls `next()` to let the request through, answers the request itself, or throws: then the client gets 400,
    /// and `onConnectionError` hears of a MIDDLEWARE_FAILURE. Fields that it sets go out with the answer, also with
    /// that to a request for a WebSocket.
    public func use(_ step: @escaping (Exchange, Next) throws -> Void) {
        hasSteps = true
        steps.use(step)
    }

    /// Has each request below the server's path go through a function that awaits.
    public func use(_ step: @escaping AsyncStep) {
        hasSteps = true
        steps.use(step)
    }

    /// Has each request below the server's path go through a ready-made middleware.
    public func use(_ middleware: Middleware) {
        hasSteps = true
        steps.use(middleware)
    }
}
