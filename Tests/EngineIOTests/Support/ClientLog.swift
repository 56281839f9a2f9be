// ClientLog: an Engine.IO client under test, as a script sees it: what it was told, in order, as short sentences.

import EngineIO
import TestSupport
import UVLoop

/// Writes down everything that a client is told.
final class ClientLog: EngineClientHandler {
    private(set) var events: [String] = []
    private(set) var handshake: EngineHandshake?
    private(set) var error: EngineClientError?
    /// Neither `closed` nor `failed` has come.
    private(set) var isAlive = true
    /// What to do with each text, besides noting it.
    var onText: ((String) -> Void)?
    var onOpen: (() -> Void)?
    var onUpgradeFailed: (() -> Void)?

    /// The texts that came.
    var texts: [String] { events.filter { $0.hasPrefix("text ") }.map { String($0.dropFirst(5)) } }

    override func opened(_ handshake: EngineHandshake) {
        self.handshake = handshake
        events.append("opened")
        onOpen?()
    }

    override func receive(text: RawSpan) {
        let text = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        events.append("text \(text)")
        onText?(text)
    }

    override func receive(binary: RawSpan) {
        events.append("binary \(binary.withUnsafeBytes { Array($0) })")
    }

    override func upgrading() { events.append("upgrading") }
    override func upgraded() { events.append("upgraded") }

    override func upgradeFailed(_ description: String) {
        events.append("upgrade failed")
        onUpgradeFailed?()
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        events.append("closed \(reason.rawValue)")
        isAlive = false
    }

    override func failed(_ error: EngineClientError) {
        events.append("failed")
        self.error = error
        isAlive = false
    }
}

extension EngineScene {
    /// A client of the scene's server that has begun to open.
    func client(
        _ log: ClientLog,
        _ options: EngineClientOptions = EngineClientOptions(),
        query: String = ""
    ) throws -> EngineClient {
        let client = try EngineClient(on: loop, url: "http://127.0.0.1:\(port)\(query)", options: options, handler: log)
        client.open()
        return client
    }
}
