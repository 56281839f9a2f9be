// Namespace+ServerSide: the events that the servers of a cluster send to each other, and what they answer.
// Asynchronous handlers are written out for each number of values, for the reason given in EventReceiver+AsyncEvents.

internal import UVLoop
public import Wire

/// A handler of an event that servers send to each other.
struct ServerSideHandler {
    let event: String
    /// If somebody waits, the last argument is called once: with the answer, or with nil if the handler has failed.
    let body: ([JSON], ((JSON?) -> Void)?) -> Void
}

/// What the other servers of a cluster have answered.
public struct ServerAnswers: Sendable, Equatable {
    /// The answers, one of each server that gave one.
    public let answers: [JSON]
    /// The names of the servers that did not answer in time, have no handler, or whose handler has failed.
    public let missing: [String]
}

extension Namespace {
    /// Calls `handler` with each event of that name that another server has emitted with `serverSideEmit`.
    public func onServerSide<each T: Decodable>(_ event: String, _ handler: @escaping (repeat each T) throws -> Void) {
        onServerSide(event) { (values: repeat each T) -> JSON in
            try handler(repeat each values)
            return .null
        }
    }

    /// Calls `handler` with each event of that name from another server, and answers with what it returns.
    public func onServerSide<each T: Decodable, R: Encodable>(
        _ event: String,
        _ handler: @escaping (repeat each T) throws -> R
    ) {
        addServerSide(event) { reader, answer in
            let result = try handler(repeat try reader.next((each T).self))
            if let answer { answer(try JSON(encoding: result)) }
        }
    }

    /// Sends an event to the other servers of the cluster, not to this one.
    public func serverSideEmit<each T: Encodable>(_ event: String, _ values: repeat each T) {
        guard let values = serverSideValues(event, repeat each values) else { return }
        adapter.elsewhere?.serverSideEmit(event, values)
    }

    /// Asks the other servers of the cluster; `answered` gets the answers when all are there or the time is over.
    public func serverSideEmit<each T: Encodable>(
        _ event: String,
        _ values: repeat each T,
        answered: @escaping (ServerAnswers) -> Void
    ) {
        guard let elsewhere = adapter.elsewhere, let values = serverSideValues(event, repeat each values) else {
            return answered(ServerAnswers(answers: [], missing: []))
        }
        elsewhere.serverSideEmit(event, values) { answered(ServerAnswers(answers: $0, missing: $1)) }
    }

    private func serverSideValues<each T: Encodable>(_ event: String, _ values: repeat each T) -> [JSON]? {
        do {
            var list: [JSON] = []
            repeat list.append(try JSON(encoding: each values))
            return list
        } catch {
            core.report(.unencodable, event: event, String(describing: error))
            return nil
        }
    }
}

// MARK: Asynchronous handlers

extension Namespace {
    /// Calls the asynchronous `handler` of no value with each event of that name from another server.
    public func onServerSide(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> Void
    ) {
        addServerSideTask(event) { _ in
            {
                try await handler()
                return JSON.null
            }
        }
    }

    /// Calls the asynchronous `handler` of no value with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping () async throws -> R
    ) {
        addServerSideTask(event) { _ in
            { try await handler() }
        }
    }

    /// Calls the asynchronous `handler` of one value with each event of that name from another server.
    public func onServerSide<A: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> Void
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            return {
                try await handler(a)
                return JSON.null
            }
        }
    }

    /// Calls the asynchronous `handler` of one value with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A) async throws -> R
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            return { try await handler(a) }
        }
    }

    /// Calls the asynchronous `handler` of two values with each event of that name from another server.
    public func onServerSide<A: Decodable, B: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> Void
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            let b = try reader.next(B.self)
            return {
                try await handler(a, b)
                return JSON.null
            }
        }
    }

    /// Calls the asynchronous `handler` of two values with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, B: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B) async throws -> R
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            let b = try reader.next(B.self)
            return { try await handler(a, b) }
        }
    }

    /// Calls the asynchronous `handler` of three values with each event of that name from another server.
    public func onServerSide<A: Decodable, B: Decodable, C: Decodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> Void
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            let b = try reader.next(B.self)
            let c = try reader.next(C.self)
            return {
                try await handler(a, b, c)
                return JSON.null
            }
        }
    }

    /// Calls the asynchronous `handler` of three values with each event of that name from another server, and answers
    /// with what it returns.
    public func onServerSide<A: Decodable, B: Decodable, C: Decodable, R: Encodable>(
        _ event: String,
        _ handler: nonisolated(nonsending) @escaping (A, B, C) async throws -> R
    ) {
        addServerSideTask(event) { reader in
            let a = try reader.next(A.self)
            let b = try reader.next(B.self)
            let c = try reader.next(C.self)
            return { try await handler(a, b, c) }
        }
    }
}

// MARK: How handlers are kept

extension Namespace {
    /// Adds a handler that takes its values from the reader and, unless it throws, sees to the answer if one is wanted.
    private func addServerSide(
        _ event: String,
        _ handle: @escaping (inout ValueReader, ((JSON?) -> Void)?) throws -> Void
    ) {
        let body = { [unowned core] (values: [JSON], answer: ((JSON?) -> Void)?) in
            var reader = ValueReader(values)
            do {
                try handle(&reader, answer)
            } catch {
                core.report(serverSide: event, error)
                answer?(nil)
            }
        }
        serverSideHandlers.append(ServerSideHandler(event: event, body: body))
    }

    /// Adds a handler whose answer is made by a task; the values are taken before it begins.
    private func addServerSideTask<R: Encodable>(
        _ event: String,
        _ prepare: @escaping (inout ValueReader) throws -> nonisolated(nonsending) () async throws -> R
    ) {
        addServerSide(event) { [unowned core] reader, answer in
            let body = try prepare(&reader)
            core.loop.spawn { [core] in
                do {
                    let result = try await body()
                    if let answer { answer(try JSON(encoding: result)) }
                } catch {
                    core.report(serverSide: event, error)
                    answer?(nil)
                }
            }
        }
    }
}

extension Core {
    /// Reports why a handler of the servers' own events has failed.
    fileprivate func report(serverSide event: String, _ error: any Error) {
        let kind: Fault.Kind = error is Undecodable ? .undecodable : .handlerThrew
        report(kind, event: event, String(describing: error), kind == .handlerThrew ? error : nil)
    }
}

/// Takes values from left to right as the types that a handler wants.
private struct ValueReader {
    private let values: [JSON]
    private var position = 0

    init(_ values: [JSON]) { self.values = values }

    mutating func next<T: Decodable>(_ type: T.Type) throws(Undecodable) -> T {
        let value = position < values.count ? values[position] : .null
        position += 1
        do {
            return try value.decode(as: T.self)
        } catch {
            throw Undecodable(message: "argument \(position): \(error)")
        }
    }
}
