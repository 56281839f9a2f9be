// EventReceiver+Events: registering handlers. The synchronous ones take any number of arguments.
// The asynchronous ones stand in EventReceiver+AsyncEvents.swift, written out by number of arguments.

internal import Wire

extension EventReceiver {
    /// Calls `handler` with each event of that name that decodes to its parameters.
    ///
    /// `Ack` among the parameters is the acknowledgement that the client waits for, `Arguments` is all the rest.
    @discardableResult
    public func on<each T: Decodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> Void
    ) -> Registration {
        let target = handlers.target
        return target.register(ValuesHandler(target.names.name(event), handler))
    }

    /// Calls `handler` with each event of that name: with all its arguments as they came, and with the acknowledgement if
    /// the other side waits for one.
    ///
    /// For handlers that pass on what they get; nothing is made of it before somebody looks at it.
    @discardableResult
    public func on(_ event: String, _ handler: @escaping (Arguments, Ack?) throws -> Void) -> Registration {
        let target = handlers.target
        return target.register(PassingHandler(target.names.name(event), handler))
    }

    /// Calls `handler` with each event of that name, and acknowledges with what it returns.
    @discardableResult
    public func on<each T: Decodable, R: Encodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> R
    ) -> Registration {
        let target = handlers.target
        return target.register(AnsweringHandler(target.names.name(event), handler))
    }

    /// Calls `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<each T: Decodable>(
        _ event: Event<repeat each T>,
        _ handler: @escaping (repeat each T) throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<each T: Decodable, R: Encodable>(
        _ event: Event<repeat each T>,
        _ handler: @escaping (repeat each T) throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls `handler` with the next event of that name only.
    @discardableResult
    public func once<each T: Decodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> Void
    ) -> Registration {
        let target = handlers.target
        return target.register(ValuesHandler(target.names.name(event), once: true, handler))
    }

    /// Calls `handler` with the next occurrence of a declared event only.
    @discardableResult
    public func once<each T: Decodable>(
        _ event: Event<repeat each T>,
        _ handler: @escaping (repeat each T) throws -> Void
    ) -> Registration {
        once(event.name, handler)
    }

    /// Calls `handler` with the next event of that name only, and acknowledges with what it returns.
    @discardableResult
    public func once<each T: Decodable, R: Encodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> R
    ) -> Registration {
        on(event, handler).once()
    }

    /// Calls `handler` with the next occurrence of a declared event only, and acknowledges with what it returns.
    @discardableResult
    public func once<each T: Decodable, R: Encodable>(
        _ event: Event<repeat each T>,
        _ handler: @escaping (repeat each T) throws -> R
    ) -> Registration {
        on(event.name, handler).once()
    }

    /// Takes all handlers of an event away.
    public func off(_ event: String) {
        let target = handlers.target
        let name = target.names.name(event)
        target.removeHandlers { $0.name === name && $0.role == .event }
    }

    /// Takes all handlers of a declared event away.
    public func off<each T>(_ event: Event<repeat each T>) {
        off(event.name)
    }

    /// Takes all handlers of events and of the socket's end away; those of any event, and the checks, stay.
    public func offAll() {
        handlers.target.removeHandlers { registration in
            switch registration.role {
            case .event, .ended, .connected, .refused, .left: true
            case .any, .unhandled, .outgoing, .check, .failed: false
            }
        }
    }

    /// The names of the events that have handlers, each once, in the order in which they were registered.
    public var eventNames: [String] {
        var names: [String] = []
        for registration in handlers.target.registrations.all(.event) {
            if let name = registration.event, !names.contains(name) { names.append(name) }
        }
        return names
    }
}
