// Manager+Events: what a manager tells the program. What a handler throws is reported as a fault.

internal import UVLoop

/// The handlers of one manager.
struct ManagerHandlers {
    /// What can come with an event of a manager.
    enum Payload {
        case nothing
        case number(Int)
        case error(ClientConnectError)
        case reason(ClientDisconnectReason, String?)
    }

    var told: [(kind: ManagerEventKind, body: (Payload) throws -> Void)] = []
    var faults: [(Fault) throws -> Void] = []
}

extension Manager {
    /// Calls `handler` when that happens.
    public func on(_ event: ManagerEvent<Void>, _ handler: @escaping () throws -> Void) {
        add(event.kind) { _ in try handler() }
    }

    /// Calls `handler` with the number of the attempt when that happens.
    public func on(_ event: ManagerEvent<Int>, _ handler: @escaping (Int) throws -> Void) {
        add(event.kind) { if case .number(let number) = $0 { try handler(number) } }
    }

    /// Calls `handler` with the error when that happens.
    public func on(
        _ event: ManagerEvent<ClientConnectError>,
        _ handler: @escaping (ClientConnectError) throws -> Void
    ) {
        add(event.kind) { if case .error(let error) = $0 { try handler(error) } }
    }

    /// Calls `handler` with the reason when that happens.
    public func on(
        _ event: ManagerEvent<ClientDisconnectReason>,
        _ handler: @escaping (ClientDisconnectReason) throws -> Void
    ) {
        on(event) { reason, _ in try handler(reason) }
    }

    /// Calls `handler` with the reason, and a sentence that says more where there is one, when that happens.
    public func on(
        _ event: ManagerEvent<ClientDisconnectReason>,
        _ handler: @escaping (ClientDisconnectReason, String?) throws -> Void
    ) {
        add(event.kind) { if case .reason(let reason, let description) = $0 { try handler(reason, description) } }
    }

    /// Calls `handler` with each fault of a socket: a payload that did not decode, a handler that threw.
    public func on(_ fault: Lifecycle<Fault>, _ handler: @escaping (Fault) throws -> Void) {
        handlers.faults.append(handler)
    }

    private func add(_ kind: ManagerEventKind, _ body: @escaping (ManagerHandlers.Payload) throws -> Void) {
        guard state != .ended else { return }
        handlers.told.append((kind, body))
    }

    // MARK: Telling

    func tell(_ event: ManagerEvent<Void>) { tell(event.kind, .nothing) }

    func tell(_ event: ManagerEvent<Int>, _ number: Int) { tell(event.kind, .number(number)) }

    func tell(_ event: ManagerEvent<ClientConnectError>, _ error: ClientConnectError) {
        tell(event.kind, .error(error))
    }

    func tell(_ event: ManagerEvent<ClientDisconnectReason>, _ reason: ClientDisconnectReason, _ description: String?) {
        tell(event.kind, .reason(reason, description))
    }

    private func tell(_ kind: ManagerEventKind, _ payload: ManagerHandlers.Payload) {
        for handler in handlers.told where handler.kind == kind {
            do { try handler.body(payload) } catch {
                report(.handlerThrew, event: "\(kind)", String(describing: error), error)
            }
        }
    }

    /// Logs a fault and tells the program.
    func report(
        _ kind: Fault.Kind,
        event: String,
        socket: String? = nil,
        _ message: String,
        _ error: (any Error)? = nil
    ) {
        let fault = Fault(kind: kind, event: event, socket: socket, message: message, error: error)
        loop.log(.warning, fault.description)
        for handler in handlers.faults {
            do { try handler(fault) } catch { loop.log(.error, "the fault handler threw: \(error)") }
        }
    }
}
