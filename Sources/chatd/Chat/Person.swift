// Person and Presence: who is in the room, in the order in which they came.

import SocketIO

/// Somebody who has joined.
struct Person: Equatable {
    /// The id of the person's socket.
    let id: String
    var name: String
    /// The number of this arrival; later arrivals have greater ones.
    let arrival: Int

    /// The person as `docs/chat-events.md` writes one.
    var json: JSON { ["id": .string(id), "name": .string(name)] }
}

/// Everybody who has joined, findable by id and listed by arrival.
struct Presence {
    private var arrivals: [String: Int] = [:]
    /// Sorted by arrival, because arrivals only ever grow; so a removal finds its place by bisection.
    private var people: [Person] = []
    private var nextArrival = 0

    var count: Int { people.count }

    /// The first of them, by arrival, as JSON.
    func list(atMost limit: Int) -> JSON {
        .array(people.prefix(limit).map(\.json))
    }

    /// The person with this id; O(log n).
    subscript(id: String) -> Person? {
        place(of: id).map { people[$0] }
    }

    /// Adds a person, or gives the one with this id another name; O(log n).
    mutating func admit(_ id: String, name: String) {
        if let place = place(of: id) {
            people[place].name = name
        } else {
            people.append(Person(id: id, name: name, arrival: nextArrival))
            arrivals[id] = nextArrival
            nextArrival += 1
        }
    }

    /// Removes and returns the person with this id; O(n), a move of memory.
    mutating func remove(_ id: String) -> Person? {
        guard let place = place(of: id) else { return nil }
        arrivals[id] = nil
        return people.remove(at: place)
    }

    private func place(of id: String) -> Int? {
        guard let arrival = arrivals[id] else { return nil }
        var low = 0
        var high = people.count
        while low < high {
            let middle = (low + high) / 2
            if people[middle].arrival < arrival { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
