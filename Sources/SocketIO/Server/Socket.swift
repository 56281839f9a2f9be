// Socket: one client in one namespace. This file holds its life: pending, open, ended. Registering handlers stands in
// Socket+Events.swift, what arrives in Socket+Receive.swift, what leaves in Socket+Emit.swift.

public import EngineIO
internal import UVLoop
public import Wire

/// One client in one namespace.
///
/// Bound to the loop of its server. A socket that has disconnected stays a valid object; it only has no effect any more.
public final class Socket: Member, EventReceiver, EventTarget {
    private enum State: UInt8 { case pending, connected, ending, ended }

    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let heard = Marks(rawValue: 1)
        static let watched = Marks(rawValue: 2)
        static let overheard = Marks(rawValue: 4)
        static let recovered = Marks(rawValue: 8)
    }

    // First, because the fields of a member end with some room before the next word.
    @exclusivity(unchecked) private var state = State.pending
    @exclusivity(unchecked) private var marks: Marks = []

    /// The namespace that the client has joined.
    public let namespace: Namespace

    /// What the server shares; a word less per socket than keeping it, and the namespace is never cold.
    var core: Core { namespace.core }
    // Known from the client as well, but the way there costs a cache line per delivery.
    let client: Client
    let session: Session
    @exclusivity(unchecked) var registrations = Registrations()
    /// What most sockets never have; nil until this one does.
    private var belongings: SocketBelongings?

    init(_ namespace: Namespace, _ client: Client, auth: JSON, recovered: Recovered? = nil) {
        if recovered != nil { marks = .recovered }
        self.namespace = namespace
        self.client = client
        session = client.session
        super.init(id: recovered?.session.id ?? Self.makeID(in: namespace, for: client.session))
        namespace.visitors += 1
        if auth != [:] { ownBelongings().auth = auth }
        if let recovered { adopt(recovered) }
    }

    /// Whether the client was cut off and has come back: same id, rooms and data, and it gets what it has missed.
    public var recovered: Bool { marks.contains(.recovered) }

    /// True once the client has sent a packet, and thus has received everything up to its connect.
    var isHeard: Bool { marks.contains(.heard) }

    /// Notes that the client has sent a packet.
    @inline(__always)
    func hear() {
        if !isHeard { marks.insert(.heard) }
    }

    /// True once somebody wants to see events before their handlers do.
    var isWatched: Bool {
        get { marks.contains(.watched) }
        set { if newValue { marks.insert(.watched) } else { marks.remove(.watched) } }
    }

    /// True once somebody wants to see what leaves.
    var isOverheard: Bool {
        get { marks.contains(.overheard) }
        set { if newValue { marks.insert(.overheard) } else { marks.remove(.overheard) } }
    }

    /// How this socket came to be.
    public var handshake: Handshake {
        Handshake(auth: belongings?.auth ?? [:], request: session.request)
    }

    /// Whatever the program wants to remember of this client; other servers of a cluster can ask for it.
    public var data: JSON {
        get { belongings?.data ?? .null }
        set { if belongings != nil || newValue != .null { ownBelongings().data = newValue } }
    }

    /// True from the end of the middlewares to the disconnect.
    public var isConnected: Bool { state == .connected }

    /// True while the middlewares have not decided.
    var isPending: Bool { state == .pending }

    /// The name of the transport, "polling" or "websocket".
    public var transport: String { session.transport.rawValue }

    /// The connection below, which the client's sockets of all namespaces share.
    public var conn: Session { session }

    // MARK: Rooms

    /// The rooms that this socket is in, its own id first and many in no order; none once it has disconnected.
    public var rooms: [String] {
        guard state != .ended else { return [] }
        return (hasLeftOwnRoom ? [] : [id]) + places.elements.map(\.key)
    }

    /// Joins a room.
    ///
    /// Nothing happens if the socket has disconnected. If it is in `maxRoomsPerSocket` rooms already it stays where it is,
    /// and the program is told a `Fault`.
    public func join(_ room: String) {
        guard state != .ended else { return }
        guard places.count < core.options.maxRoomsPerSocket || isIn(room) else { return refuseRoom(room) }
        namespace.adapter.join(self, room)
    }

    private func refuseRoom(_ room: String) {
        let message = "\"\(room)\" would be more than \(core.options.maxRoomsPerSocket) rooms"
        core.report(.tooManyRooms, event: "join", socket: id, message)
    }

    /// Joins several rooms.
    public func join(_ rooms: [String]) {
        for room in rooms { join(room) }
    }

    /// Leaves a room.
    public func leave(_ room: String) {
        namespace.adapter.leave(self, room)
    }

    // MARK: Life

    /// Lets the client in and tells the program.
    func open() {
        guard state == .pending, client.isOpen else { return }
        state = .connected
        namespace.audience.insert(self)
        client.joined()
        session.send(namespace.encode(connected: welcome()))
        namespace.announce(self)
    }

    /// What the client is told when it is let in: its id, and the secret by which it can come back if there is one.
    private func welcome() -> JSONObject? {
        guard !client.isVersion2 else { return nil }
        guard let pid = resume() else { return ["sid": .string(id)] }
        return ["sid": .string(id), "pid": .string(pid)]
    }

    /// Tells a client that was not let in why.
    func refuse(_ error: ConnectError) {
        vanish()
        client.forget(self)
        client.refuse(namespace.name, error)
        client.namespaces.abandon(namespace)
    }

    /// Lets go of a socket that no client is there for any more.
    func withdraw() {
        persist(.transportClose, left: 0)
        vanish()
        client.namespaces.abandon(namespace)
    }

    /// Disconnects the client from this namespace, or with `close` from all of them and from the server.
    public func disconnect(close: Bool = false) {
        guard state == .connected else { return }
        if close { return client.disconnect() }
        session.send(namespace.encodeDisconnect())
        client.forget(self)
        end(.serverNamespaceDisconnect, nil)
    }

    /// Ends a socket whose connection has ended, or whose client has left, and tells the program.
    func end(_ reason: DisconnectReason, _ description: String?) {
        // Behind the last handler: what it says to others goes through a namespace that still is one.
        defer { client.namespaces.abandon(namespace) }
        // What handlers of the end say to its rooms does not reach it any more.
        let left = namespace.audience.log?.position ?? 0
        guard state == .connected else {
            persist(reason, left: left)
            return vanish()
        }
        state = .ending
        tell("disconnecting", reason, description)
        persist(reason, left: left)
        vanish()
        for answer in belongings?.pendingAnswers.takeAll() ?? [] { answer.finish(.failure(.disconnected)) }
        tell("disconnect", reason, description)
        // Handlers usually hold the socket that holds them. Somebody may be in the middle of one: they go later.
        removeHandlers { _ in true }
    }

    /// Leaves rooms and namespace; all there is to do for a socket that was never let in.
    private func vanish() {
        guard state != .ended else { return }
        state = .ended
        // First: whoever calls is in the middle of one of its methods, and what follows may let the last reference go.
        core.loop.releaseLater(self)
        forgetSession()
        namespace.adapter.leaveAll(self)
        namespace.audience.remove(self)
        namespace.visitors -= 1
        overhear(false)
    }

    /// Takes a packet of a broadcast.
    public override func deliver(_ packet: borrowing EncodedPacket) {
        guard state == .connected, !packet.isVolatile || session.takesVolatile() else { return }
        session.send(packet)
        note(packet)
        if isOverheard { overhear(packet) }
    }

    override func approach(_ step: Approach) {
        switch step {
        case .far: Prefetch.object(session, lines: 3)
        case .near: session.approach()
        }
    }

    /// Remembers how far the client was sent what others may have missed.
    @inline(__always)
    func note(_ packet: borrowing EncodedPacket) {
        if packet.position > 0, packet.position > lastSent { lastSent = packet.position }
    }

    // MARK: Handlers

    /// Where the handlers are kept; it is for `on` and its kin.
    public var handlers: EventHandlers { EventHandlers(self) }

    var loop: EventLoop { core.loop }
    var names: EventNames { core.names }
    var spares: Unmanaged<HandlerSpares> { .passUnretained(core.spares) }

    /// A socket that has ended takes none, or they would hold each other for ever.
    var takesHandlers: Bool { state != .ended }

    // MARK: Questions that are out

    /// Registers a question and returns its id; nil if the client owes too many answers already.
    func expectAnswer(_ complete: @escaping (Reply) -> Void, timeout: UInt64?) -> UInt64? {
        core.lastQuestion += 1
        guard let answer = expectAnswer(to: core.lastQuestion, complete) else { return nil }
        if let timeout { core.loop.timeouts.schedule(answer, after: timeout) }
        return answer.id
    }

    /// Registers a question whose id is the last one given away; nil if the client owes too many answers already.
    func expectAnswer(to question: UInt64, _ complete: @escaping (Reply) -> Void) -> PendingAnswer? {
        let belongings = ownBelongings()
        guard belongings.pendingAnswers.count < core.options.maxPendingAnswers else {
            core.counters.questionsRefused += 1
            return nil
        }
        let answer = PendingAnswer(question, self, complete)
        belongings.pendingAnswers.append(answer)
        return answer
    }

    func expire(answer id: UInt64) {
        guard let answer = take(answer: id) else { return }
        core.counters.answersLate += 1
        answer.finish(.failure(.timeout))
    }

    /// Takes a question out.
    func take(answer id: UInt64) -> PendingAnswer? {
        belongings?.pendingAnswers.take(id)
    }

    // MARK: What most sockets never have

    /// The position of the last event that was sent to the client; 0 where nothing is recovered.
    var lastSent: UInt64 {
        get { belongings?.lastSent ?? 0 }
        set { ownBelongings().lastSent = newValue }
    }

    private func ownBelongings() -> SocketBelongings {
        if let belongings { return belongings }
        let made = SocketBelongings()
        belongings = made
        return made
    }
}

/// What a socket holds that most sockets never have, apart from it: ten thousand idle ones are then a megabyte smaller.
private final class SocketBelongings {
    var data: JSON = .null
    /// What the client sent with its connect; an empty object when it sent none.
    var auth: JSON = [:]
    var lastSent: UInt64 = 0
    var pendingAnswers = PendingAnswers()
}
