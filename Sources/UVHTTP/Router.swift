// Router: middleware and routes in the order in which they were given, and the walk of a request through them. It
// decides who answers; how an answer looks is not its affair.

internal import UVLoop
internal import Wire

/// Middleware and routes, tried in their order.
///
/// A server has one of its own; others can be mounted in it with `use("/prefix", router)`.
public final class Router {
    /// What is done with a request that matches.
    enum Action {
        case step((Exchange, Next) throws -> Void)
        case asyncStep(AsyncStep)
        case router(Router)
    }

    /// One entry.
    struct Layer {
        let pattern: RoutePattern
        /// Nil for middleware, which takes every method and every path below its own.
        let method: RouteMethod?
        let action: Action
    }

    /// What method a route is for.
    enum RouteMethod {
        case all
        case only(HTTPMethod)
    }

    private(set) var layers: [Layer] = []
    var errorHandler: ((any Error, Exchange) throws -> Void)?

    /// A router without routes.
    public init() {}

    func add(_ path: String, _ method: RouteMethod?, _ action: Action) {
        layers.append(Layer(pattern: RoutePattern(path), method: method, action: action))
    }

    /// Serves a request as the server's own router: what nobody takes is answered here.
    func serve(_ exchange: Exchange) {
        let walk = Walk(self, exchange, RoutePath(exchange.head.path), base: 0) { [self] outcome in
            switch outcome {
            case .failed(let error): handle(error, exchange)
            case .untaken(let allowed): refuse(exchange, allowed)
            }
        }
        walk.advance(from: 0)
    }

    /// Takes a request through these steps on behalf of a service, which goes on with what nobody has taken.
    package func pass(_ exchange: Exchange, then: @escaping () -> Void, failed: @escaping (any Error) -> Void) {
        let walk = Walk(self, exchange, RoutePath(exchange.head.path), base: 0) { outcome in
            switch outcome {
            case .failed(let error): failed(error)
            case .untaken: then()
            }
        }
        walk.advance(from: 0)
    }

    private func handle(_ error: any Error, _ exchange: Exchange) {
        guard let errorHandler else { return exchange.answer(error) }
        do { try errorHandler(error, exchange) } catch { exchange.answer(error) }
    }

    /// The path has no route for this method, or none at all.
    private func refuse(_ exchange: Exchange, _ allowed: [String]) {
        guard !exchange.isAnswered else { return }
        let path = PercentCoding.encodeURL(exchange.head.path)
        guard !allowed.isEmpty else { return exchange.sendPage(404, "Cannot \(exchange.method) \(path)") }
        let list = allowed.joined(separator: ", ")
        exchange.setHeader("Allow", list)
        if exchange.head.method == .options {
            exchange.send(list)
        } else {
            exchange.sendPage(405, "Cannot \(exchange.method) \(path)")
        }
    }
}

@available(*, unavailable)
extension Router: Sendable {}

/// One request on its way through one router.
final class Walk {
    /// How it ended, when nobody took the request.
    enum Outcome {
        case failed(any Error)
        /// Nobody; other methods would have been taken.
        case untaken(allowed: [String])
    }

    private let router: Router
    private let exchange: Exchange
    private let path: RoutePath
    /// How many pieces of the path belong to the place where the router is mounted.
    private let base: Int
    private let inherited: [String: String]
    private let done: (Outcome) -> Void
    private var position = 0
    private var allowed: [String]

    init(
        _ router: Router,
        _ exchange: Exchange,
        _ path: RoutePath,
        base: Int,
        allowed: [String] = [],
        done: @escaping (Outcome) -> Void
    ) {
        self.router = router
        self.exchange = exchange
        self.path = path
        self.base = base
        self.allowed = allowed
        self.done = done
        inherited = exchange.routed.parameters
    }

    /// Goes on behind the layer before `start`; only the first call from there counts.
    func advance(from start: Int) {
        guard start == position else { return }
        while position < router.layers.count, exchange.isOpen {
            let layer = router.layers[position]
            position += 1
            guard let match = match(layer) else { continue }
            guard !match.isMalformed else { return fail(StatusError(400), at: position) }
            let parameters = match.parameters
            exchange.routed.parameters = inherited.isEmpty ? parameters : inherited.merging(parameters) { $1 }
            return run(layer, base + match.count)
        }
        guard exchange.isOpen else { return }
        position = .max
        done(.untaken(allowed: allowed))
    }

    /// Gives up; only when the layer before `start` is the one that runs.
    func fail(_ error: any Error, at start: Int) {
        guard start == position else { return }
        position = .max
        done(.failed(error))
    }

    private func match(_ layer: Router.Layer) -> RoutePattern.Match? {
        guard let match = layer.pattern.match(path, from: base, isPrefix: layer.method == nil) else { return nil }
        switch layer.method {
        case nil, .all?: return match
        case .only(let method)?:
            let wanted = exchange.head.method
            // HEAD is answered by the route for GET: the head of its answer is the answer.
            if method == wanted || (wanted == .head && method == .get) { return match }
            allow(method)
            return nil
        }
    }

    private func allow(_ method: HTTPMethod) {
        for name in method == .get ? ["GET", "HEAD"] : [method.name] where !allowed.contains(name) {
            allowed.append(name)
        }
    }

    private func run(_ layer: Router.Layer, _ taken: Int) {
        let here = position
        exchange.routed.place = (path, taken)
        switch layer.action {
        case .step(let step):
            do { try step(exchange, Next(walk: self, position: here)) } catch { fail(error, at: here) }
        case .asyncStep(let step):
            exchange.loop.spawn { [self] in
                do { try await step(exchange, Next(walk: self, position: here)) } catch { fail(error, at: here) }
            }
        case .router(let router):
            let inner = Walk(router, exchange, path, base: taken, allowed: allowed) { [self] outcome in
                switch outcome {
                case .failed(let error): fail(error, at: here)
                case .untaken(let allowed):
                    self.allowed = allowed
                    advance(from: here)
                }
            }
            inner.advance(from: 0)
        }
    }
}
