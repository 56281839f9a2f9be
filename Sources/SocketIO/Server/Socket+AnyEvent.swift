// Socket+AnyEvent: handlers of whatever comes and whatever leaves: to log, to measure, or to catch what nobody handles.

internal import UVLoop
public import Wire

extension Socket {
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
        removeRegistrations { $0.role == .any }
    }

    /// The handlers of any event, in the order in which they are called.
    public var anyHandlers: [Registration] { registrations.all(.any) }

    /// Calls `handler` with every event that has no handler of its own.
    ///
    /// It sees the name, the arguments, and the acknowledgement if the client waits for one.
    @discardableResult
    public func onUnhandled(_ handler: @escaping (String, [JSON], Ack?) throws -> Void) -> Registration {
        register(Registration(nil, on: self, .unhandled(handler)))
    }

    /// Takes all handlers of events without a handler of their own away.
    public func offUnhandled() {
        removeRegistrations { $0.role == .unhandled }
    }

    private func watch(_ body: Registration.Body, first: Bool = false) -> Registration {
        isWatched = true
        return register(Registration(nil, on: self, body), first: first)
    }

    // MARK: What leaves

    /// Calls `handler` with every event that leaves for this client, broadcasts included, acknowledgements not.
    ///
    /// Called in the turn after the event was sent, in the order of sending: a broadcast cannot wait for handlers.
    /// What another server of a cluster has broadcast is not seen.
    @discardableResult
    public func onAnyOutgoing(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        overhear(true)
        return register(Registration(nil, on: self, .outgoing(handler)))
    }

    /// The same as `onAnyOutgoing`, before those that were added already.
    @discardableResult
    public func prependAnyOutgoing(_ handler: @escaping (String, [JSON]) throws -> Void) -> Registration {
        overhear(true)
        return register(Registration(nil, on: self, .outgoing(handler)), first: true)
    }

    /// Takes all handlers of what leaves away; for one of them, cancel its registration.
    public func offAnyOutgoing() {
        removeRegistrations { $0.role == .outgoing }
        overhear(false)
    }

    /// The handlers of what leaves, in the order in which they are called.
    public var anyOutgoingHandlers: [Registration] { registrations.all(.outgoing) }

    /// Begins or ends having the namespace keep what it encodes as values, too.
    func overhear(_ begins: Bool) {
        guard isOverheard != begins, !begins || isConnected || isPending else { return }
        isOverheard = begins
        namespace.overhearers += begins ? 1 : -1
    }

    /// Tells of a packet that leaves; later, because a walk over a room may be in progress.
    func overhear(_ packet: borrowing EncodedPacket) {
        guard let shown = packet.shown else { return }
        core.loop.nextTurn { self.tell(outgoing: shown) }
    }

    private func tell(outgoing event: ShownEvent) {
        for registration in registrations.all(.outgoing) where registration.isLive {
            guard case .outgoing(let body) = registration.body else { continue }
            if registration.isOnce { registration.cancel() }
            do { try body(event.name, event.values) } catch { contain(error, in: event.name) }
        }
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
