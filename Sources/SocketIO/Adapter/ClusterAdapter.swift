// ClusterAdapter: the cluster half of an adapter, written once for every bus: rooms and broadcasts of this server in a
// LocalAdapter, the same for the others by messages. This file holds its life and what comes in; what is asked of the
// others is in ClusterAdapter+Elsewhere.swift.

internal import UVLoop
public import Wire

/// What a server does on behalf of the others in its cluster: its share of what they ask for.
///
/// A namespace is one. Everything is about the sockets of this server.
public protocol ClusterServant: AnyObject {
    /// Gives the packet to the selected sockets.
    func broadcast(_ packet: ClusterPacket, to selection: Selection)
    /// Has the selected sockets join rooms.
    func join(_ selection: Selection, _ rooms: [String])
    /// Has the selected sockets leave rooms.
    func leave(_ selection: Selection, _ rooms: [String])
    /// Disconnects the selected sockets.
    func disconnect(_ selection: Selection, close: Bool)
    /// Describes the selected sockets.
    func describe(_ selection: Selection) -> [SocketDescription]
    /// Asks the selected sockets, and returns how many; `answered` gets the answer of each, nil if there is none.
    func ask(
        _ packet: ClusterPacket,
        to selection: Selection,
        timeout: UInt64,
        answered: @escaping ([JSON]?) -> Void
    ) -> Int
    /// Calls the handlers of the servers' own events; `answer` is nil if nobody waits for one.
    ///
    /// It is called once: with the answer, or with nil if there will be none.
    func serverSide(_ event: String, _ values: [JSON], answer: ((JSON?) -> Void)?)
}

/// The rooms of one namespace on this server, and the way to the others.
public final class ClusterAdapter: Adapter {
    /// What is known of another server.
    private struct Peer {
        var lastSeen: UInt64
        var sequence: UInt64 = 0
    }

    /// The name of this server in the cluster, for this namespace.
    public let node = String(SocketID.make().prefix(8))

    let local: LocalAdapter
    let audience: Audience
    let bus: any ClusterBus
    let options: ClusterOptions
    let loop: EventLoop
    var questions: [UInt64: ClusterQuestion] = [:]
    var lastQuestion: UInt64 = 0
    private var peers: [String: Peer] = [:]
    private var sequence: UInt64 = 0
    private var heart: Timer?
    private(set) var isOpen = true

    /// An adapter that reaches this audience, and over the bus those of the other servers.
    ///
    /// The audience must be one that a server made: it needs its loop.
    public init(_ audience: Audience, bus: any ClusterBus, options: ClusterOptions = ClusterOptions()) {
        guard let loop = audience.loop else { preconditionFailure("the audience of a cluster needs a loop") }
        self.audience = audience
        self.bus = bus
        self.options = options
        self.loop = loop
        local = LocalAdapter(audience)
        begin()
    }

    private func begin() {
        let known = bus.open(node, namespace: audience.namespace, on: loop) { [weak self] in self?.receive($0) }
        for name in known where name != node { peers[name] = Peer(lastSeen: loop.now) }
        bus.publish(message(.hello))
        let heart = Timer(on: loop) { [unowned self] in beat() }
        heart.start(after: options.heartbeatInterval, repeating: options.heartbeatInterval)
        heart.keepsLoopAlive = false
        self.heart = heart
    }

    /// The other servers that are known to be there.
    public var others: [String] { peers.keys.sorted() }

    // MARK: The rooms of this server

    /// Adds a member to a room.
    public func join(_ member: Member, _ room: String) { local.join(member, room) }

    /// Takes a member out of a room.
    public func leave(_ member: Member, _ room: String) { local.leave(member, room) }

    /// Takes a member out of every room.
    public func leaveAll(_ member: Member) { local.leaveAll(member) }

    /// The selected members on this server.
    public func members(_ selection: Selection) -> [Member] { local.members(selection) }

    /// The names of the rooms on this server.
    public var roomNames: [String] { local.roomNames }

    /// Remembers a session on this server, where its client must come back to.
    public func persist(_ session: RecoverableSession) { local.persist(session) }

    /// Looks a session up on this server.
    public func restore(_ pid: String, offset: String?, _ done: @escaping (RecoveryOutcome) -> Void) {
        local.restore(pid, offset: offset, done)
    }

    /// Gives the packet to each selected member here, and hands it on to the others.
    public func broadcast(_ packet: EncodedPacket, to selection: Selection) {
        if isOpen, !selection.isLocal {
            bus.publish(message(.broadcast(ClusterPacket(packet, namespace: audience.namespace), selection)))
        }
        local.broadcast(packet, to: selection)
    }

    /// The way to the other servers.
    public var elsewhere: (any Elsewhere)? { isOpen ? self : nil }

    /// Says goodbye; questions that are out end with what there is.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        heart = nil
        bus.publish(message(.goodbye))
        bus.close()
        for question in questions.values { question.end() }
        local.close()
    }

    // MARK: Messages

    /// A message of this server.
    func message(_ body: ClusterMessage.Body) -> ClusterMessage {
        sequence += 1
        return ClusterMessage(origin: node, namespace: audience.namespace, sequence: sequence, body: body)
    }

    /// Takes what came over the bus, unless it is our own, another namespace's, or came before.
    private func receive(_ message: ClusterMessage) {
        guard isOpen, message.origin != node, message.namespace == audience.namespace, notice(message) else { return }
        switch message.body {
        case .hello: bus.respond(self.message(.heartbeat), to: message.origin)
        case .heartbeat: break
        case .goodbye: lose(message.origin)
        case .broadcast(let packet, let selection): audience.servant?.broadcast(packet, to: selection)
        case .join(let selection, let rooms): audience.servant?.join(selection, rooms)
        case .leave(let selection, let rooms): audience.servant?.leave(selection, rooms)
        case .disconnect(let selection, let close): audience.servant?.disconnect(selection, close: close)
        case .serverSideEmit(let event, let values): audience.servant?.serverSide(event, values, answer: nil)
        case .request(let id, let request): serve(request) { [weak self] in self?.respond($0, id, message.origin) }
        case .response(let id, let response): questions[id]?.receive(response, from: message.origin)
        }
    }

    private func respond(_ response: ClusterMessage.Response, _ id: UInt64, _ node: String) {
        guard isOpen else { return }
        bus.respond(message(.response(id, response)), to: node)
    }

    private func serve(_ request: ClusterMessage.Request, _ respond: @escaping (ClusterMessage.Response) -> Void) {
        guard let servant = audience.servant else { return }
        switch request {
        case .fetch(let selection): respond(.sockets(servant.describe(selection)))
        case .serverSideEmit(let event, let values):
            servant.serverSide(event, values) { respond(.serverSide($0)) }
        case .ask(let packet, let selection, let timeout):
            let asked = servant.ask(packet, to: selection, timeout: timeout) { respond(.answer($0)) }
            respond(.clientCount(asked))
        }
    }

    // MARK: Who is there

    /// Notes that a server is there; false for a message that has come before.
    private func notice(_ message: ClusterMessage) -> Bool {
        var peer = peers[message.origin] ?? Peer(lastSeen: loop.now)
        if let sequence = message.sequence {
            guard sequence > peer.sequence else { return false }
            peer.sequence = sequence
        }
        peer.lastSeen = loop.now
        peers[message.origin] = peer
        return true
    }

    private func lose(_ node: String) {
        peers[node] = nil
        for question in questions.values { question.lose(node) }
    }

    private func beat() {
        bus.publish(message(.heartbeat))
        for (name, peer) in peers where loop.now &- peer.lastSeen > options.heartbeatTimeout { lose(name) }
    }
}

@available(*, unavailable)
extension ClusterAdapter: Sendable {}
