import TestSupport
import Testing
import UVLoop

@testable import EngineIO

private struct Failure: Error {}

/// What `connection_error` of the JavaScript server says, field by field.
@Suite struct ConnectionErrorTests {
    /// Runs a script and returns "code message, then the context's keys and values in order".
    private static func errors(
        _ options: EngineOptions = EngineScene.quick,
        _ script: nonisolated(nonsending) @escaping (EngineScene) async throws -> Void
    ) throws -> [String] {
        var errors: [String] = []
        try EngineScene.run(options) { scene in
            scene.loop.log = { _, _ in }
            scene.engine.onConnectionError = { error in
                let context = error.context.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                errors.append("\(error.fault.rawValue) \(error.message): \(context.joined(separator: " "))")
            }
            try await script(scene)
        }
        return errors
    }

    @Test func `each error has its code, its message and its context`() throws {
        var options = EngineScene.quick
        options.allowRequest = { request, decide in
            decide(request.query.contains { $0.0 == "no" } ? .deny(message: "go away") : .allow)
        }
        let errors = try Self.errors(options) { scene in
            _ = await scene.send("GET", "/engine.io/?EIO=4&transport=abc")
            _ = await scene.poll("gone")
            _ = await scene.send("PUT", EngineScene.polling)
            _ = await scene.send("GET", EngineScene.websocket)
            _ = await scene.send("GET", EngineScene.polling, headers: ["Origin": "http://€"])
            let denied = await scene.send("GET", EngineScene.polling + "&no=1")
            #expect(denied.body == "{\"code\":4,\"message\":\"go away\"}")
            _ = await scene.send("GET", "/engine.io/?EIO=3&transport=polling")
            let (_, sid) = try await scene.openWebSocket()
            _ = await scene.poll(sid)
        }
        #expect(
            errors == [
                "0 Transport unknown: transport=abc",
                "1 Session ID unknown: sid=gone",
                "2 Bad handshake method: method=PUT",
                "3 Bad request: name=TRANSPORT_HANDSHAKE_ERROR",
                "3 Bad request: name=INVALID_ORIGIN origin=http://€",
                "4 Forbidden: message=go away",
                "5 Unsupported protocol version: protocol=3",
                "3 Bad request: name=TRANSPORT_MISMATCH previousTransport=websocket transport=polling",
            ]
        )
    }

    @Test func `an id that cannot be made, at once or later, is an error of its own`() throws {
        var atOnce = EngineScene.quick
        atOnce.generateID = { _ in throw Failure() }
        var later = EngineScene.quick
        later.generateIDAsync = { _ in
            await Task.yield()
            throw Failure()
        }
        for options in [atOnce, later] {
            let errors = try Self.errors(options) { scene in
                #expect(await scene.send("GET", EngineScene.polling).status == 400)
                #expect(await scene.webSocket().opening.body == "Bad request")
            }
            #expect(errors == Array(repeating: "3 Bad request: error=Failure() name=ID_GENERATION_ERROR", count: 2))
        }
    }
}
