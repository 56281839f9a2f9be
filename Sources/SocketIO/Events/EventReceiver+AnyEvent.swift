// EventReceiver+AnyEvent: handlers of whatever comes and whatever leaves: to log, to measure, or to catch what nobody handles.

public import Wire

extension EventReceiver {
    // MARK: What comes

    /// Calls `handler` with every event that comes, before its own handlers and before the checks of packets.
    @discardableResult
    public func onAny(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        watch(.any { event, values, _ in try handler(event, values) })
    }

    /// Calls `handler` with every event that comes, and the acknowledgement if the client waits for one.
    @discardableResult
    public func onAny(_ handler: @escaping (String, [JSON], Ack?) throws -> Void) -> Registration {
        watch(.any(handler))
    }

    /// The same as `onAny`, before those that were added already.
    @discardableResult
    public func prependAny(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        watch(.any { event, values, _ in try handler(event, values) }, first: true)
    }

    /// Takes all handlers of any event away; for one of them, cancel its registration.
    public func offAny() {
        handlers.target.removeHandlers { $0.role == .any }
    }

    /// The handlers of any event, in the order in which they are called.
    public var anyHandlers: [Registration] { registrations(of: .any) }

    /// Calls `handler` with every event that has no handler of its own.
    ///
    /// It sees the name, the arguments, and the acknowledgement if the client waits for one.
    @discardableResult
    public func onUnhandled(_ handler: @escaping (String, [JSON], Ack?) throws -> Void) -> Registration {
        let target = handlers.target
        return target.register(RoleHandler(.unhandled(handler)))
    }

    /// Takes all handlers of events without a handler of their own away.
    public func offUnhandled() {
        handlers.target.removeHandlers { $0.role == .unhandled }
    }

    private func registrations(of role: Handler.Role) -> [Registration] {
        let target = handlers.target
        return target.registrations.all(role).map { Registration($0, on: target) }
    }

    private func watch(_ body: RoleHandler.Body, first: Bool = false) -> Registration {
        let target = handlers.target
        target.isWatched = true
        return target.register(RoleHandler(body), first: first)
    }

    // MARK: What leaves

    /// Calls `handler` with every event that leaves for this client, broadcasts included, acknowledgements not.
    ///
    /// Called in the turn after the event was sent, in the order of sending: a broadcast cannot wait for handlers.
    /// What another server of a cluster has broadcast is not seen.
    @discardableResult
    public func onAnyOutgoing(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        overhear(handler)
    }

    /// The same as `onAnyOutgoing`, before those that were added already.
    @discardableResult
    public func prependAnyOutgoing(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        overhear(handler, first: true)
    }

    /// Takes all handlers of what leaves away; for one of them, cancel its registration.
    public func offAnyOutgoing() {
        handlers.target.removeHandlers { $0.role == .outgoing }
        handlers.target.overhear(false)
    }

    /// The handlers of what leaves, in the order in which they are called.
    public var anyOutgoingHandlers: [Registration] { registrations(of: .outgoing) }

    private func overhear(_ handler: @escaping (String, [JSON]) throws -> Void, first: Bool = false) -> Registration {
        let target = handlers.target
        target.overhear(true)
        return target.register(RoleHandler(.outgoing(handler)), first: first)
    }
}

/// An event that leaves, as values.
final class ShownEvent {
    let name: String
    let values: [JSON]

    init(_ name: String, all values: [JSON]) {
        self.name = name
        self.values = values
    }

    /// Nil if a value has no JSON; then the packet has none either, and that was reported.
    init?<each T: Encodable>(_ name: String, _ values: repeat each T) {
        var all: [JSON] = []
        do {
            repeat all.append(try JSON(encoding: each values))
        } catch {
            return nil
        }
        self.name = name
        self.values = all
    }
}
