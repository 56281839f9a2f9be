// EngineServer, host: what a storey above needs of an HTTP server that it owns, so that it need not know HTTP itself.

internal import UVHTTP
package import UVLoop

extension EngineServer.Host {
    /// An HTTP server that serves nothing of its own.
    package static func standing(on loop: EventLoop) -> EngineServer.Host {
        HTTPServer(on: loop)
    }

    /// Listens on every address.
    package func stand(at port: Int) throws(UVError) {
        try listen(port: port)
    }

    /// The port that it listens on.
    package var standingPort: Int? { port }

    /// Ends it: connections that answer have a moment to finish.
    package func fall() {
        close(within: 1_000)
    }
}
