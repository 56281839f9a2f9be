// ChatRequests: what a page asks for, in the form of docs/chat-events.md. Only the form is checked here; what a name or
// a text may hold is checked in ChatLimits.swift.

import SocketIO

/// The payload of `join`.
struct JoinRequest: Decodable, Equatable {
    var name: String
    var log: String?
    var since: Int?
}

/// The payload of `chat message`.
struct MessageRequest: Decodable, Equatable {
    var text: String
    var key: String?
}

/// The request that this payload is, or nil when it has another form.
func request<T: Decodable>(_ payload: JSON?, as type: T.Type = T.self) -> T? {
    // The page is told "bad request" whatever the reason; the reason is in its own hands.
    do throws(JSONDecodingError) { return try payload?.decode(as: type) } catch { return nil }
}
