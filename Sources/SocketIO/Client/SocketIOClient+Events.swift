// SocketIOClient+Events: what comes, as handlers that run on the client's own thread, and as sequences for whoever waits
// with `for await`.

public import Wire

/// A handler of a `SocketIOClient`, for taking it away.
public struct ClientSubscription: Sendable {
    let home: ClientHome
    let key: UInt64

    /// Takes the handler away.
    public func cancel() {
        let key = key
        home.submit { $0.remove(key) }
    }
}

extension SocketIOClient {
    // MARK: Handlers

    /// Calls `handler`, on the client's own thread, with each event of that name that decodes to its parameters.
    @discardableResult
    public func on<each T: Decodable & SendableMetatype>(
        _ event: String,
        _ handler: @escaping @Sendable (repeat each T) throws -> Void
    ) -> ClientSubscription {
        subscribe { $0.on(event, handler) }
    }

    /// Calls `handler` with each event of that name, and acknowledges with what it returns.
    @discardableResult
    public func on<each T: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ event: String,
        _ handler: @escaping @Sendable (repeat each T) throws -> R
    ) -> ClientSubscription {
        subscribe { $0.on(event, handler) }
    }

    /// Calls `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<each T: Decodable & SendableMetatype>(
        _ event: Event<repeat each T>,
        _ handler: @escaping @Sendable (repeat each T) throws -> Void
    ) -> ClientSubscription {
        on(event.name, handler)
    }

    /// Calls `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<each T: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ event: Event<repeat each T>,
        _ handler: @escaping @Sendable (repeat each T) throws -> R
    ) -> ClientSubscription {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` of one argument with each event of that name.
    @discardableResult
    public func on<A: Decodable & SendableMetatype>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping @Sendable (A) async throws -> Void
    ) -> ClientSubscription {
        subscribe { $0.on(event, handler) }
    }

    /// Calls the asynchronous `handler` of one argument with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping @Sendable (A) async throws -> R
    ) -> ClientSubscription {
        subscribe { $0.on(event, handler) }
    }

    /// Calls `handler` with every event that comes, before its own handlers.
    @discardableResult
    public func onAny(_ handler: @escaping @Sendable (String, [JSON]) throws -> Void) -> ClientSubscription {
        subscribe { $0.onAny(handler) }
    }

    /// Calls `handler` each time that the server has let us in.
    @discardableResult
    public func on(_ connect: Lifecycle<Void>, _ handler: @escaping @Sendable () throws -> Void) -> ClientSubscription {
        subscribe { $0.on(.connect, handler) }
    }

    /// Calls the asynchronous `handler` each time that the server has let us in.
    @discardableResult
    public func on(
        _ connect: Lifecycle<Void>,
        _ handler: nonisolated(nonsending) @escaping @Sendable () async throws -> Void
    ) -> ClientSubscription {
        subscribe { $0.on(.connect, handler) }
    }

    /// Calls `handler` each time that we could not connect.
    @discardableResult
    public func on(
        _ error: Lifecycle<ClientConnectError>,
        _ handler: @escaping @Sendable (ClientConnectError) throws -> Void
    ) -> ClientSubscription {
        subscribe { $0.on(.connectError, handler) }
    }

    /// Calls `handler` each time that we were connected and are not any more.
    @discardableResult
    public func on(
        _ end: Lifecycle<ClientDisconnectReason>,
        _ handler: @escaping @Sendable (ClientDisconnectReason) throws -> Void
    ) -> ClientSubscription {
        subscribe { $0.on(.disconnect, handler) }
    }

    private func subscribe(_ register: @escaping @Sendable (ClientSocket) -> Registration) -> ClientSubscription {
        // A key that nobody has to give out; two that are the same are not to be expected.
        let subscription = ClientSubscription(home: home, key: .random(in: .min ... .max))
        let (key, namespace) = (subscription.key, namespace)
        home.submit { $0.add(key, namespace, register) }
        return subscription
    }

    // MARK: Sequences

    /// The events of that name whose arguments decode to these types, from now on: several arguments become a tuple.
    ///
    /// The sequence goes on over losses of the connection. It ends when the task that reads it is cancelled, or the
    /// client is closed. At most `buffer` events wait for the reader; beyond that the oldest one is dropped.
    public func events<each T: Decodable & Sendable>(
        _ event: String,
        as types: repeat (each T).Type,
        buffer: Int = 1_000
    ) -> AsyncStream<(repeat each T)> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: (repeat each T).self,
            bufferingPolicy: .bufferingNewest(max(1, buffer))
        )
        let subscription = on(event) { (values: repeat each T) in
            _ = continuation.yield((repeat each values))
        }
        continuation.onTermination = { _ in subscription.cancel() }
        let key = subscription.key
        home.submit { $0.add(key) { continuation.finish() } }
        return stream
    }

    /// The occurrences of a declared event, from now on.
    public func events<each T: Decodable & Sendable>(
        _ event: Event<repeat each T>,
        buffer: Int = 1_000
    ) -> AsyncStream<(repeat each T)> {
        events(event.name, as: repeat (each T).self, buffer: buffer)
    }
}
