// ClientScene: a loop with a script on it, for tests of clients: the script awaits what it is interested in.

import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

/// Runs `script` as a task on a loop of its own.
func onLoopTask(
    within deadline: UInt64 = 20_000,
    _ script: nonisolated(nonsending) @escaping (EventLoop) async throws -> Void
) throws {
    var failure: (any Error)?
    try onLoop(within: deadline) { loop in
        loop.spawn {
            do { try await script(loop) } catch { failure = error }
            loop.stop()
        }
    }
    if let failure { throw failure }
}

extension EventLoop {
    /// Waits until `condition` holds, asking once per turn; an issue when it does not within 5 s.
    func waitUntil(_ condition: @escaping () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async {
        let limit = now + patience(5_000)
        while !condition() {
            guard now < limit else {
                Issue.record("the condition never held", sourceLocation: sourceLocation)
                return
            }
            await withUnsafeContinuation { continuation in nextTurn { continuation.resume() } }
        }
    }
}

/// Writes down everything that a client's WebSocket is told.
final class WebSocketLog: WebSocketClientHandler {
    private(set) var events: [String] = []
    private(set) var error: WebSocketClientError?
    private(set) var answer: WebSocketAnswer?
    private(set) var isAlive = true
    private(set) var receivedBytes = 0

    override func opened(_ answer: WebSocketAnswer) {
        self.answer = answer
        events.append("opened")
    }

    override func receive(text: RawSpan) {
        receivedBytes += text.byteCount
        let text = text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        events.append("text \(text.count > 40 ? "of \(text.utf8.count)" : text)")
    }

    override func receive(binary: RawSpan) {
        receivedBytes += binary.byteCount
        events.append("binary of \(binary.byteCount)")
    }

    override func receivedPong() { events.append("pong") }

    override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) {
        events.append("closed \(code.map { "\($0.rawValue)" } ?? "-") \(reason) \(error.map { "\($0)" } ?? "")")
        isAlive = false
    }

    override func failed(_ error: WebSocketClientError) {
        events.append("failed")
        self.error = error
        isAlive = false
    }
}
