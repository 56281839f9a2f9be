// Server+Standing: a server that brings its own HTTP server, for programs that serve nothing else.

internal import EngineIO
public import UVLoop

extension Server {
    /// Listens on every address of the machine; whatever is not Socket.IO is answered with 404.
    ///
    /// Port 0 lets the system choose: see `port`. `close()` ends the HTTP server too.
    public convenience init(
        on loop: EventLoop,
        port: Int,
        options: ServerOptions = ServerOptions()
    ) throws(UVError) {
        let app = EngineServer.Host.standing(on: loop)
        self.init(on: app, options: options)
        ownedHost = app
        do throws(UVError) {
            try app.stand(at: port)
        } catch {
            close()
            throw error
        }
    }

    /// The port of a server that brought its own HTTP server.
    public var port: Int? { ownedHost?.standingPort }
}
