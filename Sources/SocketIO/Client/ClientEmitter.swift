// ClientEmitter: the overloads of `emit`, written once for a socket and for a socket spoken to in some manner:
// `socket.emit(...)`, `socket.volatile.emit(...)`, `socket.timeout(.seconds(5)).emit(...)`.

internal import UVLoop
public import Wire

/// How something is said to the server; what `socket.volatile` and its kin return.
public struct ClientManner: ClientEmitter {
    let socket: ClientSocket
    var isVolatile = false
    var timeout: UInt64?
    var deadline: UInt64?

    /// This manner.
    public var manner: ClientManner { self }
}

@available(*, unavailable)
extension ClientManner: Sendable {}

/// Whatever events can be emitted on: a `ClientSocket`, or one that is spoken to in some manner.
public protocol ClientEmitter {
    /// The socket, and how it is spoken to.
    var manner: ClientManner { get }
}

extension ClientSocket: ClientEmitter {
    /// The socket as it is.
    public var manner: ClientManner { ClientManner(socket: self) }
}

extension ClientEmitter {
    /// Drops what is said if it cannot be sent at once.
    public var volatile: ClientManner {
        var copy = manner
        copy.isVolatile = true
        return copy
    }

    /// Asks a question with this deadline for the answer; under `retries`, for each try.
    public func timeout(_ timeout: Duration) -> ClientManner {
        var copy = manner
        copy.timeout = timeout.wholeMilliseconds
        return copy
    }

    /// Says something that is worth nothing if it could not be sent by then; under `retries`, be acknowledged.
    public func deadline(_ deadline: Duration) -> ClientManner {
        var copy = manner
        copy.deadline = deadline.wholeMilliseconds
        return copy
    }

    // MARK: Events

    /// Sends an event to the server, or keeps it until there is a connection.
    @discardableResult
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) -> EmitResult {
        manner.say(event, repeat each values, complete: nil).outcome
    }

    /// Sends a declared event to the server, or keeps it until there is a connection.
    @discardableResult
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) -> EmitResult {
        emit(event.name, repeat each values)
    }

    /// Sends an event with values that are in a list, or keeps it until there is a connection.
    @discardableResult
    public func emit(_ event: String, all values: [JSON]) -> EmitResult {
        manner.say(event, all: values).outcome
    }

    /// Sends the event "message".
    @discardableResult
    public func send<each T: Encodable>(_ values: repeat each T) -> EmitResult {
        emit("message", repeat each values)
    }

    // MARK: Questions

    /// Sends an event and calls `answered` with what the server acknowledges, or with the reason why it did not.
    ///
    /// Several values in an answer become a tuple. Without a timeout the answer may come as late as the disconnect.
    @discardableResult
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration? = nil,
        answered: @escaping (Result<(repeat each R), AckError>) -> Void
    ) -> EmitResult {
        var manner = manner
        if let timeout { manner.timeout = timeout.wholeMilliseconds }
        return manner.say(event, repeat each values) { answered($0.values()) }.outcome
    }

    /// Sends an event and returns what the server acknowledges.
    ///
    /// Several values in an answer become a tuple: `let (a, b): (Int, String) = try await ...`.
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async throws(AckError) -> (repeat each R) {
        try await self.timeout(timeout).emitWithAck(event, repeat each values)
    }

    /// Sends an event and returns what the server acknowledges; without a `timeout` the disconnect ends the wait.
    ///
    /// The cancellation of the task ends it, too.
    public func emitWithAck<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> (repeat each R) {
        var outcome: Result<(repeat each R), AckError>?
        let manner = manner
        await manner.wait { finished in
            _ = manner.say(event, repeat each values) { reply in
                outcome = reply.values()
                finished()
            }
        }
        guard let outcome else { throw .disconnected }
        return try outcome.get()
    }
}

extension ClientManner {
    func say<each T: Encodable>(
        _ event: String,
        _ values: repeat each T,
        complete: ((Reply) -> Void)?
    ) -> Result<EmitResult, AckError> {
        let encode: (UInt64?) -> EncodedPacket? = { id in
            var writer = EncodedPacket.writer()
            do {
                try socket.encoder.event(event, repeat each values, id: id, into: &writer)
            } catch {
                socket.io.report(.unencodable, event: event, socket: socket.id, String(describing: error))
                return nil
            }
            return socket.packet(writer, event)
        }
        return socket.emit(
            Emitted(
                event: event,
                manner: self,
                encode: encode,
                shown: { ShownEvent(event, repeat each values) },
                complete: complete
            )
        )
    }

    fileprivate func say(_ event: String, all values: [JSON]) -> Result<EmitResult, AckError> {
        let encode: (UInt64?) -> EncodedPacket? = { id in
            var writer = EncodedPacket.writer()
            socket.encoder.event(event, arguments: values, id: id, into: &writer)
            return socket.packet(writer, event)
        }
        return socket.emit(
            Emitted(
                event: event,
                manner: self,
                encode: encode,
                shown: { ShownEvent(event, all: values) },
                complete: nil
            )
        )
    }

    /// Suspends until `ask` has called what it is given, or the task is cancelled: then the question is given up.
    fileprivate func wait(_ ask: (@escaping () -> Void) -> Void) async {
        var question: UInt64?
        await socket.loop.withCancellation({ if let question { socket.withdraw(question, .cancelled) } }) {
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                // The number that the question gets. In here, because any `await` may let another task come first.
                question = socket.lastQuestion &+ 1
                ask { continuation.resume() }
                if Task.isCancelled, let question { socket.withdraw(question, .cancelled) }
            }
        }
    }
}

extension Result where Success == EmitResult, Failure == AckError {
    /// What a program sees that did not ask why.
    fileprivate var outcome: EmitResult {
        switch self {
        case .success(let result): result
        case .failure: .dropped
        }
    }
}
