// ClientPacket: a packet of a client, which may wait for a connection, on its way into the engine. It is encoded as the
// server's packets are: see EncodedPacket.

internal import EngineIO
internal import Wire

extension EncodedPacket {
    /// What became of sending.
    enum Outcome {
        case sent(EmitResult)
        case failed(AckError)
    }

    /// Sends all of the messages, or none if one is more than the server takes, or all are more than may wait.
    ///
    /// A packet of which only a part had been sent would break the protocol for every packet after it.
    borrowing func send(on engine: EngineClient, maxBufferedBytes: Int) -> Outcome {
        let limit = engine.maxPayload
        let isPolling = engine.transport == .polling
        let waiting = engine.bufferedBytes
        let messages = messages
        var sum = 0
        for message in messages {
            var size = message.withPacket { $0.byteCount }
            // By polling bytes are base64 behind a "b".
            if message.isBinary, isPolling { size = (size + 2) / 3 * 4 + 1 }
            guard limit <= 0 || size <= limit else { return .failed(.tooLarge(limit: limit)) }
            sum += size
        }
        guard waiting == 0 || sum <= maxBufferedBytes - waiting else { return .failed(.bufferFull) }
        for message in messages { engine.send(message) }
        return .sent(waiting == 0 ? .accepted : .queued)
    }
}
