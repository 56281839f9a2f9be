// ClientSocket: the client's end of one namespace. This file holds its life: idle, joining, connected, and again. What
// arrives is in ClientSocket+Receive.swift, what leaves in ClientSocket+Emit.swift and ClientSocket+Retries.swift; the
// handlers are those of every receiver, see EventReceiver.

internal import UVLoop
internal import Wire

/// The client's end of one namespace of a server.
///
/// Bound to the loop of its manager. Handlers are registered once and stay over losses of the connection. A handler that
/// uses its own socket keeps it alive, until `offAll()`, or the end of the manager.
public final class ClientSocket: EventReceiver, EventTarget {
    /// What a socket waits for.
    enum State {
        /// Nothing: it does not want to be connected.
        case idle
        /// A connection.
        case waiting
        /// The server's permission, with what is shown to it perhaps still in the making.
        case joining
        /// Nothing: events come and go.
        case connected
    }

    /// The connection, which sockets of several namespaces may share.
    public let io: Manager

    /// The namespace.
    public let namespace: String

    /// What is shown to the server at the next connect.
    public var auth: ClientAuth

    let options: ClientSocketOptions
    let encoder: PacketEncoder
    var state = State.idle
    /// The number of the last attempt to join, by which one that was overtaken is known.
    private var joins = 0

    /// The id that the server gave; nil while not connected.
    public private(set) var id: String?

    /// Whether the last connect was a recovery: the same id, rooms and data, and what was missed has come.
    public private(set) var recovered = false

    /// Why the last attempt to connect has failed; nil since there is a new one.
    private(set) var failure: ClientConnectError?

    /// The secret by which the server knows this client again; nil if the server recovers nobody.
    private(set) var pid: String?
    /// What this client has seen last.
    var offset: String?

    var registrations = Registrations()
    var isWatched = false
    var isOverheard = false
    var pendingAnswers = PendingAnswers()
    var lastQuestion: UInt64 = 0
    /// Events of the server that came before its permission.
    var early: [Packet] = []
    var earlyBytes = 0
    /// Events that wait for a connection.
    var waiting: KeptEvents
    /// Events that are sent again until they are acknowledged.
    var queue: KeptEvents

    init(_ manager: Manager, _ namespace: String, _ auth: ClientAuth, _ options: ClientSocketOptions) {
        io = manager
        self.namespace = namespace
        self.options = options
        self.auth = auth
        encoder = PacketEncoder(namespace: namespace)
        waiting = KeptEvents(manager.options)
        queue = KeptEvents(manager.options)
    }

    /// True between the server's permission and the end.
    public var isConnected: Bool { state == .connected }

    /// True while the socket is connected or wants to be.
    public var isActive: Bool { state != .idle }

    // MARK: Life

    /// Connects, if the socket is not connected; it stays connected over losses until somebody disconnects it.
    public func connect() {
        guard state == .idle || state == .waiting else { return }
        state = .waiting
        failure = nil
        io.activate(self)
    }

    /// Disconnects, and does not come back until `connect()`.
    ///
    /// Events that could not be sent stay, and are sent after the next connect.
    public func disconnect() {
        guard state != .idle else { return }
        let wasConnected = isConnected
        if wasConnected || state == .joining { sendDisconnect() }
        leave(wasConnected ? .clientDisconnect : nil, nil)
    }

    /// There is a connection: asks the server for permission.
    func join() {
        guard state == .waiting else { return }
        state = .joining
        joins &+= 1
        let attempt = joins
        switch auth.source {
        case .value(let value): sendConnect(value)
        case .closure(let make): finishJoin(attempt, Result { try make() })
        case .suspending(let make):
            loop.spawn {
                let made: Result<JSON, any Error>
                do { made = .success(try await make()) } catch { made = .failure(error) }
                self.finishJoin(attempt, made)
            }
        }
    }

    private func finishJoin(_ attempt: Int, _ made: Result<JSON, any Error>) {
        guard state == .joining, attempt == joins else { return }
        switch made {
        case .success(let value): sendConnect(value)
        case .failure(let error): refused(.auth(String(describing: error)))
        }
    }

    /// The server lets the client in.
    func joined(_ id: String, pid newPid: String?) {
        guard state == .joining else { return }
        state = .connected
        self.id = id
        failure = nil
        recovered = newPid != nil && newPid == pid
        if !recovered { offset = nil }
        pid = newPid
        deliverEarly()
        guard isConnected else { return }
        sendWaiting()
        drainQueue(again: true)
        tellConnect()
    }

    /// The server does not let the client in, or it was not asked for want of something to show.
    func refused(_ error: ClientConnectError) {
        leave(nil, nil)
        failed(error)
    }

    /// The connection that the socket waits for could not be made.
    func failed(_ error: ClientConnectError) {
        failure = error
        tell(connectError: error)
    }

    /// True while something will come of it that the socket wants to be connected.
    var isTrying: Bool { isActive && io.isTrying }

    /// The server sends the client away.
    func dismissed() {
        leave(isConnected ? .serverDisconnect : nil, nil)
    }

    /// The connection is gone; the socket waits for the next one.
    func closed(_ reason: ClientDisconnectReason, _ description: String?) {
        guard state == .joining || state == .connected else { return }
        let wasConnected = isConnected
        state = .waiting
        end(wasConnected ? reason : nil, description)
    }

    /// The socket wants no connection any more.
    private func leave(_ reason: ClientDisconnectReason?, _ description: String?) {
        state = .idle
        loop.releaseLater(self)
        io.deactivate(self)
        end(reason, description)
    }

    /// Tells everybody who waits for something of this connection that it has ended.
    private func end(_ reason: ClientDisconnectReason?, _ description: String?) {
        id = nil
        early = []
        earlyBytes = 0
        failPending()
        interruptQueue()
        if let reason { tell(disconnect: reason, description) }
    }

    /// Forgets who this client was, so that the next connect is one of a new client.
    func forgetSession() {
        pid = nil
        offset = nil
    }

    // MARK: Handlers

    /// Where the handlers are kept; it is for `on` and its kin.
    public var handlers: EventHandlers { EventHandlers(self) }

    var loop: EventLoop { io.loop }
    var names: EventNames { io.names }
    var spares: Unmanaged<HandlerSpares> { .passUnretained(io.spares) }

    var takesHandlers: Bool { true }

    /// Lets go of every handler, and of what they hold.
    func forgetHandlers() {
        removeHandlers { _ in true }
        auth = .none
    }

    func overhear(_ begins: Bool) { isOverheard = begins }

    func contain(_ error: any Error, in event: String, answering question: UInt64?) {
        if let error = error as? Undecodable {
            io.report(.undecodable, event: event, socket: id, error.message)
        } else {
            io.report(.handlerThrew, event: event, socket: id, String(describing: error), error)
        }
    }
}

@available(*, unavailable)
extension ClientSocket: Sendable {}
