import EngineIO
import Testing

@Suite struct EngineHandshakeTests {
    private func read(_ text: String) -> EngineHandshake? {
        EngineHandshake(json: text.utf8.span.bytes)
    }

    @Test func `what a server writes is what a client reads`() {
        var timing = SessionTiming()
        timing.pingInterval = 300
        timing.pingTimeout = 200
        let written = Handshake(sid: "a\"b", upgrades: [.websocket], timing: timing, maxPayload: 1_000)
        let expected = EngineHandshake(
            sid: "a\"b",
            upgrades: [.websocket],
            pingInterval: 300,
            pingTimeout: 200,
            maxPayload: 1_000
        )
        #expect(read(written.json) == expected)
    }

    @Test func `what is missing has its default, and unknown transports are left out`() {
        let read = read(
            #"{"sid":"a","upgrades":["webtransport","websocket",7],"pingInterval":1,"pingTimeout":2,"x":[]}"#
        )
        #expect(read?.upgrades == [.websocket])
        #expect(read?.maxPayload == 0)
        #expect(self.read(#"{"sid":"a","pingInterval":1,"pingTimeout":2,"maxPayload":-5}"#)?.maxPayload == 0)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{", "\u{0}", #"{"sid":"","pingInterval":1,"pingTimeout":2}"#,
        #"{"sid":7,"pingInterval":1,"pingTimeout":2}"#, #"{"sid":"a","pingTimeout":2}"#,
        #"{"sid":"a","pingInterval":-1,"pingTimeout":2}"#, #"{"sid":"a","pingInterval":1e30,"pingTimeout":2}"#,
        #"{"sid":"a","pingInterval":1,"pingTimeout":"2"}"#, #"{"sid":"a","pingInterval":1,"pingTimeout":86400001}"#,
        "{\"sid\":\"" + String(repeating: "a", count: 257) + "\",\"pingInterval\":1,\"pingTimeout\":2}",
    ])
    func `what is no handshake is none`(text: String) {
        #expect(read(text) == nil)
    }
}
