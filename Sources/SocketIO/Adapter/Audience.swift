// Audience: everybody whom an adapter can reach. A namespace is one; a test gives the adapter a list.

public import UVLoop

/// Everybody an adapter can reach, by id and as one list.
///
/// A final class and not a protocol: the namespace owns one, and so does the test of an adapter.
public final class Audience {
    /// The name of the namespace.
    public let namespace: String

    /// The loop of the server; nil in tests that have none.
    public let loop: EventLoop?

    /// Called with what happens to rooms on this server; must not change any.
    public var onRoom: ((RoomEvent) -> Void)?

    /// What the namespace remembers for clients that were cut off; nil unless that is wanted.
    var log: RecoveryLog?

    /// What the namespace does for the other servers of a cluster.
    ///
    /// Weak: the namespace owns this.
    public internal(set) weak var servant: (any ClusterServant)?

    /// The members, owned here.
    private var members: [String: Member] = [:]

    /// The same members as a room, for broadcasts that address no room.
    let everyone = Room(name: "", isEveryone: true)

    /// An audience of nobody.
    init(namespace: String = "/", on loop: EventLoop? = nil) {
        self.namespace = namespace
        self.loop = loop
    }

    deinit {
        for member in members.values { member.placeInEveryone = -1 }
    }

    /// The number of members.
    public var count: Int { everyone.count }

    /// The member with this id.
    public func member(_ id: String) -> Member? {
        members[id]
    }

    /// Lets a member in; broadcasts reach it from now on, and no longer whoever had its id before.
    ///
    /// Programs that choose the ids of sessions choose those of Socket.IO 2's sockets, and may use one again too soon.
    func insert(_ member: Member) {
        if let previous = members[member.id] { remove(previous) }
        members[member.id] = member
        member.placeInEveryone = everyone.append(member)
        guard let onRoom else { return }
        onRoom(.created(member.id))
        onRoom(.joined(member.id, member.id))
    }

    /// Lets a member go; it must have left its rooms.
    func remove(_ member: Member) {
        guard members[member.id] === member else { return }
        everyone.remove(at: member.placeInEveryone)
        member.placeInEveryone = -1
        members[member.id] = nil
    }
}

@available(*, unavailable)
extension Audience: Sendable {}
