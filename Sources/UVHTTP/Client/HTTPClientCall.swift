// HTTPClientCall: one request on its way, from the program's call to its answer. It knows its deadline and whom to tell;
// which connection carries it, and when, is HTTPClient's business.

internal import UVLoop
internal import Wire

/// A request whose answer has not come.
public final class HTTPClientCall {
    let url: WebURL
    let method: HTTPMethod
    /// The whole request.
    let request: [UInt8]
    let maxBodyBytes: Int
    /// What carries it; nil while it waits for a connection.
    var connection: HTTPClientConnection?
    /// It was sent on a kept connection that had ended, and is on its way once more.
    var isSecondTry = false
    private var client: HTTPClient?
    private var done: ((Result<HTTPClientAnswer, HTTPClientError>) -> Void)?
    private var alarm: ClientAlarm?

    init(
        _ client: HTTPClient,
        _ url: WebURL,
        _ method: HTTPMethod,
        _ request: [UInt8],
        maxBodyBytes: Int,
        done: @escaping (Result<HTTPClientAnswer, HTTPClientError>) -> Void
    ) {
        self.client = client
        self.url = url
        self.method = method
        self.request = request
        self.maxBodyBytes = maxBodyBytes
        self.done = done
    }

    /// Whether asking twice does no more than asking once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch method {
        case .get, .head, .put, .delete, .options: true
        default: false
        }
    }

    /// Whether the answer is still waited for.
    var isPending: Bool { done != nil }

    func limit(to milliseconds: UInt64, on loop: EventLoop) {
        guard milliseconds > 0 else { return }
        let alarm = ClientAlarm { [unowned self] in abandon(.timedOut) }
        self.alarm = alarm
        loop.timeouts.schedule(alarm, after: milliseconds)
    }

    /// Gives the request up: its closure is called with `.cancelled`, after this call; does nothing after the answer.
    public func cancel() {
        guard let client, let done = take() else { return }
        client.withdraw(self)
        client.loop.closeLater { done(.failure(.cancelled)) }
    }

    /// Gives the request up for a reason of the client's.
    func abandon(_ error: HTTPClientError) {
        guard let client, let done = take() else { return }
        client.withdraw(self)
        done(.failure(error))
    }

    /// The request is over: the connection knows it already.
    func finish(_ result: Result<HTTPClientAnswer, HTTPClientError>) {
        take()?(result)
    }

    @discardableResult
    private func take() -> ((Result<HTTPClientAnswer, HTTPClientError>) -> Void)? {
        let taken = done
        (done, client, alarm) = (nil, nil, nil)
        return taken
    }
}

@available(*, unavailable)
extension HTTPClientCall: Sendable {}
