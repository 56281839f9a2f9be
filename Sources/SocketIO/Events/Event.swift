// Event and Lifecycle: names whose payload the compiler knows.
// An `Event` is what a program declares for itself; a `Lifecycle` is what the server tells about sockets and faults.

/// An event whose payload the compiler checks, on both sides of `on` and `emit`.
///
/// Declare it once, as a static constant: `static let said = Event<ChatMessage>("chat message")`.
public struct Event<each Payload>: Sendable {
    /// The name that goes over the wire.
    public let name: String

    /// Declares an event of that name.
    public init(_ name: String) {
        self.name = name
    }
}

/// A declared event without payload: `static let bell = BareEvent("bell")`.
public typealias BareEvent = Event<>

/// Something that happens to a socket or a server, as opposed to an event that a client sends.
public struct Lifecycle<Payload>: Sendable {
    enum Kind: Sendable { case connection, disconnecting, disconnect, fault, error, namespace, recoveryMissed }

    let kind: Kind
}

extension Lifecycle where Payload == Socket {
    /// A socket has passed every middleware and is connected.
    public static var connection: Self { Self(kind: .connection) }
}

extension Lifecycle where Payload == DisconnectReason {
    /// A socket is about to go; it is still in its rooms.
    public static var disconnecting: Self { Self(kind: .disconnecting) }

    /// A socket has gone; it is in no room any more.
    public static var disconnect: Self { Self(kind: .disconnect) }
}

extension Lifecycle where Payload == Fault {
    /// A packet did not fit its handler, or a handler threw.
    public static var fault: Self { Self(kind: .fault) }
}

extension Lifecycle where Payload == any Error {
    /// A check of packets has refused an event of a socket, with this error.
    public static var error: Self { Self(kind: .error) }
}

extension Lifecycle where Payload == Namespace {
    /// A namespace has come into being.
    public static var newNamespace: Self { Self(kind: .namespace) }
}

/// Names that the protocol keeps for itself: no program may emit them, no client may send them.
enum ReservedEvent {
    static let names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]

    /// True for a name that only the library may use.
    static func contains(_ name: String) -> Bool {
        names.contains(name)
    }
}
