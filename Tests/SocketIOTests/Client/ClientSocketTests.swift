import SocketIO
import TestSupport
import Testing
import UVLoop

/// A client's socket against a server on the same loop.
@Suite struct ClientSocketTests {
    @Test func `events and answers go both ways`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("add") { (a: Int, b: Int) in a + b }
                socket.on("picture") { (bytes: [UInt8], ack: Ack) in ack(bytes, "seen") }
                socket.on("ask back") { (ack: Ack) in
                    let answer: String = try await socket.emit("name?", 7, timeout: .seconds(5))
                    ack(answer)
                }
            }
            let io = scene.manager()
            let socket = io.socket()
            socket.on("name?") { (number: Int) in "Ann \(number)" }
            let sum: Int = try await socket.emit("add", 1, 2, timeout: .seconds(5))
            #expect(sum == 3)
            #expect(socket.isConnected && socket.id == scene.io.sockets.first?.id)
            let (bytes, word): ([UInt8], String) = try await socket.emitWithAck("picture", [0, 255] as [UInt8])
            #expect(bytes == [0, 255] && word == "seen")
            let name: String = try await socket.timeout(.seconds(5)).emitWithAck("ask back")
            #expect(name == "Ann 7")
            io.close()
            #expect(!socket.isConnected && socket.id == nil)
            await scene.until { scene.io.sockets.isEmpty }
        }
    }

    @Test func `a loss is told, and the socket comes back with its handlers`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in socket.emit("hello", socket.id) }
            let io = scene.manager()
            let socket = io.socket()
            let diary = Diary(socket)
            var hellos: [String] = []
            socket.on("hello") { (id: String) in hellos.append(id) }
            await scene.until { hellos.count == 1 }
            let first = try #require(socket.id)
            await scene.cut(socket)
            await scene.until { hellos.count == 2 }
            #expect(hellos == [first, socket.id] && first != socket.id)
            #expect(diary.lines == ["connect", "disconnect transport close", "connect"])
            io.close()
            #expect(diary.lines.last == "disconnect io client disconnect")
        }
    }
}
