// Audience: everybody whom an adapter can reach. A namespace is one; a test gives the adapter a list.

/// Everybody an adapter can reach, by id and as one list.
///
/// A final class and not a protocol: the namespace owns one, and so does the test of an adapter.
public final class Audience {
    /// The members, owned here.
    private var members: [String: Member] = [:]

    /// The same members as a room, for broadcasts that address no room.
    let everyone = Room(name: "", isEveryone: true)

    /// An audience of nobody.
    init() {}

    deinit {
        for member in members.values { member.placeInEveryone = -1 }
    }

    /// The number of members.
    public var count: Int { everyone.count }

    /// The member with this id.
    public func member(_ id: String) -> Member? {
        members[id]
    }

    /// Lets a member in; broadcasts reach it from now on.
    func insert(_ member: Member) {
        guard members.updateValue(member, forKey: member.id) == nil else { return }
        member.placeInEveryone = everyone.append(member)
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
