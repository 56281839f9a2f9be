// EngineServer, hand-over: a request for a session of another loop goes there as it came, with its connection, before
// anything here has looked at it: CORS, middleware and counters are those of the loop that answers.

internal import UVHTTP
internal import UVLoop
internal import Wire

extension EngineServer {
    /// Has a request answered by the loop of its session; false when it is to be answered here.
    func passOn(_ exchange: Exchange) -> Bool {
        guard let membership, let sid = EngineQuery(exchange.head.queryBytes).sid else { return false }
        let key = SessionID(sid)
        guard session(key) == nil, let home = membership.home(of: key), home != membership.number else { return false }
        let prospect = membership.hub.prospect(home)
        // Nobody is there: then the session is over, and this loop can say so as well as any.
        if case .unknown = prospect { return false }
        guard exchange.canChangeLoop else {
            counters.handOversImpossible &+= 1
            return false
        }
        if case .full = prospect { refuseHandOver(exchange) } else { handOver(exchange, to: home, of: membership.hub) }
        return true
    }

    private func refuseHandOver(_ exchange: Exchange) {
        counters.handOversRefused &+= 1
        guard !applyCORS(to: exchange) else { return }
        refuse(exchange, .limit("TOO_MANY_HAND_OVERS", "Too many requests for this part of the server", status: 503))
    }

    private func handOver(_ exchange: Exchange, to home: Int, of hub: EngineHub) {
        exchange.handOver { [self] request in
            guard let request else {
                counters.handOversImpossible &+= 1
                return serve(exchange)
            }
            counters.handedOver &+= 1
            hub.submit(to: home) { engine in engine.takeOver(request) }
        }
    }

    /// Goes on with a request of another loop.
    private func takeOver(_ request: HandedRequest) {
        counters.takenOver &+= 1
        host?.takeOver(request)
    }
}
