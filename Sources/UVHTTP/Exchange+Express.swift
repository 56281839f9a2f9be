// Exchange, the conveniences: what Express users look for on `req` and `res`, in terms of the plain request and answer.

internal import UVLoop
public import Wire

/// What routing and body parsing know about an exchange; made only when one of them is used.
final class RoutedState {
    var parameters: [String: String] = [:]
    var body: JSON?
    var query: JSON?
    /// The path, and how many of its pieces belong to the place of the middleware that runs.
    var place: (path: RoutePath, taken: Int)?
}

extension Exchange {
    /// What routing knows; made on first use.
    var routed: RoutedState {
        if let routedState { return routedState }
        let state = RoutedState()
        routedState = state
        return state
    }

    // MARK: - The request

    /// The parameters of the route that matched: `params["id"]` for "/users/:id".
    public var params: [String: String] { routedState?.parameters ?? [:] }

    /// The parsed query: strings, and arrays of strings where a key is repeated; brackets are part of a key.
    ///
    /// Of more than a thousand parameters none is taken.
    public var query: JSON {
        if let query = routedState?.query { return query }
        var parsed = JSONObject()
        if let text = head.query {
            // Too many parameters are no reason to refuse a request whose handler may not care about them.
            do throws(FormError) { parsed = try Query.simple(text.utf8) } catch { parsed = JSONObject() }
        }
        routed.query = .object(parsed)
        return .object(parsed)
    }

    /// The parsed body; nil unless `.json()` or `.urlencoded()` has read one.
    public var body: JSON? {
        get { routedState?.body }
        set { routed.body = newValue }
    }

    /// The path below the place where the running middleware is mounted, as it was sent.
    public var pathBelowMount: String {
        guard let place = routedState?.place else { return head.path }
        return place.path.rest(from: place.taken)
    }

    // MARK: - The answer

    /// Sets the status and returns the exchange, to be followed by what is sent.
    @discardableResult
    public func status(_ code: Int) -> Exchange {
        status = code
        return self
    }

    /// Sets the Content-Type, by a short name such as "html" or in full, and returns the exchange.
    @discardableResult
    public func type(_ name: String) -> Exchange {
        setHeader("Content-Type", MediaType.named(name))
        return self
    }

    /// Answers with a value as JSON.
    public func json(_ value: JSON) {
        sendJSON(value.utf8Text)
    }

    /// Answers with a value as JSON; one that cannot be encoded is logged and answered by 500.
    public func json(_ value: some Encodable) {
        do throws(JSONEncodingError) { sendJSON(try JSON.utf8Text(of: value)) } catch { fail(error) }
    }

    private func sendJSON(_ bytes: [UInt8]) {
        if header("Content-Type") == nil { type("json") }
        send(bytes)
    }

    /// Sends the client to another place.
    public func redirect(_ location: String, status: Int = 302) {
        let encoded = PercentCoding.encodeURL(location)
        setHeader("Location", encoded)
        self.status = status
        type("text")
        send("\(Status(status).reason). Redirecting to \(encoded)")
    }

    /// Answers with a status and its phrase.
    public func sendStatus(_ code: Int) {
        status = code
        type("text")
        send(Status(code).reason)
    }
}
