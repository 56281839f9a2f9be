// Middleware: what stands between a request and its answer, and the two ways on from there: the next one, or an error.

internal import UVLoop
internal import Wire

/// A step that a request goes through; ready-made ones are static members: `.json()`, `.static("public")`.
public struct Middleware {
    let run: (Exchange, Next) throws -> Void

    /// A step of one's own.
    public init(_ run: @escaping (Exchange, Next) throws -> Void) {
        self.run = run
    }
}

/// The way on from a middleware: call it to hand the request to what comes next.
///
/// It may be called later, and counts once.
public struct Next {
    let walk: Walk
    let position: Int

    /// Goes on with the next middleware or route.
    public func callAsFunction() {
        walk.advance(from: position)
    }

    /// Gives the request up with an error.
    public func callAsFunction(_ error: any Error) {
        walk.fail(error, at: position)
    }
}

/// An error with the status that answers it.
///
/// Its message is shown to the client.
public struct StatusError: Error, Equatable, Sendable {
    /// The status of the answer.
    public let status: Int
    /// What the client is told; the status's phrase when nil.
    public let message: String?

    /// An error that is answered by this status.
    public init(_ status: Int, _ message: String? = nil) {
        self.status = status
        self.message = message
    }
}

extension Exchange {
    /// Answers with a small HTML page that says one sentence.
    ///
    /// The sentence often repeats what the client sent, so the page may load and run nothing.
    func sendPage(_ status: Int, _ sentence: String) {
        guard !isAnswered else { return }
        self.status = status
        setHeader("Content-Security-Policy", "default-src 'none'")
        setHeader("X-Content-Type-Options", "nosniff")
        setHeader("Content-Type", "text/html; charset=utf-8")
        send(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Error</title>
            </head>
            <body>
            <pre>\(Exchange.escapeHTML(sentence))</pre>
            </body>
            </html>

            """
        )
    }

    /// Answers an error that a handler has thrown: with its status if it has one, with 500 and no details otherwise.
    func answer(_ error: any Error) {
        switch error {
        case let error as StatusError:
            replaceAnswer(error.status, error.message)
        case let error as HTTPError where error != .aborted:
            replaceAnswer(error.status, nil)
        default:
            fail(error)
        }
    }

    private func replaceAnswer(_ status: Int, _ message: String?) {
        guard !isAnswered else { return }
        // Fields of the answer that was meant to be, a length of time to keep it for instance, are not the error's.
        fields = fields.filter { ASCII.equalIgnoringCase($0.name.utf8, "content-range".utf8) }
        sendPage(status, message ?? Status(status).reason)
    }

    static func escapeHTML(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
