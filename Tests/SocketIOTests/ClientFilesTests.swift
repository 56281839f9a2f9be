import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct ClientFilesTests {
    /// An answer, cut at the empty line.
    private struct Answer {
        var head: String
        var body: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) {
            let end = bytes.indices.dropLast(3).first { bytes[$0...].starts(with: [13, 10, 13, 10]) } ?? bytes.endIndex
            head = String(decoding: bytes[..<end], as: UTF8.self)
            body = bytes[end...].dropFirst(4)
        }

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// The whole answer to a GET on a connection of its own.
    private nonisolated(nonsending) func get(_ scene: Scene, _ path: String, _ field: String = "A: b") async throws
        -> Answer
    {
        let reader = try Reader(scene, path, field)
        await scene.until { reader.isDone }
        return Answer(reader.bytes)
    }

    private final class Reader: StreamHandler {
        var bytes: [UInt8] = []
        var isDone = false
        private var stream: TCPStream?

        init(_ scene: Scene, _ path: String, _ field: String) throws {
            super.init()
            let address = try SocketAddress(host: "127.0.0.1", port: scene.port)
            let stream = TCPStream.connect(on: scene.loop, to: address, handler: self)
            stream.start()
            let request = "GET \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(field)\r\n\r\n"
            stream.write(Array(request.utf8).span.bytes)
            self.stream = stream
        }

        override func receive(_ bytes: inout MutableRawSpan) {
            bytes.bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        }

        override func receiveEnd() { stream?.close() }

        override func closed(_ error: UVError?) { isDone = true }
    }

    /// The names that are served, with what each of them contains and how large it may be in gzip.
    private static let scripts = [
        ("socket.io.js", "globalThis.io = io;", 12_000),
        ("socket.io.min.js", "sourceMappingURL=socket.io.min.js.map", 8_000),
        ("socket.io.esm.min.js", "as protocol", 8_000),
        ("socket.io.msgpack.min.js", "as MessagePack", 9_500),
    ]

    @Test(arguments: scripts) func `the browser's client is served below the server's path, and is small`(
        _ name: String,
        _ part: String,
        _ limit: Int
    ) throws {
        try play { scene in
            let plain = try await get(scene, "/socket.io/\(name)")
            #expect(plain.head.hasPrefix("HTTP/1.1 200"))
            #expect(plain.head.contains("text/javascript"))
            #expect(plain.text.contains(part))
            let gzip = try await get(scene, "/socket.io/\(name)", "Accept-Encoding: gzip")
            #expect(gzip.head.contains("Content-Encoding: gzip"))
            print("\(name): \(plain.body.count) bytes, \(gzip.body.count) in gzip (at most \(limit))")
            #expect(gzip.body.count <= limit)
        }
    }

    @Test(arguments: ["socket.io.min.js.map", "socket.io.esm.min.js.map"])
    func `a source map leads from the minified file to the readable one`(_ name: String) throws {
        try play { scene in
            let answer = try await get(scene, "/socket.io/\(name)")
            #expect(answer.head.contains("application/json"))
            #expect(answer.text.contains("\"sources\": [\"socket.io.js\"]"))
        }
    }

    @Test func `the map of the client with MessagePack holds the source, which is not served`() throws {
        try play { scene in
            let answer = try await get(scene, "/socket.io/socket.io.msgpack.min.js.map")
            #expect(answer.text.contains("\"sourcesContent\""))
        }
    }

    @Test func `a file of the official server that is not ours is not found`() throws {
        try play { scene in
            let answer = try await get(scene, "/socket.io/socket.io.js.map")
            #expect(answer.head.hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test func `it is not served when the program does not want it`() throws {
        var options = ServerOptions()
        options.serveClient = false
        try play(options) { scene in
            let answer = try await get(scene, "/socket.io/socket.io.js")
            #expect(answer.head.hasPrefix("HTTP/1.1 400"))
        }
    }
}
