// ClientEvents: what happens to a client's socket, and to the connection below it, as opposed to events that come.

extension Lifecycle where Payload == Void {
    /// A client's socket is connected, for the first time or again.
    public static var connect: Self { Self(kind: .connection) }
}

extension Lifecycle where Payload == ClientConnectError {
    /// A client's socket could not connect.
    public static var connectError: Self { Self(kind: .error) }
}

extension Lifecycle where Payload == ClientDisconnectReason {
    /// A client's socket is not connected any more.
    public static var disconnect: Self { Self(kind: .disconnect) }
}

/// Something that happens to the connection of a `Manager`.
public struct ManagerEvent<Payload>: Sendable {
    let kind: ManagerEventKind
}

/// What happens to a connection, whatever comes with it.
enum ManagerEventKind: Sendable {
    case open, close, error, ping, reconnectAttempt, reconnect, reconnectError, reconnectFailed
}

extension ManagerEvent where Payload == Void {
    /// The connection is open; its sockets connect now.
    public static var open: Self { Self(kind: .open) }

    /// The server's heartbeat has come.
    public static var ping: Self { Self(kind: .ping) }

    /// The last of `reconnectionAttempts` has failed.
    public static var reconnectFailed: Self { Self(kind: .reconnectFailed) }
}

extension ManagerEvent where Payload == ClientDisconnectReason {
    /// The connection has ended.
    public static var close: Self { Self(kind: .close) }
}

extension ManagerEvent where Payload == ClientConnectError {
    /// The connection could not be made.
    public static var error: Self { Self(kind: .error) }

    /// An attempt to connect again has failed.
    public static var reconnectError: Self { Self(kind: .reconnectError) }
}

extension ManagerEvent where Payload == Int {
    /// An attempt to connect again begins; the first has number 1.
    public static var reconnectAttempt: Self { Self(kind: .reconnectAttempt) }

    /// The connection is back, by the attempt of this number.
    public static var reconnect: Self { Self(kind: .reconnect) }
}
