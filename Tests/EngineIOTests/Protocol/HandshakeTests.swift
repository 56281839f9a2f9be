import Testing

@testable import EngineIO

@Suite struct HandshakeTests {
    @Test func `the open packet has five keys in the order that clients print`() {
        let polling = Handshake(sid: "a_b-c", upgrades: [.websocket], timing: SessionTiming(), maxPayload: 1_000_000)
        #expect(
            polling.json
                == #"{"sid":"a_b-c","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
        )
        let socket = Handshake(sid: "x", upgrades: [], timing: SessionTiming(), maxPayload: 5)
        #expect(socket.json.contains(#""upgrades":[],"#))
    }

    @Test func `an id of the program's own cannot break out of its string`() {
        let handshake = Handshake(sid: "\"\\\n\u{1}é", upgrades: [], timing: SessionTiming(), maxPayload: 1)
        #expect(handshake.json.hasPrefix(#"{"sid":"\"\\\n\u0001é","#))
    }

    @Test func `the six errors have the bodies and statuses that clients know`() {
        #expect(
            EngineFault.allCases.map { $0.json() } == [
                #"{"code":0,"message":"Transport unknown"}"#,
                #"{"code":1,"message":"Session ID unknown"}"#,
                #"{"code":2,"message":"Bad handshake method"}"#,
                #"{"code":3,"message":"Bad request"}"#,
                #"{"code":4,"message":"Forbidden"}"#,
                #"{"code":5,"message":"Unsupported protocol version"}"#,
            ]
        )
        #expect(EngineFault.allCases.map(\.status) == [400, 400, 400, 400, 403, 400])
        #expect(EngineFault.forbidden.json(message: "no \"entry\"\t") == #"{"code":4,"message":"no \"entry\"\t"}"#)
    }

    @Test func `the reasons have the words that Socket.IO hands out`() {
        #expect(
            CloseReason.allCases.map(\.rawValue) == [
                "transport error", "transport close", "forced close", "ping timeout", "parse error",
                "server shutting down", "backlog exceeded", "rate exceeded",
            ]
        )
    }
}
