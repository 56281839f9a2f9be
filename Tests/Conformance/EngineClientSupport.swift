// EngineClientSupport: the server that the test suite of the official engine.io-client runs against.

import EngineIO
import Glibc
import SocketIO
import UVHTTP
import UVLoop

/// Says "hi", and echoes but for a few words; four cookies come with each handshake.
func serveEngineClientSupport(_ command: Command, _ ground: Ground) throws {
    let loop = ground.loop
    let posts = LastPosts()
    var options = EngineOptions()
    options.pingInterval = 500
    options.maxHttpBufferSize = 100
    options.cors = CORSOptions(origin: .any)
    options.allowRequest = { request, decide in
        decide(request.query.contains { $0.0 == "deny" } ? .deny() : .allow)
    }
    options.initialHeaders = { fields, _ in
        for cookie in cookies() { fields.append(("Set-Cookie", cookie)) }
    }
    options.headers = { _, request in posts.note(request) }
    let engine = EngineServer(on: ground.app, options: options) { session in
        EngineSupport(session, loop, posts)
    }
    ground.keep(engine)
}

/// One of each kind: one that lasts, one that is for the server only, one that is over, and one that just ends.
private func cookies() -> [String] {
    [
        "1=1; Max-Age=86400", "2=2; Path=/; HttpOnly; Secure; SameSite=Strict", "3=3; Max-Age=0",
        "4=4; Expires=\(formatNow("%a, %d %b %Y %H:%M:%S GMT"))",
    ]
}

/// The header fields of the last POST of each session; a session sends few, and the program ends with the suite.
private final class LastPosts {
    private var fields: [String: JSON] = [:]

    func note(_ request: HandshakeRequest) {
        guard request.header("content-length") != nil, let sid = request.query.last(where: { $0.0 == "sid" }) else {
            return
        }
        fields[sid.1] = .object(JSONObject(request.headers.map { ($0.0.lowercased(), JSON.string($0.1)) }))
    }

    func of(_ session: Session) -> JSON {
        fields[session.id] ?? [:]
    }
}

private final class EngineSupport: SessionHandler {
    private unowned let session: Session
    private let loop: EventLoop
    private let posts: LastPosts

    init(_ session: Session, _ loop: EventLoop, _ posts: LastPosts) {
        self.session = session
        self.loop = loop
        self.posts = posts
        super.init()
        send("hi")
    }

    override func receive(text: RawSpan) {
        switch text.withUnsafeBytes({ String(decoding: $0, as: UTF8.self) }) {
        case "give binary": session.send(binary: ([0, 1, 2, 3, 4] as [UInt8]).span.bytes)
        case "give utf8": send("пойду спать всем спокойной ночи")
        case "sendHeaders": sendHeaders()
        default: session.send(text: text)
        }
    }

    override func receive(binary: RawSpan) {
        session.send(binary: binary)
    }

    /// In the next turn: the request is noted when it is answered, which is after its messages were handled.
    private func sendHeaders() {
        loop.nextTurn { [session, posts] in session.send(text: Array(posts.of(session).text.utf8).span.bytes) }
    }

    private func send(_ text: String) {
        session.send(text: Array(text.utf8).span.bytes)
    }
}
