// EventReceiver+AsyncEvents: registering asynchronous handlers, one pair for each number of arguments.
// Written out because the compiler cannot take a literal closure for an asynchronous handler of any number of arguments.
// The arguments are decoded before the task begins: a packet is gone when the call that brought it returns.

extension EventReceiver {
    /// Calls the asynchronous `handler` of no argument with each event of that name.
    @discardableResult
    public func on(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> Void
    ) -> Registration {
        registerTask(event) { _ in
            { try await handler() }
        }
    }

    /// Calls the asynchronous `handler` of no argument with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> R
    ) -> Registration {
        registerAnswering(event) { _ in
            { try await handler() }
        }
    }

    /// Calls the asynchronous `handler` of one argument with each event of that name.
    @discardableResult
    public func on<A: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            return { try await handler(a) }
        }
    }

    /// Calls the asynchronous `handler` of one argument with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            return { try await handler(a) }
        }
    }

    /// Calls the asynchronous `handler` of two arguments with each event of that name.
    @discardableResult
    public func on<A: Decodable, B: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            return { try await handler(a, b) }
        }
    }

    /// Calls the asynchronous `handler` of two arguments with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, B: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            return { try await handler(a, b) }
        }
    }

    /// Calls the asynchronous `handler` of three arguments with each event of that name.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            return { try await handler(a, b, c) }
        }
    }

    /// Calls the asynchronous `handler` of three arguments with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            return { try await handler(a, b, c) }
        }
    }

    /// Calls the asynchronous `handler` of four arguments with each event of that name.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            return { try await handler(a, b, c, d) }
        }
    }

    /// Calls the asynchronous `handler` of four arguments with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            return { try await handler(a, b, c, d) }
        }
    }

    /// Calls the asynchronous `handler` of five arguments with each event of that name.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            let e = try arguments.next(E.self)
            return { try await handler(a, b, c, d, e) }
        }
    }

    /// Calls the asynchronous `handler` of five arguments with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            let e = try arguments.next(E.self)
            return { try await handler(a, b, c, d, e) }
        }
    }

    /// Calls the asynchronous `handler` of six arguments with each event of that name.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, F: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E, F) async throws -> Void
    ) -> Registration {
        registerTask(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            let e = try arguments.next(E.self)
            let f = try arguments.next(F.self)
            return { try await handler(a, b, c, d, e, f) }
        }
    }

    /// Calls the asynchronous `handler` of six arguments with each event of that name, and acknowledges with its value.
    @discardableResult
    public func on<A: Decodable, B: Decodable, C: Decodable, D: Decodable, E: Decodable, F: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C, D, E, F) async throws -> R
    ) -> Registration {
        registerAnswering(event) { arguments in
            let a = try arguments.next(A.self)
            let b = try arguments.next(B.self)
            let c = try arguments.next(C.self)
            let d = try arguments.next(D.self)
            let e = try arguments.next(E.self)
            let f = try arguments.next(F.self)
            return { try await handler(a, b, c, d, e, f) }
        }
    }
}

extension EventReceiver {
    private func registerTask(
        _ event: String,
        _ prepare: @escaping (inout ArgumentReader) throws -> nonisolated(nonsending) () async throws -> Void
    ) -> Registration {
        let target = handlers.target
        let handler = TaskHandler(target.names.name(event)) { packet, target in
            var arguments = ArgumentReader(packet, target)
            let body = try prepare(&arguments)
            target.spawn(event, answering: packet.id, body)
        }
        return target.register(handler)
    }

    private func registerAnswering<R: Encodable>(
        _ event: String,
        _ prepare: @escaping (inout ArgumentReader) throws -> nonisolated(nonsending) () async throws -> R
    ) -> Registration {
        let target = handlers.target
        let handler = TaskHandler(target.names.name(event)) { packet, target in
            var arguments = ArgumentReader(packet, target)
            let body = try prepare(&arguments)
            let id = packet.id
            target.spawn(event, answering: id) { target.answer(id, try await body()) }
        }
        return target.register(handler)
    }
}
