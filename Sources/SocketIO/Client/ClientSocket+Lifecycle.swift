// ClientSocket+Lifecycle: handlers of what happens to the socket itself, and telling them.

internal import UVLoop

extension ClientSocket {
    /// Calls `handler` each time that the socket is connected.
    @discardableResult
    public func on(_ connect: Lifecycle<Void>, _ handler: @escaping () throws -> Void) -> Registration {
        register(RoleHandler(.connected(handler)))
    }

    /// Calls the asynchronous `handler` each time that the socket is connected.
    @discardableResult
    public func on(
        _ connect: Lifecycle<Void>,
        _ handler: nonisolated(nonsending) @escaping () async throws -> Void
    ) -> Registration {
        on(connect) { [unowned self] in
            spawn("connect") { try await handler() }
        }
    }

    /// Calls `handler` each time that the socket could not connect; `ClientConnectError` says what happens next.
    @discardableResult
    public func on(
        _ error: Lifecycle<ClientConnectError>,
        _ handler: @escaping (ClientConnectError) throws -> Void
    ) -> Registration {
        register(RoleHandler(.refused(handler)))
    }

    /// Calls `handler` each time that the socket was connected and is not any more.
    @discardableResult
    public func on(
        _ end: Lifecycle<ClientDisconnectReason>,
        _ handler: @escaping (ClientDisconnectReason) throws -> Void
    ) -> Registration {
        on(end) { reason, _ in try handler(reason) }
    }

    /// Calls `handler` each time that the socket is not connected any more, with a sentence that says more if there is
    /// one.
    @discardableResult
    public func on(
        _ end: Lifecycle<ClientDisconnectReason>,
        _ handler: @escaping (ClientDisconnectReason, String?) throws -> Void
    ) -> Registration {
        register(RoleHandler(.left(handler)))
    }

    /// Calls the asynchronous `handler` each time that the socket is not connected any more.
    @discardableResult
    public func on(
        _ end: Lifecycle<ClientDisconnectReason>,
        _ handler: nonisolated(nonsending) @escaping (ClientDisconnectReason) async throws -> Void
    ) -> Registration {
        on(end) { [unowned self] reason, _ in
            spawn("disconnect") { try await handler(reason) }
        }
    }

    // MARK: Telling

    func tellConnect() {
        tell(.connected, "connect") { body in
            if case .connected(let body) = body { try body() }
        }
    }

    func tell(connectError error: ClientConnectError) {
        tell(.refused, "connect_error") { body in
            if case .refused(let body) = body { try body(error) }
        }
    }

    func tell(disconnect reason: ClientDisconnectReason, _ description: String?) {
        tell(.left, "disconnect") { body in
            if case .left(let body) = body { try body(reason, description) }
        }
    }

    private func tell(_ role: Handler.Role, _ event: String, _ call: (RoleHandler.Body) throws -> Void) {
        for handler in registrations.all(role) where claims(handler) {
            guard let body = handler.body else { continue }
            do { try call(body) } catch { contain(error, in: event, answering: nil) }
        }
    }
}
