// ManagerConnection: one attempt to connect, and the connection that it becomes. It turns messages into packets for its
// manager. A manager that has given it up does not hear of it any more.

internal import EngineIO
internal import Wire

/// One connection of the engine as a manager sees it.
final class ManagerConnection: EngineClientHandler {
    /// Nil when the manager goes on without this connection.
    private var manager: Manager?
    /// Nil before it was made; it holds this object in turn until it has told of its end.
    private(set) var engine: EngineClient?
    private var decoder: PacketDecoder
    private let foreign: ForeignDecoder?

    init(_ manager: Manager) {
        self.manager = manager
        decoder = PacketDecoder(scratch: manager.scratch)
        foreign = manager.options.parser.map { ForeignDecoder($0) }
        super.init()
    }

    /// Begins to connect.
    func open(_ options: EngineClientOptions) throws(EngineClientError) {
        guard let manager else { return }
        let engine = try EngineClient(
            on: manager.loop,
            url: manager.url,
            options: options,
            wrap: manager.wrap,
            handler: self
        )
        self.engine = engine
        engine.open()
    }

    /// Closes what the manager goes on without.
    func abandon() {
        manager = nil
        engine?.close()
    }

    // MARK: From the engine

    override func opened(_ handshake: EngineHandshake) { manager?.opened() }

    override func heartbeat() { manager?.tell(.ping) }

    override func failed(_ error: EngineClientError) {
        let last = leave()
        last?.failed(.transport(error))
    }

    override func closed(_ reason: CloseReason, _ description: String?) {
        let last = leave()
        last?.closed(ClientDisconnectReason(reason), description)
    }

    /// Lets go of the manager and of the engine, which has told its last.
    private func leave() -> Manager? {
        let last = manager
        if engine?.webSocketWorked == true { last?.hasSeenWebSocket = true }
        manager = nil
        engine = nil
        return last
    }

    override func receive(text: RawSpan) {
        guard let manager else { return }
        do {
            if let foreign { return try foreign.receive(text: text, manager.scratch) { manager.receive($0, on: self) } }
            try decoder.receive(text: text) { manager.receive($0, on: self) }
        } catch {
            manager.breakOff(String(describing: error), on: self)
        }
    }

    override func receive(binary: RawSpan) {
        guard let manager else { return }
        do {
            if let foreign {
                return try foreign.receive(binary: binary, manager.scratch) { manager.receive($0, on: self) }
            }
            try decoder.receive(binary: binary) { manager.receive($0, on: self) }
        } catch {
            manager.breakOff(String(describing: error), on: self)
        }
    }
}
