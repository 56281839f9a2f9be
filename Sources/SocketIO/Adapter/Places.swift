// Places: the rooms of one member, and where it stands in each. Most members are in a few rooms, which are looked through;
// whoever is in many gets an index, so that joining and leaving cost the same with ten thousand rooms as with ten.

/// One room of a member, and the member's position in it.
struct Place {
    let room: Room
    var position: Int
}

/// The places of one member.
struct Places {
    /// In the order in which the rooms were joined as long as there are few, in no order with an index.
    private var list: ContiguousArray<Place> = []

    /// Where in the list a room stands, by its name; nil while there are few.
    private var index: [String: Int]?

    /// With more rooms than this an index is cheaper than looking through them, measured at 10 and 30.
    static let few = 16

    var count: Int { list.count }

    var isEmpty: Bool { list.isEmpty }

    /// The names of the rooms.
    var names: [String] { list.map(\.room.name) }

    /// Whether the room of this name is among them.
    func contains(_ name: String) -> Bool { find(name) != nil }

    /// Adds a room that is not among them.
    mutating func append(_ place: Place) {
        list.append(place)
        if index != nil {
            index?[place.room.name] = list.count - 1
        } else if list.count > Self.few {
            index = Dictionary(uniqueKeysWithValues: list.enumerated().map { ($1.room.name, $0) })
        }
    }

    /// Takes the room of this name out; nil if it is not among them.
    mutating func remove(_ name: String) -> Place? {
        guard let found = find(name) else { return nil }
        guard index != nil else { return list.remove(at: found) }
        index?[name] = nil
        let last = list.removeLast()
        if list.count <= Self.few / 2 { index = nil }
        guard found < list.count else { return last }
        let place = list[found]
        list[found] = last
        if index != nil { index?[last.room.name] = found }
        return place
    }

    /// Takes all of them out.
    mutating func removeAll() -> some Sequence<Place> {
        let all = list
        self = Places()
        return all
    }

    /// Notes that the member now stands at another position in this room.
    mutating func move(in room: Room, to position: Int) {
        let found = index == nil ? list.firstIndex { $0.room === room } : index?[room.name]
        if let found { list[found].position = position }
    }

    private func find(_ name: String) -> Int? {
        guard let index else { return list.firstIndex { $0.room.name == name } }
        return index[name]
    }
}
