// ConnectError: how a middleware refuses a connection.

public import Wire

/// Thrown by a middleware to refuse a connection; the client sees message and data in its `connect_error` event.
public struct ConnectError: Error, Equatable, Sendable {
    /// What the client is told.
    public var message: String

    /// What the client is told besides, in `err.data`.
    public var data: JSON?

    /// A refusal with this message.
    public init(_ message: String, data: JSON? = nil) {
        self.message = message
        self.data = data
    }

    /// What clients read it from.
    var payload: JSON {
        var payload: JSONObject = ["message": .string(message)]
        if let data { payload["data"] = data }
        return .object(payload)
    }

    /// What a client is told about any error that a middleware has thrown: its description.
    init(wrapping error: any Error) {
        self = error as? ConnectError ?? ConnectError(String(describing: error))
    }
}
