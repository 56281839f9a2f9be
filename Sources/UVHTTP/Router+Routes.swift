// Routes: the verbs with which a program says who answers what, the same for a server and for a router. Each verb has
// two forms; the compiler picks the asynchronous one when the closure awaits.

internal import UVLoop
internal import Wire

/// What routes can be added to: a server, or a router to be mounted in it.
public protocol Routes {
    /// Where the routes are kept.
    var router: Router { get }
}

extension Router: Routes {
    /// Itself.
    public var router: Router { self }
}

extension HTTPServer: Routes {}

/// A handler that awaits.
///
/// It runs on the loop of its exchange.
public typealias AsyncHandler = nonisolated(nonsending) (Exchange) async throws -> Void

/// A middleware that awaits.
public typealias AsyncStep = nonisolated(nonsending) (Exchange, Next) async throws -> Void

// MARK: - Routes

extension Routes {
    /// Answers GET and HEAD requests for a path.
    public func get(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .get, handler) }

    /// Answers GET and HEAD requests for a path, awaiting.
    public func get(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .get, handler) }

    /// Answers POST requests for a path.
    public func post(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .post, handler) }

    /// Answers POST requests for a path, awaiting.
    public func post(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .post, handler) }

    /// Answers PUT requests for a path.
    public func put(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .put, handler) }

    /// Answers PUT requests for a path, awaiting.
    public func put(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .put, handler) }

    /// Answers PATCH requests for a path.
    public func patch(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .patch, handler) }

    /// Answers PATCH requests for a path, awaiting.
    public func patch(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .patch, handler) }

    /// Answers DELETE requests for a path.
    public func delete(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .delete, handler) }

    /// Answers DELETE requests for a path, awaiting.
    public func delete(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .delete, handler) }

    /// Answers OPTIONS requests for a path, which otherwise get a list of the methods that it has.
    public func options(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, .options, handler) }

    /// Answers OPTIONS requests for a path, awaiting.
    public func options(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, .options, handler) }

    /// Answers requests for a path, whatever the method.
    public func all(_ path: String, _ handler: @escaping (Exchange) throws -> Void) { add(path, nil, handler) }

    /// Answers requests for a path, whatever the method, awaiting.
    public func all(_ path: String, _ handler: @escaping AsyncHandler) { addAsync(path, nil, handler) }

    private func add(_ path: String, _ method: HTTPMethod?, _ handler: @escaping (Exchange) throws -> Void) {
        router.add(path, method.map(Router.RouteMethod.only) ?? .all, .step { exchange, _ in try handler(exchange) })
    }

    private func addAsync(_ path: String, _ method: HTTPMethod?, _ handler: @escaping AsyncHandler) {
        let step: AsyncStep = { exchange, _ in try await handler(exchange) }
        router.add(path, method.map(Router.RouteMethod.only) ?? .all, .asyncStep(step))
    }
}

// MARK: - Middleware

extension Routes {
    /// Runs a middleware for every request that comes this far.
    public func use(_ step: @escaping (Exchange, Next) throws -> Void) { use("/", step) }

    /// Runs a middleware for every request that comes this far, awaiting.
    public func use(_ step: @escaping AsyncStep) { use("/", step) }

    /// Runs a middleware for requests whose path is `prefix` or below it.
    public func use(_ prefix: String, _ step: @escaping (Exchange, Next) throws -> Void) {
        router.add(prefix, nil, .step(step))
    }

    /// Runs a middleware for requests whose path is `prefix` or below it, awaiting.
    public func use(_ prefix: String, _ step: @escaping AsyncStep) {
        router.add(prefix, nil, .asyncStep(step))
    }

    /// Runs a ready-made middleware for every request that comes this far.
    public func use(_ middleware: Middleware) { use("/", middleware) }

    /// Runs a ready-made middleware for requests whose path is `prefix` or below it.
    public func use(_ prefix: String, _ middleware: Middleware) {
        router.add(prefix, nil, .step(middleware.run))
    }

    /// Mounts another router at `prefix`; its routes begin behind it.
    public func use(_ prefix: String, _ other: Router) {
        router.add(prefix, nil, .router(other))
    }

    /// Answers for handlers that throw.
    ///
    /// Without it an error with a status is answered by that status, any other is logged and answered by 500.
    /// Set on the server; a mounted router's errors come here too.
    public func onError(_ handler: @escaping (any Error, Exchange) throws -> Void) {
        router.errorHandler = handler
    }
}
