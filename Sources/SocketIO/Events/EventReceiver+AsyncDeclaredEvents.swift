// EventReceiver+AsyncDeclaredEvents: asynchronous handlers of declared events, one pair for each number of arguments.
// They only lend their types to those of EventReceiver+AsyncEvents.swift.

extension EventReceiver {
    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on(
        _ event: Event<>,
        _ handler: nonisolated(nonsending) @escaping () async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<R: Encodable>(
        _ event: Event<>,
        _ handler: nonisolated(nonsending) @escaping () async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable>(
        _ event: Event<A>,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, R: Encodable>(
        _ event: Event<A>,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable, B: Decodable>(
        _ event: Event<A, B>,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, B: Decodable, R: Encodable>(
        _ event: Event<A, B>,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable>(
        _ event: Event<A, B, C>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, R: Encodable>(
        _ event: Event<A, B, C>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable>(
        _ event: Event<A, B, C, D>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, R: Encodable>(
        _ event: Event<A, B, C, D>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable>(
        _ event: Event<A, B, C, D, E>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, R: Encodable>(
        _ event: Event<A, B, C, D, E>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, F: Decodable>(
        _ event: Event<A, B, C, D, E, F>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E, F) async throws -> Void
    ) -> Registration {
        on(event.name, handler)
    }

    /// Calls the asynchronous `handler` with each occurrence of a declared event, and acknowledges with what it returns.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, F: Decodable, R: Encodable>(
        _ event: Event<A, B, C, D, E, F>,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E, F) async throws -> R
    ) -> Registration {
        on(event.name, handler)
    }
}
