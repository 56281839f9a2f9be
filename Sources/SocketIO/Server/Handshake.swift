// Handshake: how a socket came to be: the request of its connection and what the client said to prove itself.

public import EngineIO
public import Wire

/// The request with which a socket's connection began, and the data that its client connected with.
public struct Handshake {
    /// What the client sent as `auth`; an empty object when it sent none.
    public let auth: JSON

    /// The request that opened the connection.
    public let request: HandshakeRequest

    /// The header fields of the request.
    public var headers: Fields { request.headers }

    /// The address of the client, as the connection says.
    public var address: String { request.address }

    /// The path and query of the request, undecoded.
    public var url: String { request.url }

    /// True when the connection is encrypted.
    public var isSecure: Bool { request.isSecure }

    /// True when the request came from a page of another origin, that is, when it has an Origin field.
    public var isCrossOrigin: Bool { request.headers.first("origin") != nil }

    /// When the request came, in milliseconds since 1970.
    public var issued: Int64 { request.issued }

    /// The same moment as text, as in the Date field of HTTP.
    public var time: String { HTTPDate.text(Int(issued / 1_000)) }

    /// The value of a parameter of the query; of several the last, as JavaScript's servers have it.
    public func query(_ name: String) -> String? {
        request.query.last { $0.0 == name }?.1
    }

    /// All of it as a value, under the names that JavaScript's servers use.
    public var json: JSON {
        var fields = JSONObject()
        for (name, value) in headers {
            let key = name.lowercased()
            fields[key] = .string(fields[key]?.string.map { "\($0), \(value)" } ?? value)
        }
        let query = JSONObject(request.query.map { ($0.0, JSON.string($0.1)) })
        return [
            "headers": .object(fields), "time": .string(time),
            "address": .string(address), "xdomain": .bool(isCrossOrigin), "secure": .bool(isSecure),
            "issued": .int(issued), "url": .string(url), "query": .object(query), "auth": auth,
        ]
    }
}
