import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketUpgradeTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    @Test func `the example of RFC 6455 section 1 point 3 is answered as it stands there`() throws {
        #expect(WebSocketUpgrade.accept(Self.key) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(try Self.check() == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `methods, protocols, keys and versions are refused with the reference's messages`() {
        let badKey = "Missing or invalid Sec-WebSocket-Key header"
        let badVersion = "Missing or invalid Sec-WebSocket-Version header"
        let cases: [(WebSocketUpgradeError, String, () throws -> String)] = [
            (.badMethod, "Bad handshake method", { try Self.check(isGet: false) }),
            (.badUpgrade, "Invalid Upgrade header", { try Self.check(upgrade: "h2c") }),
            (.badUpgrade, "Invalid Upgrade header", { try Self.check(upgrade: nil) }),
            (.badKey, badKey, { try Self.check(keys: []) }),
            (.badKey, badKey, { try Self.check(keys: [""]) }),
            (.badKey, badKey, { try Self.check(keys: ["c2hvcnQ="]) }),
            (.badKey, badKey, { try Self.check(keys: ["this is not base64 at all!"]) }),
            (.badKey, badKey, { try Self.check(keys: ["dGhlIHNhbXBsZSBub25jZ==="]) }),
            (.badKey, badKey, { try Self.check(keys: ["dGhlIHNhbXBsZSBub25jZQAA"]) }),
            (.badKey, badKey, { try Self.check(keys: ["dGhlIHNhbXBsZSBub25jZ€="]) }),
            (.badKey, badKey, { try Self.check(keys: [Self.key, Self.key]) }),
            (.badVersion, badVersion, { try Self.check(versions: []) }),
            (.badVersion, badVersion, { try Self.check(versions: ["12"]) }),
            (.badVersion, badVersion, { try Self.check(versions: ["13", "13"]) }),
        ]
        for (error, message, check) in cases {
            #expect(throws: error) { try check() }
            #expect(error.status == 400)
            #expect(error.message == message)
        }
        #expect(WebSocketUpgradeError.badVersion.field?.value == "13")
        #expect(WebSocketUpgradeError.badKey.field == nil)
    }

    @Test func `a client's key is 16 bytes, and its server takes it`() throws {
        let key = WebSocketUpgrade.key(random: (0x0807_0605_0403_0201, UInt64.max))
        #expect(key == "AQIDBAUGBwj//////////w==")
        let fields = WebSocketUpgrade.requestFields(key: key)
        let accept = try WebSocketUpgrade.check(isGet: true, upgrade: "websocket") { name in
            fields.filter { $0.name.lowercased() == name }.map { $0.value }
        }
        try WebSocketUpgrade.check(status: 101, upgrade: "websocket", accept: accept, key: key)
    }

    @Test func `a client takes no answer that is not to its question`() {
        let accept = WebSocketUpgrade.accept(Self.key)
        func check(_ status: Int, _ upgrade: String?, _ accept: String?) throws {
            try WebSocketUpgrade.check(status: status, upgrade: upgrade, accept: accept, key: Self.key)
        }
        #expect(throws: WebSocketResponseError.refused(status: 400)) { try check(400, "websocket", accept) }
        #expect(throws: WebSocketResponseError.badUpgrade) { try check(101, nil, accept) }
        #expect(throws: WebSocketResponseError.badUpgrade) { try check(101, "h2c", accept) }
        #expect(throws: WebSocketResponseError.badAccept) { try check(101, "websocket", nil) }
        #expect(throws: WebSocketResponseError.badAccept) { try check(101, "websocket", Self.key) }
    }

    private static func check(
        isGet: Bool = true,
        upgrade: String? = "websocket",
        keys: [String] = [key],
        versions: [String] = ["13"]
    ) throws -> String {
        try WebSocketUpgrade.check(isGet: isGet, upgrade: upgrade) { name in
            ["sec-websocket-key": keys, "sec-websocket-version": versions][name] ?? []
        }
    }
}
