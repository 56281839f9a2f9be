// ClientSupport: the server that the test suite of the official socket.io-client runs against.

import EngineIO
import SocketIO
import UVHTTP
import UVLoop

private let eightBytes = Array("asdfasdf".utf8)

/// The namespaces and events of that suite's own support server.
func serveClientSupport(_ command: Command, _ ground: Ground) throws {
    let loop = ground.loop
    var options = ServerOptions()
    options.pingInterval = 2_000
    options.connectionStateRecovery = ConnectionStateRecovery()
    options.cors = CORSOptions(origin: .any)
    options.allowRequest = { _, decide in
        // Every handshake takes a moment, as that server's does: the suite closes clients in the middle of it.
        loop.spawn {
            await loop.sleep(for: 10)
            decide(.allow)
        }
    }
    let io = ground.makeServer(options)
    io.use { socket in
        if socket.handshake.query("fail") != nil { throw ConnectError("Auth failed (main namespace)") }
    }
    io.of("/no").use { _ in throw ConnectError("Auth failed (custom namespace)") }
    for name in ["/timeout_socket", "/valid", "/asd"] { _ = io.of(name) }
    io.of("/foo").on(.connection) { socket in
        socket.on("getId") { socket.id }
    }
    io.of("/abc").on(.connection) { socket in
        socket.emit("handshake", socket.handshake.json)
    }
    io.on(.connection) { ClientSupport(socket: $0).register() }
}

/// The events of one socket of "/".
private struct ClientSupport {
    unowned let socket: Socket

    func register() {
        registerAnswers()
        registerTexts()
        registerBytes()
        registerBlobs()
    }

    private func registerAnswers() {
        socket.on("hi") { socket.emit("hi") }
        socket.on("echo") { (value: JSON, ack: Ack) in ack(value) }
        socket.on("ack") { socket.emit("ack") { gotIt($0) } }
        socket.on("getAckDate") { (_: JSON, ack: Ack) in ack(dateNow()) }
        socket.on("getHandshake") { () -> JSON in socket.handshake.json }
        socket.on("getId") { socket.id }
    }

    private func gotIt(_ answer: Result<(JSON, JSON), AckError>) {
        guard case .success((let number, let object)) = answer else { return }
        if number == 5, object["test"] == true { socket.emit("got it") }
    }

    private func registerTexts() {
        socket.on("getDate") { socket.emit("takeDate", dateNow()) }
        socket.on("getDateObj") { socket.emit("takeDateObj", ["date": dateNow()]) }
        socket.on("getUtf8") {
            for text in ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string"] {
                socket.emit("takeUtf8", text)
            }
        }
        socket.on("false") { socket.emit("false", false) }
    }

    private func registerBytes() {
        socket.on("doge") { socket.emit("doge", eightBytes) }
        socket.on("getbin") { socket.emit("takebin", eightBytes) }
        socket.on("buffa") { (_: [UInt8]) in socket.emit("buffack") }
        socket.on("jsonbuff") { (mixed: Mixed) in
            if mixed.isExpected { socket.emit("jsonbuff-ack") }
        }
        var hasFirst = false
        socket.on("abuff1") { (_: [UInt8]) in hasFirst = true }
        socket.on("abuff2") { (_: [UInt8]) in
            if hasFirst { socket.emit("abuff2-ack") }
        }
    }

    private func registerBlobs() {
        socket.on("blob") { (bytes: [UInt8]) in socket.emit("back", bytes) }
        socket.on("jsonblob") { (mixed: Mixed) in
            if mixed.isExpected { socket.emit("jsonblob-ack") }
        }
        var received = 0
        socket.on("blob1") { (_: [UInt8]) in received = 1 }
        socket.on("blob2") { (text: String) in
            if received == 1, text == "second" { received = 2 }
        }
        socket.on("blob3") { (_: [UInt8]) in
            if received == 2 { socket.emit("blob3-ack") }
        }
    }
}

/// Text and bytes in one object.
private struct Mixed: Decodable {
    var hello: String
    var message: [UInt8]
    var goodbye: String

    var isExpected: Bool { hello == "lol" && goodbye == "gotcha" }
}
