// Namespace: a part of a server with sockets, rooms, middlewares and connection handlers of its own.
// How a client is let in stands in Namespace+Admission.swift, how a namespace speaks to many in Broadcasting.swift.

internal import Wire

/// A part of a server that clients join by name.
///
/// Bound to the loop of its server.
public final class Namespace {
    /// The name, beginning with a slash.
    public let name: String

    /// The rooms, and the way to everybody in them.
    public let adapter: any Adapter

    let core: Core
    let encoder: PacketEncoder
    let audience: Audience
    var middlewares: [Middleware] = []
    var serverSideHandlers: [ServerSideHandler] = []
    private var connectionHandlers: [(Socket) throws -> Void] = []

    /// Whether it goes with its last socket.
    var isTransient: Bool
    /// The sockets that are connected here, or want to be.
    var visitors = 0
    /// The sockets of which somebody wants to see what leaves.
    var overhearers = 0

    init(_ name: String, _ core: Core, isTransient: Bool = false) {
        self.name = name
        self.isTransient = isTransient
        self.core = core
        encoder = PacketEncoder(namespace: name)
        audience = Audience(namespace: name, on: core.loop)
        audience.log = core.options.connectionStateRecovery.map { RecoveryLog($0, on: core.loop) }
        adapter = core.options.makeAdapter(audience)
        audience.servant = self
    }

    /// The number of connected sockets.
    public var count: Int { audience.count }

    /// The connected sockets, in no order.
    ///
    /// Complexity: O(n); it makes an array.
    public var sockets: [Socket] {
        var found: [Socket] = []
        audience.everyone.forEach { member in
            if let socket = member as? Socket { found.append(socket) }
        }
        return found
    }

    /// The connected socket with this id.
    public func socket(_ id: String) -> Socket? {
        audience.member(id) as? Socket
    }

    /// Calls `handler` with each socket that connects.
    public func on(_ connection: Lifecycle<Socket>, _ handler: @escaping (Socket) throws -> Void) {
        connectionHandlers.append(handler)
    }

    /// Calls the asynchronous `handler` with each socket that connects.
    ///
    /// Events that arrive while it is suspended find only the handlers that it has registered so far.
    public func on(
        _ connection: Lifecycle<Socket>,
        _ handler: nonisolated(nonsending) @escaping (Socket) async throws -> Void
    ) {
        connectionHandlers.append { socket in
            socket.spawn("connection") { try await handler(socket) }
        }
    }

    /// Calls `handler` with each fault of this server, of whatever namespace.
    public func on(_ fault: Lifecycle<Fault>, _ handler: @escaping (Fault) throws -> Void) {
        core.onFault(handler)
    }

    /// Nobody comes here any more: lets go of the handlers, most of which hold the namespace that holds them.
    func retire() {
        (connectionHandlers, middlewares, serverSideHandlers) = ([], [], [])
        adapter.close()
    }

    func announce(_ socket: Socket) {
        core.counters.connections += 1
        for handler in connectionHandlers where socket.isConnected {
            do { try handler(socket) } catch { socket.contain(error, in: "connection", answering: nil) }
        }
    }
}

@available(*, unavailable)
extension Namespace: Sendable {}
