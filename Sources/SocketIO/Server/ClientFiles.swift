// ClientFiles: the browser's client, served from inside the program under the server's own path.

internal import BrowserClient
internal import EngineIO

/// The files that browsers load from the server.
enum ClientFiles {
    /// The names under which pages look for the client; those that this build has not are answered with 404.
    static let names = [
        "socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.min.js.map", "socket.io.esm.min.js",
        "socket.io.esm.min.js.map", "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map",
    ]

    /// Lets the engine answer requests for the files.
    static func serve(through engine: EngineServer) {
        for name in names {
            engine.addFile(name) { BrowserClient.file(name)?.bytes }
        }
    }
}
