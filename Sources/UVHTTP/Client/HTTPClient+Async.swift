// HTTPClient, for tasks: the same request, with the task suspended meanwhile and its cancellation taken for the request's.

internal import UVLoop

extension HTTPClient {
    /// Sends a request and returns the answer, whatever its status; for tasks on the client's loop.
    ///
    /// When the task is cancelled, so is the request.
    public nonisolated(nonsending) func request(
        _ method: Method,
        _ url: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        timeout: UInt64? = nil,
        maxBodyBytes: Int? = nil
    ) async throws(HTTPClientError) -> HTTPClientAnswer {
        var call: HTTPClientCall?
        let result: Result<HTTPClientAnswer, HTTPClientError> = await loop.withCancellation({ call?.cancel() }) {
            await withUnsafeContinuation { continuation in
                call = request(
                    method,
                    url,
                    headers: headers,
                    body: body,
                    timeout: timeout,
                    maxBodyBytes: maxBodyBytes
                ) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }
}
