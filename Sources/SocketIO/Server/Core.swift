// Core: what every object of one server shares and none of them owns alone: the loop, the options, the names, the
// counters, and the place where faults are told. It points to nobody, so holding it makes no cycles.

internal import UVLoop

/// What the objects of one server share.
final class Core {
    let loop: EventLoop
    let options: ServerOptions
    let names = EventNames()
    let spares = HandlerSpares()
    /// Whether packets have another form than the built-in one.
    let hasParser: Bool
    @exclusivity(unchecked) var counters = Server.Counters()
    /// What the decoders of all clients share.
    let scratch: PacketScratch
    /// The id of the last question; one row for all sockets, so that a question to many has the same id for each.
    var lastQuestion: UInt64 = 0
    var recoveryMissHandlers: [(RecoveryMiss) -> Void] = []
    private var faultHandlers: [(Fault) throws -> Void] = []
    private var namespaceHandlers: [(Namespace) throws -> Void] = []

    init(_ loop: EventLoop, _ options: ServerOptions) {
        self.loop = loop
        self.options = options
        scratch = PacketScratch(limits: options.packetLimits)
        hasParser = options.parser != nil
    }

    func onFault(_ handler: @escaping (Fault) throws -> Void) {
        faultHandlers.append(handler)
    }

    func onNewNamespace(_ handler: @escaping (Namespace) throws -> Void) {
        namespaceHandlers.append(handler)
    }

    func forgetHandlers() {
        recoveryMissHandlers = []
        faultHandlers = []
        namespaceHandlers = []
    }

    /// Tells the program of a namespace that has come into being.
    func tell(newcomer namespace: Namespace) {
        for handler in namespaceHandlers {
            do { try handler(namespace) } catch {
                report(.handlerThrew, event: "new_namespace", String(describing: error), error)
            }
        }
    }

    /// Counts a fault, logs it, and tells the program.
    @discardableResult
    func report(
        _ kind: Fault.Kind,
        event: String,
        socket: String? = nil,
        _ message: String,
        _ error: (any Error)? = nil
    ) -> Fault {
        let fault = Fault(kind: kind, event: event, socket: socket, message: message, error: error)
        switch kind {
        case .undecodable: counters.eventsUndecodable += 1
        case .handlerThrew: counters.handlerErrors += 1
        case .refused: counters.eventsRefused += 1
        case .tooManyRooms: counters.joinsRefused += 1
        case .reservedEvent, .unencodable, .unsendable: break
        }
        loop.log(.warning, fault.description)
        for handler in faultHandlers {
            do { try handler(fault) } catch { loop.log(.error, "the fault handler threw: \(error)") }
        }
        return fault
    }
}
