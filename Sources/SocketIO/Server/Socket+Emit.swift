// Socket+Emit: events and questions that leave for one client.
// A question is an event with an id; what becomes of it is in PendingAnswers.swift.

internal import EngineIO
internal import UVLoop
public import Wire

extension Socket {
    /// Sends an event to this client.
    @discardableResult
    public func emit<each T: Encodable>(_ event: String, _ values: repeat each T) -> EmitResult {
        transmit(isConnected ? namespace.encode(event, repeat each values) : nil)
    }

    /// Sends a declared event to this client.
    @discardableResult
    public func emit<each T: Encodable>(_ event: Event<repeat each T>, _ values: repeat each T) -> EmitResult {
        emit(event.name, repeat each values)
    }

    /// Sends an event with values that are in a list.
    @discardableResult
    public func emit(_ event: String, all values: [JSON]) -> EmitResult {
        transmit(isConnected ? namespace.encode(event, all: values) : nil)
    }

    /// Sends an event and calls `answered` with what the client acknowledges, or with the reason why it did not.
    ///
    /// Several values in an answer become a tuple. Without a timeout the answer may come as late as the disconnect.
    @discardableResult
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration? = nil,
        answered: @escaping (Result<(repeat each R), AckError>) -> Void
    ) -> EmitResult {
        ask(
            event,
            timeout: timeout?.wholeMilliseconds,
            encode: { namespace.encode(event, repeat each values, id: $0) },
            complete: { answered($0.values()) }
        )
    }

    /// Sends an event and returns what the client acknowledges.
    ///
    /// Several values in an answer become a tuple: `let (a, b): (Int, String) = try await ...`.
    public func emit<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration
    ) async throws(AckError) -> (repeat each R) {
        try await ask(event, repeat each values, timeout: timeout)
    }

    private func ask<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T,
        timeout: Duration?
    ) async throws(AckError) -> (repeat each R) {
        var outcome: Result<(repeat each R), AckError>?
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            emit(event, repeat each values, timeout: timeout) { (result: Result<(repeat each R), AckError>) in
                outcome = result
                continuation.resume()
            }
        }
        guard let outcome else { throw .disconnected }
        return try outcome.get()
    }

    /// Sends an event and returns what the client acknowledges, however late: the disconnect ends the wait.
    public func emitWithAck<each T: Encodable, each R: Decodable>(
        _ event: String,
        _ values: repeat each T
    ) async throws(AckError) -> (repeat each R) {
        try await ask(event, repeat each values, timeout: nil)
    }

    // MARK: Bytes out

    /// Sends a packet that was encoded for this client alone; nil is one that could not be encoded.
    @discardableResult
    func transmit(_ packet: EncodedPacket?) -> EmitResult {
        guard let packet, !packet.isVolatile || session.takesVolatile() else { return .dropped }
        if packet.position > 0 { namespace.audience.log?.append(packet, to: Selection(rooms: [id])) }
        let isFirst = session.bufferedBytes == 0
        session.send(packet)
        note(packet)
        if isOverheard { overhear(packet) }
        return isFirst ? .accepted : .queued
    }

    /// Sends a question; whatever happens, `complete` is called once, perhaps before this returns.
    func ask(
        _ event: String,
        timeout: UInt64?,
        encode: (UInt64) -> EncodedPacket?,
        complete: @escaping (Reply) -> Void
    ) -> EmitResult {
        guard isConnected else {
            complete(.failure(.disconnected))
            return .dropped
        }
        guard let id = expectAnswer(complete, timeout: timeout) else {
            complete(.failure(.tooManyPending))
            return .dropped
        }
        let result = transmit(encode(id))
        if result == .dropped { take(answer: id)?.finish(.failure(.notSent)) }
        return result
    }

    func sendAcknowledgement<each T: Encodable>(_ id: UInt64, _ values: repeat each T) {
        guard isConnected, let packet = namespace.encode(answer: id, repeat each values) else { return }
        session.send(packet)
    }

    func sendAcknowledgement(_ id: UInt64, _ arguments: Arguments) {
        guard isConnected else { return }
        guard let text = arguments.text, !core.hasParser else {
            return session.send(namespace.encode(answer: id, arguments))
        }
        // The answer repeats text that has come: it is spliced where it leaves from, and exists nowhere before.
        let answer = SplicedAnswer(namespace.encoder, id: id, argumentBytes: text.count)
        text.withUnsafeBytes { text in
            session.send(textOf: answer.byteCount) { answer.write(text.bytes, to: $0) }
        }
    }

    func sendAcknowledgement(_ id: UInt64, all values: [JSON]) {
        guard isConnected else { return }
        session.send(namespace.encode(answer: id, all: values))
    }
}
