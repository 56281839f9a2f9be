// Server: the face of the library. It puts the engine on an HTTP server and speaks for the main namespace.

public import EngineIO
internal import UVLoop
public import Wire

/// A Socket.IO server.
///
/// Bound to the loop of its HTTP server. It answers there under `options.path` and leaves every other path alone.
public final class Server {
    /// The namespace that clients join unless they name another one.
    public let main: Namespace

    /// The engine below.
    public let engine: EngineServer

    private let namespaces: Namespaces
    private let core: Core
    /// The HTTP server, if this server brought its own.
    var ownedHost: EngineServer.Host?

    /// Puts a server on an HTTP server.
    public init(on app: EngineServer.Host, options: ServerOptions = ServerOptions()) {
        let door = Door()
        engine = EngineServer(on: app, options: options.engineInCluster) { session in door.enter(session) }
        core = Core(engine.loop, options)
        namespaces = Namespaces(core)
        main = namespaces.main
        door.namespaces = namespaces
        if options.serveClient { ClientFiles.serve(through: engine) }
    }

    /// The namespace of that name, made if there is none; clients can join it from then on.
    ///
    /// A slash is put before a name that has none.
    public func of(_ name: String) -> Namespace {
        namespaces.make(name.hasPrefix("/") ? name : "/" + name)
    }

    /// Namespaces that come into being when a client asks for a name that `matches`, given the client's `auth`.
    ///
    /// `setUp` gives each its middlewares and handlers. It goes with its last socket, unless `of(_:)` names it or
    /// `ServerOptions.cleanupEmptyChildNamespaces` is false. Families are asked in the order in which they were added.
    @discardableResult
    public func of(
        matching matches: @escaping (_ name: String, _ auth: JSON) -> Bool,
        _ setUp: @escaping (Namespace) -> Void
    ) -> NamespaceFamily {
        namespaces.add(NamespaceFamily(matches: matches, setUp: setUp))
    }

    /// Namespaces that come into being when a client asks for a name that the whole of `pattern` matches.
    ///
    /// `io.of(/\/room-\d+/) { namespace in ... }`. A namespace that `of(_:)` makes by such a name is set up like the others.
    @discardableResult
    public func of<Output>(
        _ pattern: Regex<Output>,
        _ setUp: @escaping (Namespace) -> Void
    ) -> NamespaceFamily {
        let matchesName = { (name: String) -> Bool in
            // Only a pattern with code of the program in it can throw: then the name is not one of its names.
            do { return try pattern.wholeMatch(in: name) != nil } catch { return false }
        }
        return namespaces.add(NamespaceFamily(matchesName: matchesName, setUp: setUp))
    }

    /// Calls `handler` with each namespace that comes into being from now on, after it was set up.
    public func on(_ newcomer: Lifecycle<Namespace>, _ handler: @escaping (Namespace) throws -> Void) {
        core.onNewNamespace(handler)
    }

    /// What the program has chosen.
    public var options: ServerOptions { core.options }

    /// What has happened so far.
    public var counters: Counters { core.counters }

    /// The connected sockets of the main namespace, in no order.
    public var sockets: [Socket] { main.sockets }

    /// The connected socket of the main namespace with this id.
    public func socket(_ id: String) -> Socket? { main.socket(id) }

    /// Calls `handler` with each socket that connects to the main namespace.
    public func on(_ connection: Lifecycle<Socket>, _ handler: @escaping (Socket) throws -> Void) {
        main.on(connection, handler)
    }

    /// Calls the asynchronous `handler` with each socket that connects to the main namespace.
    public func on(
        _ connection: Lifecycle<Socket>,
        _ handler: nonisolated(nonsending) @escaping (Socket) async throws -> Void
    ) {
        main.on(connection, handler)
    }

    /// Calls `handler` with each fault, of whatever namespace: a payload that did not decode, a handler that threw.
    public func on(_ fault: Lifecycle<Fault>, _ handler: @escaping (Fault) throws -> Void) {
        core.onFault(handler)
    }

    /// Adds a check that each socket that connects to the main namespace must pass.
    public func use(_ check: @escaping (Socket) throws -> Void) {
        main.use(check)
    }

    /// Adds an asynchronous check that each socket that connects to the main namespace must pass.
    public func use(_ check: nonisolated(nonsending) @escaping (Socket) async throws -> Void) {
        main.use(check)
    }

    /// Disconnects everybody with the reason "server shutting down" and answers nobody any more.
    ///
    /// Once they have been told, it lets go of its handlers, even of those that use it and so hold it. The HTTP server goes
    /// on, unless this server brought its own.
    public func close() {
        let isDeserted = engine.clientsCount == 0
        engine.close()
        ownedHost?.fall()
        let retire = { [namespaces] in namespaces.retire() }
        // Clients are told at the end of this turn. What handlers say then is for the other servers of a cluster, too, and a
        // check that is under way may still be followed by the next one.
        if isDeserted { retire() } else { core.loop.closeLater(retire) }
    }
}

@available(*, unavailable)
extension Server: Sendable {}

/// What the engine knows of the server.
///
/// Not the server itself, which owns the engine: they would hold each other.
private final class Door {
    /// Set before the first session can come.
    var namespaces: Namespaces?

    func enter(_ session: Session) -> SessionHandler {
        guard let namespaces else { return SessionHandler() }
        let client = Client(namespaces, session)
        client.welcome()
        return client
    }
}
