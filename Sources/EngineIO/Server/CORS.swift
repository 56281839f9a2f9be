// CORS: which pages of other origins may talk to this server (the Fetch standard, section 3.2).
// Options in, header fields out; no request is looked at here. The rules are those of the `cors` package, which the
// JavaScript server uses, so that its options can be carried over one by one.

/// Which pages of other origins may use the server.
public struct CORSOptions {
    /// The origins that may.
    public enum Origin {
        /// Every one, told as `*`.
        case any
        /// This one, told whoever asks.
        case exactly(String)
        /// These; the one that asks is told.
        case list([String])
        /// Those for which the function says so; the one that asks is told.
        case matching((String) -> Bool)
    }

    /// The origins that may use the server.
    public var origin = Origin.any
    /// Whether cookies and other credentials may come along; browsers refuse that together with `Origin.any`.
    public var credentials = false
    /// The methods that a preflight is told.
    public var methods = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]
    /// The header fields that a preflight is told; nil for those it asks for.
    public var allowedHeaders: [String]?
    /// The header fields of answers that a page may see, beside the harmless ones.
    public var exposedHeaders: [String] = []
    /// For how many seconds a browser may remember a preflight's answer; nil for its own default.
    public var maxAge: Int?

    /// Every origin, no credentials.
    public init() {}

    /// These origins.
    public init(origin: Origin, credentials: Bool = false) {
        self.origin = origin
        self.credentials = credentials
    }
}

extension CORSOptions.Origin: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// One origin; `"*"` is every one.
    public init(stringLiteral origin: String) {
        self = origin == "*" ? .any : .exactly(origin)
    }

    /// Several origins.
    public init(arrayLiteral origins: String...) {
        self = .list(origins)
    }
}

extension CORSOptions {
    /// The fields that every answer carries.
    func fields(origin: String?) -> [(String, String)] {
        var fields = originFields(asking: origin)
        if !exposedHeaders.isEmpty {
            fields.append(("Access-Control-Expose-Headers", exposedHeaders.joined(separator: ",")))
        }
        return fields
    }

    /// The fields of the answer to a preflight, which is an OPTIONS request.
    func preflightFields(origin: String?, requestedHeaders: String?) -> [(String, String)] {
        var fields = originFields(asking: origin)
        fields.append(("Access-Control-Allow-Methods", methods.joined(separator: ",")))
        if let allowed = allowedHeaders?.joined(separator: ",") ?? requestedHeaders, !allowed.isEmpty {
            fields.append(("Access-Control-Allow-Headers", allowed))
        }
        if allowedHeaders == nil { CORSOptions.vary(by: "Access-Control-Request-Headers", &fields) }
        if let maxAge { fields.append(("Access-Control-Max-Age", String(maxAge))) }
        if !exposedHeaders.isEmpty {
            fields.append(("Access-Control-Expose-Headers", exposedHeaders.joined(separator: ",")))
        }
        return fields
    }

    private func originFields(asking: String?) -> [(String, String)] {
        var fields: [(String, String)] = []
        switch origin {
        case .any:
            fields.append(("Access-Control-Allow-Origin", "*"))
        case .exactly(let origin):
            fields.append(("Access-Control-Allow-Origin", origin))
            CORSOptions.vary(by: "Origin", &fields)
        case .list(let origins):
            if let asking, origins.contains(asking) { fields.append(("Access-Control-Allow-Origin", asking)) }
            CORSOptions.vary(by: "Origin", &fields)
        case .matching(let matches):
            if let asking, matches(asking) { fields.append(("Access-Control-Allow-Origin", asking)) }
            CORSOptions.vary(by: "Origin", &fields)
        }
        if credentials { fields.append(("Access-Control-Allow-Credentials", "true")) }
        return fields
    }

    /// Says that the answer depends on a request field: a cache must not give it to another origin.
    private static func vary(by name: String, _ fields: inout [(String, String)]) {
        guard let index = fields.firstIndex(where: { $0.0 == "Vary" }) else {
            fields.append(("Vary", name))
            return
        }
        fields[index].1 += ", " + name
    }
}
