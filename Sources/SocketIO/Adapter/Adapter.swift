// Adapter: the wall between the namespaces and the bookkeeping of rooms.
// An adapter knows ids, rooms and packets that are already bytes; it knows no events, no handlers and no sessions.
// `LocalAdapter` keeps the rooms of one loop. `ClusterAdapter` holds one and speaks with other servers over a
// `ClusterBus`. An adapter of one's own best holds a `LocalAdapter` and adds what it has to add.

public import Wire

/// Keeps the rooms of one namespace and carries its broadcasts.
///
/// Bound to the loop of its server. `ServerOptions.adapter` makes one for each namespace. What it says of members and
/// rooms is about this server only; what is asked of all servers goes through `elsewhere`.
public protocol Adapter: AnyObject {
    /// Adds a member to a room, which begins to exist with its first member.
    func join(_ member: Member, _ room: String)

    /// Takes a member out of a room, which ends with its last member.
    func leave(_ member: Member, _ room: String)

    /// Takes a member out of every room.
    ///
    /// Called once, when its socket has disconnected.
    func leaveAll(_ member: Member)

    /// Gives the packet to each selected member once, on every server unless the selection is local.
    func broadcast(_ packet: EncodedPacket, to selection: Selection)

    /// The selected members on this server.
    ///
    /// Complexity: O(members of the rooms named).
    func members(_ selection: Selection) -> [Member]

    /// The names of the rooms on this server, without those that are ids of sockets.
    var roomNames: [String] { get }

    /// The way to the other servers; nil if there are none.
    var elsewhere: (any Elsewhere)? { get }

    /// Remembers the session of a socket that was cut off.
    func persist(_ session: RecoverableSession)

    /// Looks a session up, and forgets it: nobody gets it a second time. Calls `done` once, now or later.
    func restore(_ pid: String, offset: String?, _ done: @escaping (RecoveryOutcome) -> Void)

    /// Ends the adapter's own connections, if it has any.
    func close()
}

extension Adapter {
    /// Nobody.
    public var elsewhere: (any Elsewhere)? { nil }

    /// Remembers nothing.
    public func persist(_ session: RecoverableSession) {}

    /// Finds nothing.
    public func restore(_ pid: String, offset: String?, _ done: @escaping (RecoveryOutcome) -> Void) {
        done(.missed(.unknownSession))
    }

    /// Nothing to end.
    public func close() {}
}

/// What the other servers of a cluster can be asked to do with their sockets.
///
/// Nothing here is about this server's own sockets: its namespace does that share itself. Each `done` is called once,
/// whatever becomes of the others: those that did not answer in time are named.
public protocol Elsewhere: AnyObject {
    /// How many servers there are, this one included.
    func countServers(_ done: @escaping (Int) -> Void)

    /// Has the selected sockets join rooms.
    func join(_ selection: Selection, _ rooms: [String])

    /// Has the selected sockets leave rooms.
    func leave(_ selection: Selection, _ rooms: [String])

    /// Disconnects the selected sockets.
    func disconnect(_ selection: Selection, close: Bool)

    /// Describes the selected sockets.
    func fetch(_ selection: Selection, _ done: @escaping ([SocketDescription], _ missing: [String]) -> Void)

    /// Asks the selected sockets; `answered` gets what each answers.
    ///
    /// `done` gets the number of sockets that were asked, when all have answered or the time, in milliseconds, is over.
    func ask(
        _ packet: EncodedPacket,
        to selection: Selection,
        timeout: UInt64,
        answered: @escaping ([JSON]) -> Void,
        done: @escaping (_ asked: Int, _ missing: [String]) -> Void
    )

    /// Tells the other servers an event.
    func serverSideEmit(_ event: String, _ values: [JSON])

    /// Asks the other servers; `done` gets the answer of each that gave one.
    func serverSideEmit(_ event: String, _ values: [JSON], _ done: @escaping ([JSON], _ missing: [String]) -> Void)
}

/// A socket as another server describes it.
public struct SocketDescription: Sendable, Equatable {
    /// The id.
    public let id: String
    /// The handshake, under the names that JavaScript's servers use.
    public let handshake: JSON
    /// The rooms, the id among them.
    public let rooms: [String]
    /// What the program remembers of the client.
    public let data: JSON

    /// Puts a description together.
    public init(id: String, handshake: JSON, rooms: [String], data: JSON) {
        self.id = id
        self.handshake = handshake
        self.rooms = rooms
        self.data = data
    }
}

/// What happens to rooms; `Audience.onRoom` is told.
public enum RoomEvent: Sendable, Equatable {
    /// A room began to exist.
    case created(String)
    /// A room ended.
    case deleted(String)
    /// A member, by its id, joined a room.
    case joined(String, String)
    /// A member, by its id, left a room.
    case left(String, String)
}
