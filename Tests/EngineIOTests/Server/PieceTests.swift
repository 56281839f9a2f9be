import EngineIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// What a session has received, as a vector says it.
private final class Recorder: SessionHandler {
    var packets: [VectorPacket] = []
    var reason: CloseReason?

    override func receive(text: RawSpan) {
        packets.append(.text(.message, text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }))
    }

    override func receive(binary: RawSpan) {
        packets.append(.binary(binary.withUnsafeBytes { [UInt8]($0) }))
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        self.reason = reason
    }
}

/// Reads what the server writes until it is told that this is enough.
private final class Reader: StreamHandler {
    private var bytes: [UInt8] = []
    private let received: ([UInt8]) -> Void

    init(_ received: @escaping ([UInt8]) -> Void) {
        self.received = received
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        bytes.bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
        received(self.bytes)
    }
}

/// The same bytes on streams in memory, cut everywhere: the session must not notice.
@Suite struct PieceTests {
    /// Begins a session with `opening`, then writes `pieces`, each in a turn of its own, and tells what came of it.
    private static func play(
        _ opening: (_ sid: String) -> [UInt8],
        _ pieces: (_ sid: String) -> [[UInt8]],
        until isComplete: @escaping ([UInt8]) -> Bool
    ) throws -> Recorder {
        let recorder = Recorder()
        try onLoop { loop in
            let app = HTTPServer(on: loop)
            var options = EngineOptions()
            options.generateID = { _ in "id" }
            _ = EngineServer(on: app, options: options) { _ in recorder }
            let (client, server) = Loopback.pair(on: loop)
            client.setHandler(
                Reader { bytes in
                    guard isComplete(bytes) else { return }
                    client.close()
                    loop.nextTurn { loop.stop() }
                }
            )
            client.start()
            app.accept(server)
            client.write(opening("id").span.bytes)
            var rest = pieces("id")[...]
            func writeNext() {
                guard let piece = rest.popFirst() else { return }
                client.write(piece.span.bytes)
                loop.nextTurn(writeNext)
            }
            writeNext()
        }
        return recorder
    }

    private static func expectSame(_ recorder: Recorder, _ vector: EngineVector) {
        let messages = vector.packets.filter { packet in
            if case .text(let type, _) = packet { type == .message } else { true }
        }
        // What follows a ping is not received: no client of this protocol sends one.
        let end = vector.packets.firstIndex { if case .text(.ping, _) = $0 { true } else { false } }
        let expected = end.map { Array(messages.prefix($0)) } ?? messages
        #expect(recorder.packets == expected)
    }

    @Test(arguments: EngineVector.payloads) func `a POST may come in any pieces`(_ vector: EngineVector) throws {
        let open = Array(EngineScene.request("GET", EngineScene.polling).utf8)
        let head =
            "POST \(EngineScene.polling)&sid=id HTTP/1.1\r\nHost: a\r\nContent-Length: \(vector.input.count)\r\n\r\n"
        for pieces in everySplit(of: vector.input) {
            let recorder = try Self.play({ _ in open }, { _ in [Array(head.utf8)] + pieces }) { bytes in
                String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n\r\nok")
            }
            Self.expectSame(recorder, vector)
        }
    }

    @Test(arguments: EngineVector.packets) func `a frame may come in any pieces`(_ vector: EngineVector) throws {
        let open = Array(EngineScene.request("GET", EngineScene.websocket, headers: EngineScene.upgradeHeaders).utf8)
        let frame = TestWebSocket.frame(0x81, vector.input)
        // An empty ping of WebSocket itself behind the packet: its pong says that everything before was looked at.
        let marker = TestWebSocket.frame(0x89, [])
        for pieces in everySplit(of: frame) {
            let recorder = try Self.play({ _ in open }, { _ in pieces + [marker] }) { bytes in
                bytes.suffix(2) == [0x8A, 0] || bytes.suffix(2) == [0x88, 0]
            }
            Self.expectSame(recorder, vector)
        }
    }
}
