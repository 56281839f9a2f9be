// LoopBus: a bus between the servers of one process, on one loop or on several loops of several threads. Messages go
// through the mailboxes of the loops; their bytes are shared between threads, never changed, and copied once by each
// receiving server, into the frame that it makes for its own sockets.

public import UVLoop

/// Where the servers of one process find each other.
///
/// Any thread may use it: make one, and hand it to the closure that sets up each loop.
public final class LoopHub: Sendable {
    fileprivate let directory = LoopDirectory<LoopBus>()

    /// A hub that no server has joined yet.
    public init() {}
}

/// Carries messages between the servers that share a hub.
///
/// `options.adapter = { ClusterAdapter($0, bus: LoopBus(hub)) }` makes a server part of the cluster.
public final class LoopBus: ClusterBus {
    private let hub: LoopHub
    private var name = ""
    private var namespace = ""
    private var receive: ((ClusterMessage) -> Void)?

    /// A bus of this hub; each adapter needs one of its own.
    public init(_ hub: LoopHub) {
        self.hub = hub
    }

    deinit {
        hub.directory.remove(name, from: namespace)
    }

    /// Begins, and returns the names of those who are there already.
    public func open(
        _ node: String,
        namespace: String,
        on loop: EventLoop,
        receive: @escaping (ClusterMessage) -> Void
    ) -> [String] {
        (name, self.namespace, self.receive) = (node, namespace, receive)
        hub.directory.add(self, named: node, in: namespace, on: loop)
        return hub.directory.names(in: namespace).filter { $0 != node }
    }

    /// Sends a message to all other servers, in their next turns.
    public func publish(_ message: ClusterMessage) {
        hub.directory.submit(in: namespace, except: name) { $0.receive?(message) }
    }

    /// Sends a message to one server, in its next turn.
    public func respond(_ message: ClusterMessage, to node: String) {
        hub.directory.submit(to: node, in: namespace) { $0.receive?(message) }
    }

    /// Ends.
    public func close() {
        receive = nil
        hub.directory.remove(name, from: namespace)
    }
}

@available(*, unavailable)
extension LoopBus: Sendable {}
