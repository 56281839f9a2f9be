// ClientFiles: the browser's client, served from inside the program under the server's own path.

internal import CClientFiles
internal import EngineIO

/// The files that browsers load from the server.
enum ClientFiles {
    /// static/socket.io.js; one copy for all servers of the process.
    private static let socketIO: [UInt8] = {
        let file = client_file_socket_io_js()
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }()

    /// A mark that changes whenever the file does, so that browsers may keep it.
    private static let version: String = {
        let hash = socketIO.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }()

    /// Lets the engine answer requests for the files.
    static func serve(through engine: EngineServer) {
        engine.addFile(
            "socket.io.js",
            bytes: socketIO,
            contentType: "text/javascript; charset=utf-8",
            etag: version
        )
    }
}
