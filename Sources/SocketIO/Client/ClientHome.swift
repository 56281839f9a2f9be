// ClientHome: where the sockets of a `SocketIOClient` live: a loop on a thread of its own. It is an actor whose executor
// is that loop, so that what belongs to the loop is the actor's own state, and no other thread can touch it.

internal import EngineIO
internal import UVLoop
internal import Wire

/// What a client that lives elsewhere shows to the server.
enum RemoteAuth: Sendable {
    case value(JSON?)
    case closure(@Sendable () async throws -> JSON)

    /// The same, for a socket.
    var local: ClientAuth {
        switch self {
        case .value(let value): value.map { .value($0) } ?? .none
        case .closure(let make): .each { try await make() }
        }
    }
}

/// The loop-bound half of a `SocketIOClient`.
actor ClientHome {
    typealias Wrap = @Sendable (TCPStream) -> any ByteStream

    private nonisolated let thread: LoopThread
    private var manager: Manager?
    private var sockets: [String: ClientSocket] = [:]
    /// The handlers that can be taken away again, by the key of their subscription.
    private var subscriptions: [UInt64: Registration] = [:]
    /// What ends the sequences, by the key of their subscription.
    private var sequences: [UInt64: @Sendable () -> Void] = [:]
    /// What ends the waits of tasks, by their keys.
    private var waits: [UInt64: () -> Void] = [:]
    private var isClosed = false

    /// The loop.
    nonisolated var loop: EventLoop { thread.loop }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.loop.asUnownedSerialExecutor() }

    init() throws(UVError) {
        thread = try LoopThread()
    }

    isolated deinit {
        close()
    }

    /// Has `work` run here, in the order of these calls and before whatever is awaited later.
    nonisolated func submit(_ work: @escaping @Sendable (isolated ClientHome) -> Void) {
        loop.mailbox.submit { self.assumeIsolated { work($0) } }
    }

    // MARK: Life

    func start(_ url: String, _ options: ManagerOptions, _ wrap: Wrap?) {
        manager = Manager(on: loop, url: url, options: options, wrap: wrap)
    }

    /// Makes the socket of a namespace, which connects unless `autoConnect` is false.
    func open(_ namespace: String, _ auth: RemoteAuth, _ options: ClientSocketOptions) {
        guard let manager, !isClosed, sockets[namespace] == nil else { return }
        sockets[namespace] = manager.socket(namespace, auth: auth.local, options: options)
    }

    func connect(_ namespace: String) { sockets[namespace]?.connect() }

    func disconnect(_ namespace: String) { sockets[namespace]?.disconnect() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        manager?.close()
        for end in waits.values { end() }
        waits = [:]
        for end in sequences.values { end() }
        sequences = [:]
        subscriptions = [:]
        sockets = [:]
        manager = nil
    }

    /// Suspends until the socket is connected; its next failure ends the wait, and so does `cancel(key)`.
    func connected(_ namespace: String, _ key: UInt64) async throws(ClientConnectError) {
        guard let socket = sockets[namespace] else { throw .closed }
        guard !socket.isConnected else { return }
        if let failure = socket.failure, !socket.isTrying { throw failure }
        let first = FirstOutcome()
        waits[key] = { first.finish(.failure(.closed)) }
        let registrations = [
            socket.on(.connect) { first.finish(.success(())) },
            socket.on(.connectError) { first.finish(.failure($0)) },
        ]
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            guard first.outcome == nil else { return continuation.resume() }
            first.continuation = continuation
            if Task.isCancelled { first.finish(.failure(.closed)) }
        }
        for registration in registrations { registration.cancel() }
        waits[key] = nil
        guard let outcome = first.outcome else { throw .closed }
        try outcome.get()
    }

    /// Ends a wait whose task was cancelled; does nothing if it is over, or has seen that for itself.
    func cancel(_ key: UInt64) { waits[key]?() }

    func id(_ namespace: String) -> String? { sockets[namespace]?.id }

    func isConnected(_ namespace: String) -> Bool { sockets[namespace]?.isConnected ?? false }

    func recovered(_ namespace: String) -> Bool { sockets[namespace]?.recovered ?? false }

    // MARK: Handlers

    func add(_ key: UInt64, _ namespace: String, _ register: (ClientSocket) -> Registration) {
        if let socket = sockets[namespace] { subscriptions[key] = register(socket) }
    }

    func add(_ key: UInt64, end: @escaping @Sendable () -> Void) {
        guard !isClosed else { return end() }
        sequences[key] = end
    }

    func remove(_ key: UInt64) {
        sequences[key] = nil
        subscriptions.removeValue(forKey: key)?.cancel()
    }

    // MARK: What leaves

    func emit<each T: Encodable & Sendable>(
        _ namespace: String,
        _ manner: RemoteManner,
        _ event: String,
        _ values: repeat each T
    ) throws(AckError) -> EmitResult {
        guard let socket = sockets[namespace] else { throw .disconnected }
        return try manner.applied(to: socket).say(event, repeat each values, complete: nil).get()
    }

    /// Suspends until there is an answer, or a reason why there is none, such as `cancel(key)`.
    func ask<each T: Encodable & Sendable, each R: Decodable & Sendable>(
        _ key: UInt64,
        _ namespace: String,
        _ manner: RemoteManner,
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> RemoteAnswer<repeat each R> {
        guard let socket = sockets[namespace] else { throw .disconnected }
        typealias Answered = Result<RemoteAnswer<repeat each R>, AckError>
        let answered = await withUnsafeContinuation { (continuation: UnsafeContinuation<Answered, Never>) in
            // The number that the question gets. In here, because any `await` may let another task come first.
            let question = socket.lastQuestion &+ 1
            waits[key] = { socket.withdraw(question, .cancelled) }
            _ = manner.applied(to: socket).say(event, repeat each values) { reply in
                continuation.resume(returning: reply.remote())
            }
            if Task.isCancelled { socket.withdraw(question, .cancelled) }
        }
        waits[key] = nil
        return try answered.get()
    }
}

/// An answer on its way out; a bare tuple of any number of values is not known to be Sendable.
struct RemoteAnswer<each Value: Sendable>: Sendable {
    let values: (repeat each Value)

    init(_ values: repeat each Value) { self.values = (repeat each values) }
}

extension Reply {
    /// The values, ready to leave the loop.
    fileprivate func remote<each R: Decodable & Sendable>() -> Result<RemoteAnswer<repeat each R>, AckError> {
        let outcome: Result<(repeat each R), AckError> = values()
        do throws(AckError) {
            let values: (repeat each R) = try outcome.get()
            return .success(RemoteAnswer(repeat each values))
        } catch {
            return .failure(error)
        }
    }
}

/// How something is said, as it travels to the socket.
struct RemoteManner: Sendable {
    var isVolatile = false
    var timeout: UInt64?
    var deadline: UInt64?

    func applied(to socket: ClientSocket) -> ClientManner {
        ClientManner(socket: socket, isVolatile: isVolatile, timeout: timeout, deadline: deadline)
    }
}

/// The first thing that happens, for one task that waits.
private final class FirstOutcome {
    private(set) var outcome: Result<Void, ClientConnectError>?
    var continuation: UnsafeContinuation<Void, Never>?

    func finish(_ result: Result<Void, ClientConnectError>) {
        guard outcome == nil else { return }
        outcome = result
        continuation?.resume()
        continuation = nil
    }
}
