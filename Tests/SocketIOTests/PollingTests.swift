import SocketIO
import TestSupport
import Testing
import UVLoop

/// The whole road once over polling; what polling does with packets is tested in EngineIO.
@Suite struct PollingTests {
    /// Requests on one kept-alive connection, one after the other.
    private final class Poller: StreamHandler {
        private var bytes: [UInt8] = []
        private var stream: TCPStream?
        private var waiting: UnsafeContinuation<Void, Never>?

        init(_ scene: Scene) throws {
            super.init()
            let address = try SocketAddress(host: "127.0.0.1", port: scene.port)
            let stream = TCPStream.connect(on: scene.loop, to: address, handler: self)
            stream.start()
            self.stream = stream
        }

        /// The body of the answer.
        nonisolated(nonsending) func request(_ method: String, _ query: String, _ body: String = "") async -> String {
            let head = "\(method) /socket.io/?EIO=4&transport=polling\(query) HTTP/1.1\r\nHost: a\r\n"
            let text = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
            bytes = []
            stream?.write(Array(text.utf8).span.bytes)
            while answer == nil, stream != nil { await withUnsafeContinuation { waiting = $0 } }
            return answer ?? ""
        }

        func close() { stream?.close() }

        /// The body, once all of it is there.
        private var answer: String? {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
            let lengths = text[..<end.lowerBound].split(separator: "\r\n").filter {
                $0.lowercased().hasPrefix("content-length:")
            }
            let length = lengths.first.flatMap { Int($0.dropFirst(15).filter(\.isNumber)) } ?? 0
            let body = text[end.upperBound...]
            return body.utf8.count >= length ? String(body) : nil
        }

        override func receive(_ bytes: inout MutableRawSpan) {
            bytes.bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
            wake()
        }

        override func closed(_ error: UVError?) {
            stream = nil
            wake()
        }

        private func wake() {
            let continuation = waiting
            waiting = nil
            continuation?.resume()
        }
    }

    @Test func `events, answers and broadcasts go both ways over polling`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                #expect(socket.transport == "polling")
                socket.on("add") { (a: Int, b: Int) in a + b }
                socket.on("say") { (text: String, bytes: [UInt8]) in scene.io.emit("said", text, bytes) }
            }
            let poller = try Poller(scene)
            let open = await poller.request("GET", "")
            let id = try #require(open.split(separator: "\"").dropFirst(3).first)
            let sid = "&sid=\(id)"
            #expect(await poller.request("POST", sid, "40") == "ok")
            let joined = await poller.request("GET", sid)
            #expect(joined.hasPrefix("40{\"sid\":\""))
            let packets = [#"427["add",2,3]"#, #"451-["say","hi",{"_placeholder":true,"num":0}]"#, "bAQID"]
            #expect(await poller.request("POST", sid, packets.joined(separator: "\u{1E}")) == "ok")
            let events = await poller.request("GET", sid)
            let expected = ["437[5]", #"451-["said","hi",{"_placeholder":true,"num":0}]"#, "bAQID"]
            #expect(events == expected.joined(separator: "\u{1E}"))
            poller.close()
        }
    }
}
