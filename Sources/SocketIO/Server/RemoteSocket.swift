// RemoteSocket: a socket of any server of a cluster, as it was when it was asked for, and what can be done with it.

public import Wire

/// A socket of this server or of another, as it was when it was asked for.
public struct RemoteSocket {
    /// The id, which is also the name of a room.
    public let id: String
    /// The handshake, under the names that JavaScript's servers use.
    public let handshake: JSON
    /// The rooms, the id among them.
    public let rooms: [String]
    /// What the program remembers of the client.
    public let data: JSON

    private let operation: BroadcastOperator

    init(_ description: SocketDescription, _ namespace: Namespace) {
        id = description.id
        handshake = description.handshake
        rooms = description.rooms
        data = description.data
        operation = namespace.to(description.id)
    }

    /// Sends an event to this client.
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        operation.emit(event, repeat each values)
    }

    /// Asks this client; `answered` gets its answer, or nobody's when the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        operation.emit(event, repeat each values, timeout: timeout, answered: answered)
    }

    /// Lets it join a room.
    public func join(_ room: String) { operation.socketsJoin(room) }

    /// Lets it leave a room.
    public func leave(_ room: String) { operation.socketsLeave(room) }

    /// Disconnects it from the namespace, or with `close` from its server.
    public func disconnect(close: Bool = false) { operation.disconnectSockets(close: close) }
}

@available(*, unavailable)
extension RemoteSocket: Sendable {}

/// The sockets that were found, and who did not say.
public struct FetchedSockets: RandomAccessCollection {
    /// The sockets.
    public let sockets: [RemoteSocket]
    /// The names of the servers that did not answer in time.
    public let missingServers: [String]

    /// The position of the first socket.
    public var startIndex: Int { sockets.startIndex }
    /// The position after the last socket.
    public var endIndex: Int { sockets.endIndex }
    /// The socket at a position.
    public subscript(position: Int) -> RemoteSocket { sockets[position] }
}

extension BroadcastOperator {
    /// Addresses the sockets of this server only.
    public var local: BroadcastOperator {
        var copy = self
        copy.selection.isLocal = true
        return copy
    }

    /// Finds the selected sockets of all servers; `done` is called once, with those of the servers that answered.
    public func fetchSockets(_ done: @escaping (FetchedSockets) -> Void) {
        let namespace = namespace
        let own = namespace.describe(selection)
        let finish = { (others: [SocketDescription], missing: [String]) in
            let sockets = (own + others).map { RemoteSocket($0, namespace) }
            done(FetchedSockets(sockets: sockets, missingServers: missing))
        }
        guard !selection.isLocal, let elsewhere = namespace.adapter.elsewhere else { return finish([], []) }
        elsewhere.fetch(selection, finish)
    }

    /// The selected sockets of all servers that answered.
    public func fetchSockets() async -> FetchedSockets {
        var found: FetchedSockets?
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            fetchSockets {
                found = $0
                continuation.resume()
            }
        }
        return found ?? FetchedSockets(sockets: [], missingServers: [])
    }
}

extension Namespace {
    /// The sockets of all servers that answered.
    public func fetchSockets() async -> FetchedSockets { await everybody.fetchSockets() }

    /// Addresses the sockets of this server only.
    public var local: BroadcastOperator { everybody.local }

    /// Lets every socket of every server join a room.
    public func socketsJoin(_ room: String) { everybody.socketsJoin(room) }

    /// Lets every socket of every server leave a room.
    public func socketsLeave(_ room: String) { everybody.socketsLeave(room) }
}

extension Server {
    /// The sockets of the main namespace, of all servers that answered.
    public func fetchSockets() async -> FetchedSockets { await main.fetchSockets() }

    /// Addresses the sockets of this server only.
    public var local: BroadcastOperator { main.local }

    /// Lets every socket of the main namespace, of every server, join a room.
    public func socketsJoin(_ room: String) { main.socketsJoin(room) }

    /// Lets every socket of the main namespace, of every server, leave a room.
    public func socketsLeave(_ room: String) { main.socketsLeave(room) }
}
