// Namespace, as a part of a cluster: its share of what other servers ask for. The events of the servers themselves are in
// Namespace+ServerSide.swift.

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
    ///
    /// The first of them that has an answer gives it.
    public func serverSide(_ event: String, _ values: [JSON], answer: ((JSON?) -> Void)?) {
        let handlers = serverSideHandlers.filter { $0.event == event }
        guard let answer else {
            for handler in handlers { handler.body(values, nil) }
            return
        }
        guard !handlers.isEmpty else { return answer(nil) }
        var (open, isAnswered) = (handlers.count, false)
        for handler in handlers {
            handler.body(values) { value in
                open -= 1
                guard !isAnswered, value != nil || open == 0 else { return }
                isAnswered = true
                answer(value)
            }
        }
    }

    /// The selected sockets of this server; those whom no middleware has let in yet are in rooms, and not among them.
    func local(_ selection: Selection) -> [Socket] {
        adapter.members(selection).compactMap { member in
            guard let socket = member as? Socket, !socket.isPending else { return nil }
            return socket
        }
    }
}
