// Fault: what is told when a packet does not fit its handler or a handler fails.
// Faults are contained: the socket stays connected, other handlers run, and nothing ends the process.

/// A failure that has no caller to be thrown at.
public struct Fault: CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Sendable {
        /// The arguments did not decode to what the handler takes; the handler was not called.
        case undecodable
        /// The handler, or a middleware of the connection's life, threw.
        case handlerThrew
        /// A check of packets refused the event; no handler was called.
        case refused
        /// The program tried to emit an event whose name is reserved.
        case reservedEvent
        /// Something could not be encoded, and was not sent.
        case unencodable
        /// A socket that is in `maxRoomsPerSocket` rooms was to join one more; it did not.
        case tooManyRooms
        /// A client could not send something: it is larger than the server takes, or too much is waiting already.
        case unsendable
    }

    /// What went wrong.
    public let kind: Kind

    /// The name of the event.
    public let event: String

    /// The id of the socket, if there is one.
    public let socket: String?

    /// The error, in words.
    public let message: String

    /// The error itself, if a handler or a check has thrown one.
    public var error: (any Error)?

    /// One line for a log.
    public var description: String {
        let place = socket.map { " of socket \($0)" } ?? ""
        return "event \"\(event)\"\(place): \(kind): \(message)"
    }
}
