// HTTPConnection, from one loop to another: a request that only another loop can answer goes there with its connection,
// before a byte of the answer is written. The head goes as it was parsed, with what was read behind it; the kernel keeps
// the rest. The connection stays there until a request sends it on.

internal import UVLoop
internal import Wire

/// A request on its way to another loop, with its connection; dropping it closes the connection.
package struct HandedRequest: Sendable {
    let socket: DetachedSocket
    let head: RequestHead
    /// What was read behind the head: perhaps a body, perhaps later requests.
    let rest: [UInt8]
}

extension Exchange {
    /// Whether the request could still go to another loop.
    ///
    /// Not when an answer or the reading of the body has begun, when it has come from another loop itself, and never
    /// over an encrypted stream, whose state cannot move.
    package var canChangeLoop: Bool {
        connection?.stream is TCPStream && !isAnswered && !bodyWasAsked && !hasChangedLoop
    }

    /// Takes the request, with its connection, off this loop once all that was answered before has left.
    ///
    /// `taker` gets it, or nil when that fails and it has still to be answered here; it is not called when the client
    /// goes away first.
    package func handOver(_ taker: @escaping (HandedRequest?) -> Void) {
        guard canChangeLoop, let connection else { return taker(nil) }
        connection.leaving = taker
        connection.leaveIfFree()
    }
}

extension HTTPConnection {
    /// Leaves this loop if somebody is waiting for that, and nothing that was read or written is still in the way.
    func leaveIfFree() {
        guard let taker = leaving, !isConsuming else { return }
        guard let exchange = current, exchange.canChangeLoop, let stream = stream as? TCPStream else {
            leaving = nil
            return
        }
        if stream.queuedBytes == 0, unsentBytes > 0 { writeOut() }
        // What does not fit is watched like any answer, and this is called again when it has left.
        guard unsentBytes == 0 else { return server.loop.flushLater(self) }
        leaving = nil
        do throws(UVError) {
            let request = HandedRequest(
                socket: try stream.detach(),
                head: exchange.head,
                rest: Array(waiting[waitingStart...])
            )
            depart(exchange)
            taker(request)
        } catch {
            server.loop.log(.warning, "a connection cannot change its loop: \(error)")
            taker(nil)
        }
    }

    /// Forgets everything; the stream's end, which is near, takes the connection off the server's list.
    private func depart(_ exchange: Exchange) {
        server.counters.handedOver &+= 1
        current = nil
        exchange.detach()
        body = nil
        waiting = []
        waitingStart = 0
        machine.closed()
        alarm?.cancel()
        alarm = nil
    }

    /// Goes on with a request that another loop has read; the stream has not begun to read here.
    func take(_ request: HandedRequest) {
        waiting = request.rest
        adjustReading()
        let exchange = Exchange(request.head, on: self)
        exchange.hasChangedLoop = true
        begin(exchange)
        arm()
    }
}
