// BroadcastOperator: whom to speak to, built up word by word, and then what to say: `io.to("a").except("b").emit(...)`.
// A value: each word gives a new one and leaves the old one as it was, so that an operator may be kept and used again.

public import Wire

/// A selection of a namespace's sockets, to which something can be said or done.
public struct BroadcastOperator {
    let namespace: Namespace
    var selection: Selection
    private var isVolatile = false
    private var mayCompress = true

    init(_ namespace: Namespace, _ selection: Selection = Selection()) {
        self.namespace = namespace
        self.selection = selection
    }

    // MARK: To whom

    /// Adds the sockets of a room; a socket in several of the rooms is addressed once.
    public func to(_ room: String) -> BroadcastOperator { to([room]) }

    /// Adds the sockets of several rooms.
    public func to(_ rooms: [String]) -> BroadcastOperator {
        var copy = self
        copy.selection.rooms += rooms
        return copy
    }

    /// The same as `to`.
    public func `in`(_ room: String) -> BroadcastOperator { to([room]) }

    /// The same as `to`.
    public func `in`(_ rooms: [String]) -> BroadcastOperator { to(rooms) }

    /// Leaves the sockets of a room out, whatever other rooms they are in.
    public func except(_ room: String) -> BroadcastOperator { except([room]) }

    /// Leaves the sockets of several rooms out.
    public func except(_ rooms: [String]) -> BroadcastOperator {
        var copy = self
        copy.selection.except += rooms
        return copy
    }

    /// Drops what is said for sockets to which something is still on its way, instead of queueing it.
    public var volatile: BroadcastOperator {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// Says whether transports that compress may compress what is said; they may unless this forbids it.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator {
        var copy = self
        copy.mayCompress = mayCompress
        return copy
    }

    /// Asks a question, with this deadline for the answers.
    public func timeout(_ timeout: Duration) -> TimedBroadcast { TimedBroadcast(everybody: self, timeout: timeout) }

    // MARK: What

    /// Sends the event "message".
    public func send<each T: Encodable>(_ values: repeat each T) {
        emit("message", repeat each values)
    }

    /// Sends an event to every selected socket, encoded once.
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        broadcast(namespace.encode(event, repeat each values))
    }

    /// Sends a declared event to every selected socket.
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) {
        broadcast(namespace.encode(event.name, repeat each values))
    }

    /// Sends an event with values that are in a list.
    public func emit(_ event: String, all values: [JSON]) {
        broadcast(namespace.encode(event, all: values))
    }

    private func broadcast(_ packet: EncodedPacket?) {
        guard let packet = flagged(packet) else { return }
        namespace.adapter.broadcast(packet, to: selection)
    }

    /// The packet, to be sent in the manner that was asked for.
    func flagged(_ packet: consuming EncodedPacket?) -> EncodedPacket? {
        guard var packet else { return nil }
        packet.isVolatile = isVolatile
        if !mayCompress { packet.forbidCompression() }
        return packet
    }

    // MARK: What to do

    /// The selected sockets on this server.
    ///
    /// Complexity: O(n) in the sockets of the rooms named.
    public var sockets: [Socket] {
        namespace.local(selection)
    }

    /// Lets every selected socket join a room.
    public func socketsJoin(_ room: String) {
        namespace.join(selection, [room])
        elsewhere?.join(selection, [room])
    }

    /// Lets every selected socket leave a room.
    public func socketsLeave(_ room: String) {
        namespace.leave(selection, [room])
        elsewhere?.leave(selection, [room])
    }

    /// Lets every selected socket join several rooms.
    public func socketsJoin(_ rooms: [String]) {
        for room in rooms { socketsJoin(room) }
    }

    /// Lets every selected socket leave several rooms.
    public func socketsLeave(_ rooms: [String]) {
        for room in rooms { socketsLeave(room) }
    }

    /// Disconnects every selected socket from the namespace, or with `close` from the server.
    public func disconnectSockets(close: Bool = false) {
        namespace.disconnect(selection, close: close)
        elsewhere?.disconnect(selection, close: close)
    }

    /// The other servers, if they are meant.
    var elsewhere: (any Elsewhere)? { selection.isLocal ? nil : namespace.adapter.elsewhere }
}

@available(*, unavailable)
extension BroadcastOperator: Sendable {}
