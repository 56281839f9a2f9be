// Client: one connection of the engine, and the sockets that it carries, one for each namespace it has joined.
// It decodes what arrives and hands each packet to its socket. What breaks the protocol ends the connection here.

internal import EngineIO
internal import UVLoop
internal import Wire

/// One connection as Socket.IO sees it.
final class Client: SessionHandler {
    let namespaces: Namespaces
    var core: Core { namespaces.core }
    /// Owns this object in turn, until it has told us that it is closed.
    let session: Session
    @exclusivity(unchecked) private var decoder: PacketDecoder
    /// Almost every client has one socket; the others are kept apart so that the common case is one comparison.
    @exclusivity(unchecked) private var first: Socket?
    /// What few clients have for long; nil while this one has none of it.
    @exclusivity(unchecked) private var rest: ClientRest?
    @exclusivity(unchecked) private(set) var isOpen = true
    /// True once a socket has left a connection that goes on.
    private var hasForgotten = false

    init(_ namespaces: Namespaces, _ session: Session) {
        let core = namespaces.core
        self.namespaces = namespaces
        self.session = session
        decoder = PacketDecoder(scratch: core.scratch)
        super.init()
        let deadline = ConnectDeadline(self)
        core.loop.timeouts.schedule(deadline, after: core.options.connectTimeout)
        rest = ClientRest(core.options.parser.map { ForeignDecoder($0) }, deadline)
    }

    private var others: [Socket] { rest?.others ?? [] }

    // MARK: Bytes in

    override func receive(text: RawSpan) {
        do {
            if let foreign = rest?.foreign { return try foreign.receive(text: text, core.scratch) { receive($0) } }
            // A closure that holds this object retains it for each message.
            let this = Unmanaged.passUnretained(self)
            try decoder.receive(text: text) { packet in this._withUnsafeGuaranteedRef { $0.receive(packet) } }
        } catch {
            breakOff(.parseError, String(describing: error))
        }
    }

    override func receive(binary: RawSpan) {
        do {
            if let foreign = rest?.foreign { return try foreign.receive(binary: binary, core.scratch) { receive($0) } }
            try decoder.receive(binary: binary) { receive($0) }
        } catch {
            breakOff(.parseError, String(describing: error))
        }
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        end(DisconnectReason(reason), description)
    }

    // MARK: Packets

    private func receive(_ packet: borrowing PacketView) {
        guard isOpen else { return }
        if packet.type == .connect { return connect(packet) }
        if let first, packet.isFor(first.namespace.name) { return receive(packet, by: .passUnretained(first)) }
        guard let socket = socket(of: packet) else { return receiveStray() }
        receive(packet, by: .passUnretained(socket))
    }

    /// A socket that goes meanwhile lives to the end of the turn, so that nothing has to retain it here.
    @inline(__always)
    private func receive(_ packet: borrowing PacketView, by socket: Unmanaged<Socket>) {
        socket._withUnsafeGuaranteedRef { $0.isPending ? receiveStray() : $0.receive(packet) }
    }

    /// A packet for a namespace that was not joined breaks the protocol, unless it was sent before the client could know
    /// that the server had disconnected it from there.
    private func receiveStray() {
        guard !hasForgotten else { return }
        breakOff(.forcedServerClose, "a packet for a namespace that was not joined")
    }

    private func socket(of packet: borrowing PacketView) -> Socket? {
        if let first, packet.isFor(first.namespace.name) { return first }
        if let other = others.first(where: { packet.isFor($0.namespace.name) }) { return other }
        guard isVersion2 else { return nil }
        let name = NamespaceRequest(packet.namespace).name
        return sockets.first { $0.namespace.name == name }
    }

    private func connect(_ packet: borrowing PacketView) {
        guard socket(of: packet) == nil else {
            return breakOff(.forcedServerClose, "a second connect to one namespace")
        }
        if isVersion2 {
            let request = NamespaceRequest(packet.namespace)
            return connect(request.name, auth: request.auth)
        }
        guard packet.hasPayload else { return connect(packet.namespace, auth: [:]) }
        do throws(JSONError) {
            connect(packet.namespace, auth: try packet.json.value(at: 0))
        } catch {
            refuse(packet.namespace, ConnectError("The auth is nested too deeply"))
        }
    }

    /// Joins a namespace that the client is not in.
    func connect(_ name: String, auth: JSON) {
        guard let namespace = namespaces.find(name, auth: auth) else {
            // The one refusal that clients of Socket.IO 2 get as an object, too: so does the reference.
            return refuse(name, payload: ConnectError("Invalid namespace").payload)
        }
        namespace.makeSocket(self, auth: auth) { [self] in enter($0) }
    }

    /// Has a new socket admitted, unless the client has gone, or come twice, while its session was looked up.
    private func enter(_ socket: Socket) {
        let namespace = socket.namespace
        guard isOpen, !sockets.contains(where: { $0.namespace === namespace }) else { return socket.withdraw() }
        guard sockets.count < core.options.maxNamespacesPerClient else {
            return socket.refuse(ConnectError("Too many namespaces"))
        }
        if first == nil { first = socket } else { addOther(socket) }
        namespace.admit(socket)
    }

    // MARK: Sockets come and go

    /// A socket has been let in: the connection is one that counts.
    func joined() {
        guard let rest else { return }
        rest.connectDeadline = nil  // nobody else holds it, so it is cancelled
        if rest.isEmpty { self.rest = nil }
    }

    private func addOther(_ socket: Socket) {
        let rest = rest ?? ClientRest(nil, nil)
        rest.others.append(socket)
        self.rest = rest
    }

    /// A socket has gone, or was never let in.
    func forget(_ socket: Socket) {
        hasForgotten = true
        if first === socket {
            first = rest?.others.popLast()
        } else {
            rest?.others.removeAll { $0 === socket }
        }
    }

    /// Refuses a namespace to this client.
    func refuse(_ namespace: String, _ error: ConnectError) {
        refuse(namespace, payload: isVersion2 ? error.version2 : error.payload)
    }

    private func refuse(_ namespace: String, payload: JSON) {
        core.counters.refusals += 1
        session.send(core.translated(.refusal(payload, namespace: namespace), namespace))
    }

    // MARK: The end

    /// Disconnects every socket on the server's behalf and closes the connection.
    func disconnect() {
        for socket in sockets { socket.disconnect() }
        close(.forcedServerClose, nil)
    }

    fileprivate func connectTimedOut() {
        close(.forcedServerClose, "no namespace was joined in time")
    }

    /// The client goes on with another connection: ends this one as if it had just been lost.
    func yield() {
        close(.transportClose, "the client has come back on another connection")
    }

    /// The client has broken the protocol: ends the connection.
    func breakOff(_ reason: DisconnectReason, _ description: String) {
        core.counters.protocolErrors += 1
        core.loop.log(.info, "\(session.request.address): \(reason.rawValue): \(description)")
        close(reason, description)
    }

    /// Ends the sockets with a reason of ours, before the engine would give one of its own.
    private func close(_ reason: DisconnectReason, _ description: String?) {
        end(reason, description)
        session.close()
    }

    private var sockets: [Socket] {
        first.map { [$0] + others } ?? others
    }

    private func end(_ reason: DisconnectReason, _ description: String?) {
        guard isOpen else { return }
        isOpen = false
        joined()
        for socket in sockets { socket.end(reason, description) }
        first = nil
        rest?.others = []
    }
}

/// What few clients have for long, apart from those that all of them have: it costs an idle client one word.
private final class ClientRest {
    /// Reads in place of the decoder, if the server has a parser of its own.
    let foreign: ForeignDecoder?
    /// The time to join a namespace, until the client has.
    var connectDeadline: ConnectDeadline?
    /// The sockets but the first.
    var others: [Socket] = []

    init(_ foreign: ForeignDecoder?, _ connectDeadline: ConnectDeadline?) {
        self.foreign = foreign
        self.connectDeadline = connectDeadline
    }

    var isEmpty: Bool { foreign == nil && connectDeadline == nil && others.isEmpty }
}

/// The time that a connection has to join a namespace.
private final class ConnectDeadline: Deadline {
    /// The client holds the deadline, and cancels it before it goes.
    private unowned let client: Client

    init(_ client: Client) {
        self.client = client
        super.init()
    }

    override func expired() {
        client.connectTimedOut()
    }
}
