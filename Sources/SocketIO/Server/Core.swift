// Core: what every object of one server shares and none of them owns alone: the loop, the options, the names, the
// counters, and the place where faults are told. It points to nobody, so holding it makes no cycles.

internal import UVLoop

/// What has happened on one server since it began.
public struct Counters: Equatable, Sendable {
    /// Sockets that were connected.
    public var connections = 0
    /// Connections that a middleware, or a missing namespace, refused.
    public var refusals = 0
    /// Events that came from clients.
    public var eventsReceived = 0
    /// Events for which there was no handler.
    public var eventsUnhandled = 0
    /// Events whose arguments did not fit a handler.
    public var eventsUndecodable = 0
    /// Handlers and middlewares that threw where nobody could catch.
    public var handlerErrors = 0
    /// Packets that broke the protocol and ended their connection.
    public var protocolErrors = 0
    /// Events that were emitted, each broadcast counted once.
    public var eventsSent = 0
    /// Acknowledgements that clients sent for no question of ours.
    public var unknownAnswers = 0
    /// Questions that no client answered in time.
    public var answersLate = 0
}

/// What the objects of one server share.
final class Core {
    let loop: EventLoop
    let options: ServerOptions
    let names = EventNames()
    @exclusivity(unchecked) var counters = Counters()
    /// What the decoders of all clients share.
    let scratch = PacketScratch()
    /// The id of the last question; one row for all sockets, so that a question to many has the same id for each.
    var lastQuestion: UInt64 = 0
    private var faultHandlers: [(Fault) throws -> Void] = []

    init(_ loop: EventLoop, _ options: ServerOptions) {
        self.loop = loop
        self.options = options
    }

    func onFault(_ handler: @escaping (Fault) throws -> Void) {
        faultHandlers.append(handler)
    }

    /// Counts a fault, logs it, and tells the program.
    func report(_ kind: Fault.Kind, event: String, socket: String? = nil, _ message: String) {
        let fault = Fault(kind: kind, event: event, socket: socket, message: message)
        switch kind {
        case .undecodable: counters.eventsUndecodable += 1
        case .handlerThrew: counters.handlerErrors += 1
        case .reservedEvent, .unencodable: break
        }
        loop.log(.warning, fault.description)
        for handler in faultHandlers {
            do { try handler(fault) } catch { loop.log(.error, "the fault handler threw: \(error)") }
        }
    }
}
