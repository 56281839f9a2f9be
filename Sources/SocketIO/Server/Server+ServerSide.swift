// Server+ServerSide: what servers of a cluster tell and ask each other, in the main namespace.

internal import UVLoop
internal import Wire

extension Server {
    /// Calls `handler` with each event of that name that another server has emitted in the main namespace.
    public func onServerSide<each T: Decodable>(_ event: String, _ handler: @escaping (repeat each T) throws -> Void) {
        main.onServerSide(event, handler)
    }

    /// Calls `handler` with each event of that name from another server, and answers with what it returns.
    public func onServerSide<each T: Decodable, R: Encodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> R
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of no value with each event of that name from another server.
    public func onServerSide(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> Void
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of no value with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> R
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of one value with each event of that name from another server.
    public func onServerSide<A: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> Void
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of one value with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> R
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of two values with each event of that name from another server.
    public func onServerSide<A: Decodable, B: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> Void
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of two values with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, B: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> R
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of three values with each event of that name from another server.
    public func onServerSide<A: Decodable, B: Decodable, C: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> Void
    ) {
        main.onServerSide(event, handler)
    }

    /// Calls the asynchronous `handler` of three values with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, B: Decodable, C: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> R
    ) {
        main.onServerSide(event, handler)
    }

    /// Sends an event to the other servers of the cluster, not to this one.
    public func serverSideEmit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        main.serverSideEmit(event, repeat each values)
    }

    /// Asks the other servers of the cluster; `answered` gets the answers when all are there or the time is over.
    public func serverSideEmit<each T: Encodable>(
        _ event: String,
        _ values: repeat each T,
        answered: @escaping (ServerAnswers) -> Void
    ) {
        main.serverSideEmit(event, repeat each values, answered: answered)
    }

    /// Says how many servers the cluster has, this one included.
    public func serverCount(_ done: @escaping (Int) -> Void) {
        guard let elsewhere = main.adapter.elsewhere else { return done(1) }
        elsewhere.countServers(done)
    }
}
