// Client, what those of Socket.IO 2 expect otherwise; they speak protocol 3 of the engine, and come in only where
// `allowEIO3` lets them. Such a client is in "/" without asking, reads its socket's id from the engine's handshake, puts
// a query behind the name of a namespace instead of sending `auth`, and takes whatever a refusal holds as its error.

internal import EngineIO
internal import Wire

extension Client {
    /// Whether this is a client of Socket.IO 2.
    var isVersion2: Bool { session.protocolVersion == 3 }

    /// Has a client of Socket.IO 2 join "/", which it takes for granted.
    func welcome() {
        if isVersion2 { connect("/", auth: [:]) }
    }
}

/// The name of a namespace as a client of Socket.IO 2 sends it, with a query behind it: "/chat?token=abc".
struct NamespaceRequest {
    /// The name.
    let name: String
    /// The query; of a parameter that is repeated the last value.
    let auth: JSON

    init(_ text: String) {
        let bytes = ArraySlice(text.utf8)
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        name = String(decoding: bytes[..<mark], as: UTF8.self)
        auth = .object(JSONObject(QueryText.pairs(bytes[mark...].dropFirst()).map { ($0, .string($1)) }))
    }
}

extension Socket {
    /// The id of a new socket: a secret of nobody, or for a client of Socket.IO 2 what it believes its id to be.
    static func makeID(in namespace: Namespace, for session: Session) -> String {
        guard session.protocolVersion == 3 else { return SocketID.make() }
        return namespace.name == "/" ? session.id : "\(namespace.name)#\(session.id)"
    }
}

extension ConnectError {
    /// The refusal as a client of Socket.IO 2 reads it: the data if there is any, else the text alone.
    var version2: JSON {
        guard let data, ![.null, false, 0, .double(0), ""].contains(data) else { return .string(message) }
        return data
    }
}
