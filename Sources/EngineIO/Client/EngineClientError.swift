// EngineClientError: why a client's session did not come about. What ends an open one is a CloseReason.

internal import UVHTTP
public import UVLoop
internal import Wire

/// Why a session could not be opened.
public enum EngineClientError: Error, Equatable, Sendable {
    /// The URL is none, or its scheme is not http, https, ws or wss.
    case badURL(String)
    /// `transports` is empty.
    case noTransport
    /// A header field or part of the query that was to be sent has a byte that would break the request.
    case unsafeField
    /// The URL asks for encryption, and no `wrap` was given.
    case noEncryption
    /// No address of the host takes the connection.
    case unreachable(UVError)
    /// The session was not open within `connectTimeout`.
    case timedOut
    /// The server answers with an error; the code is Engine.IO's, when it gave one.
    case refused(status: Int, code: Int?, message: String)
    /// What answers is no Engine.IO server of protocol 4, or its answer is beyond the limits; what is wrong with it.
    case badAnswer(String)
    /// The connection ended before the session was open.
    case endedEarly
}

extension EngineClientError {
    /// An answer with another status than the one that was hoped for.
    init(status: Int, body: String) {
        let fault: JSON?
        do throws(JSONError) { fault = try JSON(parsing: body) } catch { fault = nil }  // Then it is a plain text.
        if let message = fault?["message"]?.string {
            self = .refused(status: status, code: fault?["code"]?.int, message: message)
        } else {
            // An upgrade is refused with the words alone.
            let code = EngineFault.allCases.first { $0.message == body }?.rawValue
            self = .refused(status: status, code: code, message: body)
        }
    }

    init(_ error: HTTPClientError) {
        self =
            switch error {
            case .badURL(let reason): .badURL(reason)
            case .unsafeField: .unsafeField
            case .noEncryption: .noEncryption
            case .unreachable(let error): .unreachable(error)
            case .timedOut: .timedOut
            case .endedEarly, .cancelled: .endedEarly
            case .badAnswer(let error): .badAnswer("HTTP: \(error)")
            case .bodyTooLarge: .badAnswer("an answer is larger than maxIncomingBytes")
            case .badCoding, .tooManyRequests: .badAnswer("HTTP: \(error)")
            }
    }

    init(_ error: WebSocketClientError) {
        self =
            switch error {
            case .badURL(let reason): .badURL(reason)
            case .unsafeField: .unsafeField
            case .noEncryption: .noEncryption
            case .unreachable(let error): .unreachable(error)
            case .timedOut: .timedOut
            case .refused(let status, let body): EngineClientError(status: status, body: body)
            case .endedEarly, .cancelled: .endedEarly
            case .badAnswer(let error): .badAnswer("HTTP: \(error)")
            case .badUpgrade, .badAccept, .badSubprotocol, .badExtension: .badAnswer("WebSocket: \(error)")
            }
    }
}
