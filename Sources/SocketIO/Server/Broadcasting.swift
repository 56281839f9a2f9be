// Broadcasting: the words by which a server, a namespace and a socket begin to speak to many.
// All of them lead to a BroadcastOperator; a socket's leaves the socket itself out.

public import Wire

extension Namespace {
    /// Selects the sockets of a room.
    public func to(_ room: String) -> BroadcastOperator { everybody.to(room) }

    /// Selects the sockets of several rooms, each once.
    public func to(_ rooms: [String]) -> BroadcastOperator { everybody.to(rooms) }

    /// The same as `to`.
    public func `in`(_ room: String) -> BroadcastOperator { everybody.to(room) }

    /// The same as `to`.
    public func `in`(_ rooms: [String]) -> BroadcastOperator { everybody.to(rooms) }

    /// Selects everybody but the sockets of a room.
    public func except(_ room: String) -> BroadcastOperator { everybody.except(room) }

    /// Selects everybody but the sockets of several rooms.
    public func except(_ rooms: [String]) -> BroadcastOperator { everybody.except(rooms) }

    /// Everybody in this namespace.
    var everybody: BroadcastOperator { BroadcastOperator(self) }

    /// Drops what is said for sockets to which something is still on its way.
    public var volatile: BroadcastOperator { everybody.volatile }

    /// Sends an event to every socket of the namespace.
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        everybody.emit(event, repeat each values)
    }

    /// Sends a declared event to every socket of the namespace.
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) {
        everybody.emit(event.name, repeat each values)
    }

    /// Sends an event with values that are in a list to every socket of the namespace.
    public func emit(_ event: String, all values: [JSON]) {
        everybody.emit(event, all: values)
    }

    /// Says whether transports that compress may compress what is said; they may unless this forbids it.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { everybody.compress(mayCompress) }

    /// Asks every socket a question, with this deadline for the answers.
    public func timeout(_ timeout: Duration) -> TimedBroadcast { everybody.timeout(timeout) }

    /// Sends the event "message" to every socket.
    public func send<each T: Encodable>(_ values: repeat each T) { everybody.send(repeat each values) }

    /// Lets every socket join several rooms.
    public func socketsJoin(_ rooms: [String]) { everybody.socketsJoin(rooms) }

    /// Lets every socket leave several rooms.
    public func socketsLeave(_ rooms: [String]) { everybody.socketsLeave(rooms) }

    /// Disconnects every socket from the namespace, or with `close` from the server.
    public func disconnectSockets(close: Bool = false) {
        everybody.disconnectSockets(close: close)
    }
}

extension Socket {
    /// Selects the sockets of a room, this one left out.
    public func to(_ room: String) -> BroadcastOperator { broadcast.to(room) }

    /// Selects the sockets of several rooms, this one left out, each once.
    public func to(_ rooms: [String]) -> BroadcastOperator { broadcast.to(rooms) }

    /// The same as `to`.
    public func `in`(_ room: String) -> BroadcastOperator { broadcast.to(room) }

    /// The same as `to`.
    public func `in`(_ rooms: [String]) -> BroadcastOperator { broadcast.to(rooms) }

    /// Selects everybody but the sockets of a room and this one.
    public func except(_ room: String) -> BroadcastOperator { broadcast.except(room) }

    /// Selects everybody but the sockets of several rooms and this one.
    public func except(_ rooms: [String]) -> BroadcastOperator { broadcast.except(rooms) }

    /// Everybody in the namespace but this socket.
    public var broadcast: BroadcastOperator {
        BroadcastOperator(namespace, Selection(except: [id]))
    }

    /// Everybody in the namespace on this server but this socket.
    public var local: BroadcastOperator { broadcast.local }
}

extension Server {  // What a server says it says in its main namespace.

    /// Selects the sockets of a room.
    public func to(_ room: String) -> BroadcastOperator { main.to(room) }

    /// Selects the sockets of several rooms, each once.
    public func to(_ rooms: [String]) -> BroadcastOperator { main.to(rooms) }

    /// The same as `to`.
    public func `in`(_ room: String) -> BroadcastOperator { main.to(room) }

    /// The same as `to`.
    public func `in`(_ rooms: [String]) -> BroadcastOperator { main.to(rooms) }

    /// Selects everybody but the sockets of a room.
    public func except(_ room: String) -> BroadcastOperator { main.except(room) }

    /// Selects everybody but the sockets of several rooms.
    public func except(_ rooms: [String]) -> BroadcastOperator { main.except(rooms) }

    /// Drops what is said for sockets to which something is still on its way.
    public var volatile: BroadcastOperator { main.volatile }

    /// Sends an event to every socket of the main namespace.
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        main.emit(event, repeat each values)
    }

    /// Sends a declared event to every socket of the main namespace.
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) {
        main.emit(event.name, repeat each values)
    }

    /// Sends an event with values that are in a list to every socket of the main namespace.
    public func emit(_ event: String, all values: [JSON]) {
        main.emit(event, all: values)
    }

    /// Says whether transports that compress may compress what is said; they may unless this forbids it.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { main.compress(mayCompress) }

    /// Asks every socket of the main namespace a question, with this deadline for the answers.
    public func timeout(_ timeout: Duration) -> TimedBroadcast { main.timeout(timeout) }

    /// Sends the event "message" to every socket of the main namespace.
    public func send<each T: Encodable>(_ values: repeat each T) { main.send(repeat each values) }

    /// Lets every socket of the main namespace join several rooms.
    public func socketsJoin(_ rooms: [String]) { main.socketsJoin(rooms) }

    /// Lets every socket of the main namespace leave several rooms.
    public func socketsLeave(_ rooms: [String]) { main.socketsLeave(rooms) }

    /// Disconnects every socket from the main namespace, or with `close` from the server.
    public func disconnectSockets(close: Bool = false) {
        main.disconnectSockets(close: close)
    }
}
