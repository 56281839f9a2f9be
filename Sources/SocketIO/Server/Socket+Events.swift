// Socket+Events: handlers of a server's socket's own end. Those of events are the same as a client's: see EventReceiver.

internal import Wire

extension Socket {
    /// Calls `handler` when the socket goes.
    @discardableResult
    public func on(
        _ end: Lifecycle<DisconnectReason>,
        _ handler: @escaping (DisconnectReason) throws -> Void
    ) -> Registration {
        on(end) { reason, _ in try handler(reason) }
    }

    /// Calls `handler` when the socket goes, with a sentence that says more where there is one.
    @discardableResult
    public func on(
        _ end: Lifecycle<DisconnectReason>,
        _ handler: @escaping (DisconnectReason, String?) throws -> Void
    ) -> Registration {
        let name = names.name(end.kind == .disconnecting ? "disconnecting" : "disconnect")
        return register(RoleHandler(.ended(handler), of: name))
    }

    /// Calls the asynchronous `handler` when the socket goes.
    @discardableResult
    public func on(
        _ end: Lifecycle<DisconnectReason>,
        _ handler: nonisolated(nonsending) @escaping (DisconnectReason) async throws -> Void
    ) -> Registration {
        on(end) { [unowned self] reason, _ in
            spawn("disconnect") { try await handler(reason) }
        }
    }
}
