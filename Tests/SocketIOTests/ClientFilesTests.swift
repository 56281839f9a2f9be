import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct ClientFilesTests {
    /// The whole answer to a GET on a connection of its own.
    private nonisolated(nonsending) func get(_ scene: Scene, _ path: String) async throws -> String {
        let reader = try Reader(scene, path)
        await scene.until { reader.isDone }
        return String(decoding: reader.bytes, as: UTF8.self)
    }

    private final class Reader: StreamHandler {
        var bytes: [UInt8] = []
        var isDone = false
        private var stream: TCPStream?

        init(_ scene: Scene, _ path: String) throws {
            super.init()
            let address = try SocketAddress(host: "127.0.0.1", port: scene.port)
            let stream = TCPStream.connect(on: scene.loop, to: address, handler: self)
            stream.start()
            let request = "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            stream.write(Array(request.utf8).span.bytes)
            self.stream = stream
        }

        override func receive(_ bytes: inout MutableRawSpan) {
            bytes.bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        }

        override func receiveEnd() { stream?.close() }

        override func closed(_ error: UVError?) { isDone = true }
    }

    @Test func `the browser's client is served below the server's path`() throws {
        try play { scene in
            let answer = try await get(scene, "/socket.io/socket.io.js")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.contains("text/javascript"))
            #expect(answer.utf8.count > 10_000)
        }
    }

    @Test func `it is not served when the program does not want it`() throws {
        var options = ServerOptions()
        options.serveClient = false
        try play(options) { scene in
            let answer = try await get(scene, "/socket.io/socket.io.js")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
        }
    }
}
