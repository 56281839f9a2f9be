// BodyParsers: the middleware that reads a body and leaves its value in `exchange.body`. Types, limits and statuses are
// those of Express 5. Bodies compressed as gzip or deflate are inflated; other codings are answered by 415.

internal import UVLoop
internal import Wire

extension Middleware {
    /// Parses JSON bodies: `application/json` of at most `limit` bytes, inflated if they came compressed.
    ///
    /// When `strict`, only objects and arrays are taken. An empty body is an empty object. Bodies of other types are
    /// left alone. Refusals: 413 too large, 415 charset or encoding, 400 everything else.
    public static func json(limit: Int = 102_400, strict: Bool = true) -> Middleware {
        Middleware { exchange, next in
            read(exchange, next, type: "application/json", limit) { bytes in
                guard let first = bytes.first(where: { !isJSONBlank($0) }) else { return .object(JSONObject()) }
                guard !strict || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
                    throw StatusError(400)
                }
                return try JSON(parsing: bytes)
            }
        }
    }

    /// Parses form bodies: `application/x-www-form-urlencoded` of at most `limit` bytes.
    ///
    /// When `extended`, brackets in keys build nested values; otherwise they are part of the key. Refusals: 413 too
    /// large or too many parameters, 415 charset or encoding, 400 nested too deep.
    public static func urlencoded(
        extended: Bool = false,
        limit: Int = 102_400,
        parameterLimit: Int = 1_000
    ) -> Middleware {
        Middleware { exchange, next in
            read(exchange, next, type: "application/x-www-form-urlencoded", limit) { bytes in
                var limits = QueryLimits()
                limits.parameters = parameterLimit
                do throws(FormError) {
                    return .object(
                        try extended ? Query.extended(bytes, limits: limits) : Query.simple(bytes, limits: limits)
                    )
                } catch {
                    throw StatusError(error.status)
                }
            }
        }
    }

    private static func isJSONBlank(_ byte: UInt8) -> Bool {
        ASCII.isBlank(byte) || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
    }

    /// Reads the body if it is there, of this type, and not read yet; otherwise goes on at once.
    private static func read(
        _ exchange: Exchange,
        _ next: Next,
        type: String,
        _ limit: Int,
        _ parse: @escaping ([UInt8]) throws -> JSON
    ) {
        let fields = exchange.headers
        // "Content-Length: 0" is an empty body, and not the same as none.
        let hasBody = exchange.head.framing != .none || fields.contains("content-length")
        guard hasBody, !exchange.bodyWasAsked, let value = fields.first("content-type"),
            MediaType.essence(value) == type
        else { return next() }
        guard MediaType.charset(value) ?? "utf-8" == "utf-8", let server = exchange.connection?.server else {
            return next(StatusError(415))
        }
        let coding: ContentCoding?
        do throws(StatusError) { coding = try .ofBody(fields) } catch { return next(error) }
        exchange.readBody(limit: limit) { result in
            switch result {
            case .success(let bytes):
                do {
                    exchange.body = try parse(try server.inflate(bytes, coding, limit: limit))
                } catch {
                    return next(error as? StatusError ?? StatusError(400))
                }
                next()
            case .failure(.aborted): break
            case .failure(let error): next(error)
            }
        }
    }
}
