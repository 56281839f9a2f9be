// Member: what an adapter knows of a socket, namely its id, its rooms, and how to give it a packet.
// It is a class and not a protocol because a broadcast walks thousands of members: through `Unmanaged<Member>` a call
// costs a virtual dispatch, through an existential it would cost a retain and a release as well.

internal import UVLoop

/// One socket as the rooms see it.
///
/// Bound to the loop of its server. Every connected socket is one; the tests of adapters make their own.
public class Member {
    /// The public id, which is also the name of a room that only this member is in.
    public let id: String

    /// Where this member stands in each room that it has joined.
    ///
    /// The room of its own id is not among them: it is implied, and costs nothing.
    var places = KeyedList<Place>()

    /// The position in the audience's room of everybody; negative while it is not there.
    var placeInEveryone: Int {
        get { Int(seat) }
        set { seat = Int32(truncatingIfNeeded: newValue) }
    }

    /// The walk that visited this member last, so that a union of rooms visits nobody twice.
    @exclusivity(unchecked) var lastWalk: UInt64 = 0

    // There are fewer sockets than 32 bits count, and what is small stands together, a socket's own flags behind it.
    @exclusivity(unchecked) private var seat: Int32 = -1

    /// True once the member has left the room of its own id.
    @exclusivity(unchecked) var hasLeftOwnRoom = false

    /// A member with this id that is in no room yet.
    init(id: String) {
        self.id = id
    }

    deinit {
        assert(places.isEmpty && placeInEveryone < 0, "a member must leave its rooms before it goes")
    }

    /// Takes one packet of a broadcast.
    ///
    /// Must not call into user code: a walk over a room is in progress.
    public func deliver(_ packet: EncodedPacket) {}

    /// Has the processor fetch what `deliver` will need, in two steps before it.
    func approach(_ step: Approach) {}

    /// True while the member is in the room of that name.
    ///
    /// Complexity: O(1).
    func isIn(_ room: String) -> Bool {
        places.find(room) != nil || (room == id && !hasLeftOwnRoom)
    }

    /// A room tells that this member now stands at another position.
    func moved(in room: Room, to position: Int) {
        if room.isEveryone {
            placeInEveryone = position
        } else if let place = places.find(room.name, where: { $0.room === room }) {
            places[place].position = position
        }
    }
}

@available(*, unavailable)
extension Member: Sendable {}

/// One room of a member, and the member's position in it.
struct Place: Keyed {
    let room: Room
    var position: Int

    var key: String { room.name }
}
