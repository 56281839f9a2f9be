// Namespace, as a part of a cluster: its share of what other servers ask for, and the events of the servers themselves.

internal import UVLoop
public import Wire

extension Namespace: ClusterServant {
    /// Gives a packet of another server to the selected sockets of this one.
    public func broadcast(_ packet: ClusterPacket, to selection: Selection) {
        let position = audience.log?.advance() ?? 0
        guard let packet = EncodedPacket(packet, namespace: name, position: position) else { return }
        var selection = selection
        selection.isLocal = true
        adapter.broadcast(core.translated(packet, name), to: selection)
    }

    /// Has the selected sockets of this server join rooms.
    public func join(_ selection: Selection, _ rooms: [String]) {
        for socket in local(selection) { socket.join(rooms) }
    }

    /// Has the selected sockets of this server leave rooms.
    public func leave(_ selection: Selection, _ rooms: [String]) {
        for socket in local(selection) { for room in rooms { socket.leave(room) } }
    }

    /// Disconnects the selected sockets of this server.
    public func disconnect(_ selection: Selection, close: Bool) {
        for socket in local(selection) { socket.disconnect(close: close) }
    }

    /// Describes the selected sockets of this server.
    public func describe(_ selection: Selection) -> [SocketDescription] {
        local(selection).map { socket in
            SocketDescription(id: socket.id, handshake: socket.handshake.json, rooms: socket.rooms, data: socket.data)
        }
    }

    /// Asks the selected sockets of this server on behalf of another.
    public func ask(
        _ packet: ClusterPacket,
        to selection: Selection,
        timeout: UInt64,
        answered: @escaping ([JSON]?) -> Void
    ) -> Int {
        let asked = local(selection).filter(\.isConnected)
        let question = BroadcastQuestion<Arguments>(core) { _ in }
        question.each = { answered($0?.values) }
        guard let packet = EncodedPacket(packet, namespace: name, id: question.id) else { return 0 }
        question.ask(asked, core.translated(packet, name), timeout: timeout)
        return asked.count
    }

    /// Calls the handlers of an event that another server has emitted.
    public func serverSide(_ event: String, _ values: [JSON], answer: ((JSON) -> Void)?) {
        for handler in serverSideHandlers where handler.event == event { handler.body(values, answer) }
    }

    /// The selected sockets of this server; those whom no middleware has let in yet are in rooms, and not among them.
    func local(_ selection: Selection) -> [Socket] {
        adapter.members(selection).compactMap { member in
            guard let socket = member as? Socket, !socket.isPending else { return nil }
            return socket
        }
    }
}

/// A handler of an event that servers send to each other.
struct ServerSideHandler {
    let event: String
    let body: ([JSON], ((JSON) -> Void)?) -> Void
}

/// What the other servers of a cluster have answered.
public struct ServerAnswers: Sendable, Equatable {
    /// The answers, one of each server that gave one.
    public let answers: [JSON]
    /// The names of the servers that did not answer in time.
    public let missing: [String]
}

extension Namespace {
    /// Calls `handler` with each event of that name that another server has emitted with `serverSideEmit`.
    public func onServerSide<each T: Decodable>(_ event: String, _ handler: @escaping (repeat each T) throws -> Void) {
        onServerSide(event) { (values: repeat each T) -> JSON in
            try handler(repeat each values)
            return .null
        }
    }

    /// Calls `handler` with each event of that name from another server, and answers with what it returns.
    public func onServerSide<each T: Decodable, R: Encodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> R
    ) {
        let body = { [unowned core] (values: [JSON], answer: ((JSON) -> Void)?) in
            do {
                var reader = ValueReader(values)
                let result = try handler(repeat try reader.next((each T).self))
                if let answer { answer(try JSON(encoding: result)) }
            } catch {
                core.report(
                    error is Undecodable ? .undecodable : .handlerThrew,
                    event: event,
                    String(describing: error)
                )
            }
        }
        serverSideHandlers.append(ServerSideHandler(event: event, body: body))
    }

    /// Sends an event to the other servers of the cluster, not to this one.
    public func serverSideEmit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        guard let values = serverSideValues(event, repeat each values) else { return }
        adapter.elsewhere?.serverSideEmit(event, values)
    }

    /// Asks the other servers of the cluster; `answered` gets the answers when all are there or the time is over.
    public func serverSideEmit<each T: Encodable>(
        _ event: String,
        _ values: repeat each T,
        answered: @escaping (ServerAnswers) -> Void
    ) {
        guard let elsewhere = adapter.elsewhere, let values = serverSideValues(event, repeat each values) else {
            return answered(ServerAnswers(answers: [], missing: []))
        }
        elsewhere.serverSideEmit(event, values) { answered(ServerAnswers(answers: $0, missing: $1)) }
    }

    private func serverSideValues<each T: Encodable>(_ event: String, _ values: repeat each T) -> [JSON]? {
        do {
            var list: [JSON] = []
            repeat list.append(try JSON(encoding: each values))
            return list
        } catch {
            core.report(.unencodable, event: event, String(describing: error))
            return nil
        }
    }
}

/// Takes values from left to right as the types that a handler wants.
private struct ValueReader {
    private let values: [JSON]
    private var position = 0

    init(_ values: [JSON]) { self.values = values }

    mutating func next<T: Decodable>(_ type: T.Type) throws(Undecodable) -> T {
        let value = position < values.count ? values[position] : .null
        position += 1
        do {
            return try value.decode(as: T.self)
        } catch {
            throw Undecodable(message: "argument \(position): \(error)")
        }
    }
}

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
