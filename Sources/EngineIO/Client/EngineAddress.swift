// EngineAddress: the URLs of a client's requests: what the program gave once, and the parameters of the protocol, which
// differ from request to request.

internal import UVLoop
internal import Wire

/// Where a session's requests go.
struct EngineAddress {
    private let url: WebURL
    private let path: String
    /// The program's part of the query, encoded, with a leading "&" unless it is empty.
    private let query: String
    private let forceBase64: Bool
    private let timestampRequests: Bool?
    private let timestampParam: String
    /// How many stamps were made: two requests of one millisecond differ too.
    private var stamps = 0

    init(_ text: String, _ options: EngineClientOptions) throws(EngineClientError) {
        do throws(WebURLError) { url = try WebURL(text) } catch { throw .badURL("\(error)") }
        var path = options.path
        while path.hasSuffix("/") { path.removeLast() }
        self.path = path + (options.addTrailingSlash ? "/" : "")
        guard self.path.hasPrefix("/"), self.path.utf8.allSatisfy({ $0 > ASCII.space && $0 < 0x7F }) else {
            throw .unsafeField
        }
        let pairs = options.query.map { "&\(PercentCoding.encode($0))=\(PercentCoding.encode($1))" }
        query = (url.query.map { "&\($0)" } ?? "") + pairs.joined()
        forceBase64 = options.forceBase64
        timestampRequests = options.timestampRequests
        timestampParam = PercentCoding.encode(options.timestampParam)
    }

    /// The URL of a request on this transport; with the id of the session, once there is one.
    mutating func url(for transport: TransportName, sid: String?) -> String {
        let scheme = transport == .polling ? (url.isSecure ? "https" : "http") : (url.isSecure ? "wss" : "ws")
        let place = url.unixPath.map { "\(scheme)+unix://\(PercentCoding.encode($0))" } ?? "\(scheme)://\(authority)"
        let session = sid.map { "&sid=\(PercentCoding.encode($0))" } ?? ""
        let base64 = forceBase64 ? "&b64=1" : ""
        return "\(place)\(path)?EIO=4&transport=\(transport.rawValue)\(session)\(base64)\(stamp(transport))\(query)"
    }

    private mutating func stamp(_ transport: TransportName) -> String {
        guard timestampRequests ?? (transport == .polling) else { return "" }
        stamps &+= 1
        return "&\(timestampParam)=\(String(EventLoop.wallClock, radix: 36)).\(stamps)"
    }

    /// With its port in any case: that of ws is the default of http, too, but not of https.
    private var authority: String {
        url.host.utf8.contains(ASCII.colon) ? "[\(url.host)]:\(url.port)" : "\(url.host):\(url.port)"
    }
}
