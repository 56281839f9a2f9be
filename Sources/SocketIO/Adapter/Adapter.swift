// Adapter: the wall between the namespaces and the bookkeeping of rooms.
// An adapter knows ids, rooms and packets that are already bytes; it knows no events, no handlers and no sessions.
// `LocalAdapter` keeps the rooms of one loop; an adapter for several loops or machines holds a `LocalAdapter` and publishes.

/// Keeps the rooms of one namespace and carries its broadcasts.
///
/// Bound to the loop of its server. `members(_:)` and `count(in:)` see this loop only.
public protocol Adapter: AnyObject {
    /// Adds a member to a room, which begins to exist with its first member.
    func join(_ member: Member, _ room: String)

    /// Takes a member out of a room, which ends with its last member.
    func leave(_ member: Member, _ room: String)

    /// Takes a member out of every room.
    ///
    /// Called once, when its socket has disconnected.
    func leaveAll(_ member: Member)

    /// Gives the packet to each selected member once.
    func broadcast(_ packet: EncodedPacket, to selection: Selection)

    /// The selected members on this loop.
    ///
    /// Complexity: O(members of the rooms named).
    func members(_ selection: Selection) -> [Member]

    /// The names of the rooms on this loop, without those that are ids of sockets.
    var roomNames: [String] { get }

    /// Ends the adapter's own connections, if it has any.
    func close()
}

extension Adapter {
    /// Nothing to end.
    public func close() {}
}
