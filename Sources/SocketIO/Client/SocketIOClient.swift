// SocketIOClient: the client for a program that has no loop: `async` throughout, for any thread and any actor. It brings
// a loop on a thread of its own, where a `Manager` does the work; a program on a loop uses that one directly. Handlers
// and sequences of events are in SocketIOClient+Events.swift.

public import UVLoop
public import Wire

/// A client of a Socket.IO server, in one namespace, for `async` programs.
///
/// It connects again by itself after losses. Keep it: the connection ends with the last of the clients that share it, and
/// of the sequences of their events.
public final class SocketIOClient: Sendable {
    let home: ClientHome

    /// The namespace.
    public let namespace: String

    /// Begins to connect to the server at this URL, whose path is the namespace: "http://localhost:3000/admin".
    ///
    /// Failures are tried again as the options say; what is emitted meanwhile waits. `wrap` may encrypt each TCP
    /// connection.
    public convenience init(
        _ url: String,
        auth: JSON? = nil,
        options: ManagerOptions = ManagerOptions(),
        socket: ClientSocketOptions = ClientSocketOptions(),
        wrap: (@Sendable (TCPStream) -> any ByteStream)? = nil
    ) throws(UVError) {
        try self.init(url, .value(auth), options, socket, wrap)
    }

    /// Begins to connect, with what the closure returns at each attempt to show to the server.
    public convenience init(
        _ url: String,
        auth: @escaping @Sendable () async throws -> JSON,
        options: ManagerOptions = ManagerOptions(),
        socket: ClientSocketOptions = ClientSocketOptions(),
        wrap: (@Sendable (TCPStream) -> any ByteStream)? = nil
    ) throws(UVError) {
        try self.init(url, .closure(auth), options, socket, wrap)
    }

    private convenience init(
        _ url: String,
        _ auth: RemoteAuth,
        _ options: ManagerOptions,
        _ socket: ClientSocketOptions,
        _ wrap: ClientHome.Wrap?
    ) throws(UVError) {
        let address = ClientAddress(url)
        let home = try ClientHome()
        home.submit { $0.start(address.server, options, wrap) }
        self.init(home, address.namespace, auth, socket)
    }

    private init(_ home: ClientHome, _ namespace: String, _ auth: RemoteAuth, _ options: ClientSocketOptions) {
        self.home = home
        self.namespace = namespace
        home.submit { $0.open(namespace, auth, options) }
    }

    /// Connects to the server at this URL, whose path is the namespace, and returns when the server has let us in.
    ///
    /// The first failure is thrown, and ends the attempt. Later losses are repaired as the options say.
    public static func connect(
        _ url: String,
        auth: JSON? = nil,
        options: ManagerOptions = ManagerOptions(),
        socket: ClientSocketOptions = ClientSocketOptions(),
        wrap: (@Sendable (TCPStream) -> any ByteStream)? = nil
    ) async throws -> SocketIOClient {
        try await SocketIOClient(url, .value(auth), options, socket, wrap).started()
    }

    /// Connects, with what the closure returns at each attempt to show to the server.
    public static func connect(
        _ url: String,
        auth: @escaping @Sendable () async throws -> JSON,
        options: ManagerOptions = ManagerOptions(),
        socket: ClientSocketOptions = ClientSocketOptions(),
        wrap: (@Sendable (TCPStream) -> any ByteStream)? = nil
    ) async throws -> SocketIOClient {
        try await SocketIOClient(url, .closure(auth), options, socket, wrap).started()
    }

    private func started() async throws -> SocketIOClient {
        do {
            try await connected()
            return self
        } catch {
            await close()
            throw error
        }
    }

    // MARK: Life

    /// Another namespace of the same server, over the same connection; it begins to connect.
    public func of(
        _ namespace: String,
        auth: JSON? = nil,
        socket options: ClientSocketOptions = ClientSocketOptions()
    ) -> SocketIOClient {
        SocketIOClient(home, namespace.hasPrefix("/") ? namespace : "/" + namespace, .value(auth), options)
    }

    /// Returns when the server has let us in; throws what fails before, and `.closed` if the task is cancelled.
    public func connected() async throws(ClientConnectError) {
        let key = UInt64.random(in: .min ... .max)
        do {
            try await withTaskCancellationHandler {
                try await home.connected(namespace, key)
            } onCancel: {
                home.submit { $0.cancel(key) }
            }
        } catch {
            throw error as? ClientConnectError ?? .closed
        }
    }

    /// Connects again after `disconnect()`, a refusal, or a disconnect by the server.
    public func connect() async { await home.connect(namespace) }

    /// Leaves the namespace until `connect()`.
    public func disconnect() async { await home.disconnect(namespace) }

    /// Leaves every namespace and closes the connection, for good; pending answers fail, and sequences end.
    public func close() async { await home.close() }

    /// The id that the server gave; nil while not connected.
    public var id: String? { get async { await home.id(namespace) } }

    /// Whether the server has let us in.
    public var isConnected: Bool { get async { await home.isConnected(namespace) } }

    /// Whether the last connect was a recovery: the same id, rooms and data, and what was missed has come.
    public var recovered: Bool { get async { await home.recovered(namespace) } }

    // MARK: What leaves

    /// Sends an event to the server, or keeps it until there is a connection.
    ///
    /// It throws if the event can be neither sent nor kept.
    @discardableResult
    public func emit<each T: Encodable & Sendable>(
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> EmitResult {
        try await home.emit(namespace, RemoteManner(), event, repeat each values)
    }

    /// Sends a declared event to the server, or keeps it until there is a connection.
    @discardableResult
    public func emit<each T: Encodable & Sendable>(
        _ event: Event<repeat each T>,
        _ values: repeat each T
    ) async throws(AckError) -> EmitResult {
        try await home.emit(namespace, RemoteManner(), event.name, repeat each values)
    }

    /// Sends an event unless it had to wait; false if it was not sent.
    @discardableResult
    public func emitVolatile<each T: Encodable & Sendable>(_ event: String, _ values: repeat each T) async -> Bool {
        do {
            _ = try await home.emit(namespace, RemoteManner(isVolatile: true), event, repeat each values)
            return true
        } catch {
            return false
        }
    }

    /// Sends an event that is worth nothing if it could not be sent by then; under `retries`, be acknowledged.
    @discardableResult
    public func emit<each T: Encodable & Sendable>(
        _ event: String,
        _ values: repeat each T,
        deadline: Duration
    ) async throws(AckError) -> EmitResult {
        let manner = RemoteManner(deadline: deadline.wholeMilliseconds)
        return try await home.emit(namespace, manner, event, repeat each values)
    }

    /// Sends an event and returns what the server acknowledges.
    ///
    /// Several values in an answer become a tuple: `let (a, b): (Int, String) = try await ...`. The cancellation of the
    /// task ends the wait with `AckError.cancelled`.
    public func emit<each T: Encodable & Sendable, each R: Decodable & Sendable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async throws(AckError) -> (repeat each R) {
        try await ask(RemoteManner(timeout: timeout.wholeMilliseconds), event, repeat each values)
    }

    /// Sends an event and returns what the server acknowledges, however late: the disconnect ends the wait.
    public func emitWithAck<each T: Encodable & Sendable, each R: Decodable & Sendable>(
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> (repeat each R) {
        try await ask(RemoteManner(), event, repeat each values)
    }

    private func ask<each T: Encodable & Sendable, each R: Decodable & Sendable>(
        _ manner: RemoteManner,
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> (repeat each R) {
        let key = UInt64.random(in: .min ... .max)
        do {
            return try await withTaskCancellationHandler {
                try await home.ask(key, namespace, manner, event, repeat each values).values
            } onCancel: {
                home.submit { $0.cancel(key) }
            }
        } catch {
            throw error as? AckError ?? .disconnected
        }
    }
}

/// A client's URL, taken apart: the path names the namespace, everything else the server.
struct ClientAddress: Equatable {
    let server: String
    let namespace: String

    init(_ url: String) {
        let whole = url.prefix { $0 != "#" }
        let scheme = whole.firstRange(of: "://")?.upperBound ?? whole.startIndex
        let rest = whole[scheme...]
        let path = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let query = rest.firstIndex(of: "?") ?? rest.endIndex
        server = String(whole[..<path]) + String(rest[query...])
        let name = path < query ? String(rest[path..<query]) : ""
        namespace = name.isEmpty ? "/" : name
    }
}
