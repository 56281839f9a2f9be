// LocalAdapter: the rooms of one namespace on one loop, and the walk that delivers a broadcast.
// The walk is the hottest loop of a chat: per member it costs one comparison and one virtual call, and no retain.

/// The rooms of one namespace, in memory.
public final class LocalAdapter: Adapter {
    private let audience: Audience
    private var rooms: [String: Room] = [:]

    /// The number of the walk in progress; members remember the last one that visited them.
    private var walk: UInt64 = 0

    /// An adapter that reaches this audience.
    public init(_ audience: Audience) {
        self.audience = audience
    }

    /// The names of the rooms that have members.
    public var roomNames: [String] { Array(rooms.keys) }

    /// The number of members in the room, without the one whose id it is.
    func count(in room: String) -> Int { rooms[room]?.count ?? 0 }

    /// Adds a member to a room; joining twice is joining once.
    public func join(_ member: Member, _ name: String) {
        guard !member.isIn(name) else { return }
        if name == member.id {
            member.hasLeftOwnRoom = false
            return
        }
        let room = rooms[name] ?? makeRoom(name)
        member.places.append(Place(room: room, position: room.append(member)))
        audience.onRoom?(.joined(name, member.id))
    }

    /// Takes a member out of a room; nothing happens when it is not there.
    public func leave(_ member: Member, _ name: String) {
        if name == member.id { member.hasLeftOwnRoom = true }
        guard let place = member.places.remove(name) else { return }
        vacate(place, member)
    }

    /// Takes a member out of every room.
    public func leaveAll(_ member: Member) {
        let places = member.places.removeAll()
        if !member.hasLeftOwnRoom, member.placeInEveryone >= 0 { tellOwnRoomLeft(member) }
        member.hasLeftOwnRoom = true
        for place in places { vacate(place, member) }
    }

    /// Gives the packet to each selected member once.
    public func broadcast(_ packet: EncodedPacket, to selection: Selection) {
        if packet.position > 0 { audience.log?.append(packet, to: selection) }
        forEach(selection) { $0.deliver(packet) }
    }

    /// Remembers a session in the namespace's own log.
    public func persist(_ session: RecoverableSession) {
        audience.log?.persist(session)
    }

    /// Looks a session up in the namespace's own log.
    public func restore(_ pid: String, offset: String?, _ done: @escaping (RecoveryOutcome) -> Void) {
        done(audience.log?.take(pid, offset: offset) ?? .missed(.unknownSession))
    }

    /// Forgets what the log holds.
    public func close() {
        audience.log?.close()
    }

    /// The selected members.
    public func members(_ selection: Selection) -> [Member] {
        var found: [Member] = []
        forEach(selection) { found.append($0) }
        return found
    }

    private func makeRoom(_ name: String) -> Room {
        let room = Room(name: name)
        rooms[name] = room
        audience.onRoom?(.created(name))
        return room
    }

    private func vacate(_ place: Place, _ member: Member) {
        let name = place.room.name
        place.room.remove(at: place.position)
        audience.onRoom?(.left(name, member.id))
        guard place.room.count == 0 else { return }
        rooms[name] = nil
        audience.onRoom?(.deleted(name))
    }

    private func tellOwnRoomLeft(_ member: Member) {
        guard let onRoom = audience.onRoom else { return }
        onRoom(.left(member.id, member.id))
        if rooms[member.id] == nil { onRoom(.deleted(member.id)) }
    }

    /// Calls `visit` with each selected member once.
    ///
    /// Everybody, and one room without exceptions, need no marks: nobody can come up twice.
    @inline(__always)
    private func forEach(_ selection: Selection, _ visit: (Member) -> Void) {
        if selection.except.isEmpty, selection.rooms.isEmpty {
            audience.everyone.forEach(visit)
        } else {
            forEachMarked(selection, visit)
        }
    }

    /// The general walk: the excluded are marked as visited first, then each room visits whom no one has.
    @inline(__always)
    private func forEachMarked(_ selection: Selection, _ visit: (Member) -> Void) {
        walk &+= 1
        let walk = walk
        for name in selection.except {
            rooms[name]?.forEach { $0.lastWalk = walk }
            owner(of: name)?.lastWalk = walk
        }
        func visitOnce(_ member: Member) {
            guard member.lastWalk != walk else { return }
            member.lastWalk = walk
            visit(member)
        }
        if selection.rooms.isEmpty { audience.everyone.forEach(visitOnce) }
        for name in selection.rooms {
            rooms[name]?.forEach(visitOnce)
            if let owner = owner(of: name) { visitOnce(owner) }
        }
    }

    /// The member whose own room this is.
    private func owner(of name: String) -> Member? {
        guard let member = audience.member(name), !member.hasLeftOwnRoom else { return nil }
        return member
    }
}

@available(*, unavailable)
extension LocalAdapter: Sendable {}
