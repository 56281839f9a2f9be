// Socket+Flags: how something is said to one client, put before what is said: `socket.volatile.emit(...)`.

public import Wire

extension Socket {
    /// Drops what is said if something is still on its way to this client.
    public var volatile: SocketOperator { SocketOperator(socket: self, isVolatile: true) }

    /// Says whether transports that compress may compress what is said; they may unless this forbids it.
    public func compress(_ mayCompress: Bool) -> SocketOperator {
        SocketOperator(socket: self, mayCompress: mayCompress)
    }

    /// Asks a question, with this deadline for the answer.
    public func timeout(_ timeout: Duration) -> TimedSocket { SocketOperator(socket: self).timeout(timeout) }

    /// Sends the event "message".
    @discardableResult
    public func send<each T: Encodable>(_ values: repeat each T) -> EmitResult {
        emit("message", repeat each values)
    }
}

/// One client, and how something is said to it.
public struct SocketOperator {
    let socket: Socket
    var isVolatile = false
    var mayCompress = true

    /// Drops what is said if something is still on its way to this client.
    public var volatile: SocketOperator {
        var copy = self
        copy.isVolatile = true
        return copy
    }

    /// Says whether transports that compress may compress what is said.
    public func compress(_ mayCompress: Bool) -> SocketOperator {
        var copy = self
        copy.mayCompress = mayCompress
        return copy
    }

    /// Asks a question in the same manner, with this deadline for the answer.
    public func timeout(_ timeout: Duration) -> TimedSocket { TimedSocket(manner: self, timeout: timeout) }

    /// Everybody in the namespace but this socket, spoken to in the same manner.
    public var broadcast: BroadcastOperator {
        let others = socket.broadcast.compress(mayCompress)
        return isVolatile ? others.volatile : others
    }

    /// Selects the sockets of a room, this one left out, to speak to them in the same manner.
    public func to(_ room: String) -> BroadcastOperator { broadcast.to(room) }

    /// Selects the sockets of several rooms, this one left out, each once.
    public func to(_ rooms: [String]) -> BroadcastOperator { broadcast.to(rooms) }

    /// Selects the sockets of a room and leaves this one out, whatever other rooms are named.
    public func except(_ room: String) -> BroadcastOperator { broadcast.except(room) }

    /// Sends an event to this client.
    @discardableResult
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) -> EmitResult {
        transmit(socket.isConnected ? socket.namespace.encode(event, repeat each values) : nil)
    }

    /// Sends a declared event to this client.
    @discardableResult
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) -> EmitResult {
        emit(event.name, repeat each values)
    }

    /// Sends an event with values that are in a list.
    @discardableResult
    public func emit(_ event: String, all values: [JSON]) -> EmitResult {
        transmit(socket.isConnected ? socket.namespace.encode(event, all: values) : nil)
    }

    private func transmit(_ packet: EncodedPacket?) -> EmitResult { socket.transmit(flagged(packet)) }

    /// The packet, to be sent in the manner that was asked for.
    func flagged(_ packet: consuming EncodedPacket?) -> EncodedPacket? {
        guard var packet else { return nil }
        packet.isVolatile = isVolatile
        if !mayCompress { packet.forbidCompression() }
        return packet
    }
}

@available(*, unavailable)
extension SocketOperator: Sendable {}

/// One client that is asked questions, and how long it may take to answer.
public struct TimedSocket {
    let manner: SocketOperator
    let timeout: Duration

    /// Sends an event and calls `answered` with what the client acknowledges, or with the reason why it did not.
    @discardableResult
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        answered: @escaping (Result<(repeat each R), AckError>) -> Void
    ) -> EmitResult {
        let (manner, namespace) = (manner, manner.socket.namespace)
        return manner.socket.ask(
            event,
            timeout: timeout.wholeMilliseconds,
            encode: { manner.flagged(namespace.encode(event, repeat each values, id: $0)) },
            complete: { answered($0.values()) }
        )
    }

    /// Sends an event and returns what the client acknowledges.
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> (repeat each R) {
        var outcome: Result<(repeat each R), AckError>?
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            emit(event, repeat each values) { (result: Result<(repeat each R), AckError>) in
                outcome = result
                continuation.resume()
            }
        }
        guard let outcome else { throw .disconnected }
        return try outcome.get()
    }
}

@available(*, unavailable)
extension TimedSocket: Sendable {}

/// Many clients that are asked questions, and how long they may take to answer.
public struct TimedBroadcast {
    let everybody: BroadcastOperator
    let timeout: Duration

    /// Asks every selected socket; `answered` gets the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        answered: @escaping (BroadcastAnswers<R>) -> Void
    ) {
        everybody.emit(event, repeat each values, timeout: timeout, answered: answered)
    }

    /// Asks every selected socket and returns the answers when all are there or the time is over.
    public func emit<each T: Encodable, R: Decodable>(
        _ event: String,
        _ values: repeat each T
    ) async -> BroadcastAnswers<R> {
        await everybody.emit(event, repeat each values, timeout: timeout)
    }
}

@available(*, unavailable)
extension TimedBroadcast: Sendable {}
