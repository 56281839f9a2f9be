// Upgrade: the opening handshake of RFC 6455 section 4, the server's check and the client's half.
// Both work on header fields that somebody else has parsed; the statuses and messages are those of the Node server.

/// Why a request to open a WebSocket is refused.
package enum WebSocketUpgradeError: Error, Equatable, Sendable, CaseIterable {
    /// The method is not GET.
    case badMethod
    /// The Upgrade field does not ask for "websocket".
    case badUpgrade
    /// Sec-WebSocket-Key is missing, given twice, or not 16 bytes in Base64.
    case badKey
    /// Sec-WebSocket-Version is missing or not 13.
    case badVersion

    /// The status to answer with.
    package var status: Int { 400 }

    /// The body to answer with.
    package var message: String {
        switch self {
        case .badMethod: "Bad handshake method"
        case .badUpgrade: "Invalid Upgrade header"
        case .badKey: "Missing or invalid Sec-WebSocket-Key header"
        case .badVersion: "Missing or invalid Sec-WebSocket-Version header"
        }
    }

    /// The field that tells the client what would be accepted (RFC 6455 section 4.4).
    package var field: (name: String, value: String)? {
        self == .badVersion ? ("Sec-WebSocket-Version", WebSocketUpgrade.version) : nil
    }
}

/// Why a client does not take an answer for an open WebSocket.
package enum WebSocketResponseError: Error, Equatable, Sendable {
    /// The status is not 101.
    case refused(status: Int)
    /// Upgrade or Connection do not say what they must.
    case badUpgrade
    /// Sec-WebSocket-Accept does not belong to the key.
    case badAccept
}

/// The opening handshake.
package enum WebSocketUpgrade {
    /// The one protocol version there is.
    package static let version = "13"
    /// The length of a Sec-WebSocket-Key: 16 bytes in Base64.
    private static let keyCharacters = 24
    private static let identifier: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    // MARK: Server

    /// The Sec-WebSocket-Accept that answers `key`.
    package static func accept(_ key: String) -> String {
        var hash = SHA1()
        var key = key
        key.withUTF8 { hash.update(UnsafeRawBufferPointer($0).bytes) }
        hash.update(UnsafeRawBufferPointer(start: identifier.utf8Start, count: identifier.utf8CodeUnitCount).bytes)
        return Base64.encode(hash.finish().span.bytes)
    }

    /// Checks a request; the value of the answer's Sec-WebSocket-Accept.
    ///
    /// `upgrade` is the Upgrade field, lower-cased; `field` gives all values of a field of the request.
    package static func check(
        isGet: Bool,
        upgrade: String?,
        field: (String) -> [String]
    ) throws(WebSocketUpgradeError) -> String {
        guard isGet else { throw .badMethod }
        guard upgrade == "websocket" else { throw .badUpgrade }
        let keys = field("sec-websocket-key")
        guard keys.count == 1, let key = keys.first, isKey(key) else { throw .badKey }
        guard field("sec-websocket-version") == [version] else { throw .badVersion }
        return accept(key)
    }

    /// Whether `key` looks like 16 bytes in Base64.
    ///
    /// Its unused bits are not looked at: the server never decodes it, and the reference accepts them too.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == keyCharacters, bytes[22] == UInt8(ascii: "="), bytes[23] == UInt8(ascii: "=") else {
            return false
        }
        return bytes[..<22].allSatisfy { byte in
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "/"): true
            default: false
            }
        }
    }

    // MARK: Client

    /// The Sec-WebSocket-Key made of 16 random bytes.
    package static func key(random: (UInt64, UInt64)) -> String {
        withUnsafeBytes(of: random) { Base64.encode($0.bytes) }
    }

    /// The fields that ask a server for a WebSocket, Host and the application's own not among them.
    package static func requestFields(key: String) -> [(name: String, value: String)] {
        [
            ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", version),
        ]
    }

    /// Checks the answer to a request with `key`.
    ///
    /// `upgrade` is the Upgrade field, lower-cased, of an answer whose Connection field names it.
    package static func check(
        status: Int,
        upgrade: String?,
        accept: String?,
        key: String
    ) throws(WebSocketResponseError) {
        guard status == 101 else { throw .refused(status: status) }
        guard upgrade == "websocket" else { throw .badUpgrade }
        guard accept == Self.accept(key) else { throw .badAccept }
    }
}
