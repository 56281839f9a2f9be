import EngineIO
import TestSupport
import Testing
import Wire

@testable import SocketIO

/// A member that counts what it is given.
private final class Counter: Member {
    var deliveries = 0

    override func deliver(_ packet: EncodedPacket) { deliveries += 1 }
}

/// Rooms as plain sets: who is there, and who is in which room.
///
/// The room of one's own id is a room like any other.
private struct RoomsModel {
    var present: Set<String> = []
    var rooms: [String: Set<String>] = [:]

    mutating func join(_ id: String, _ room: String) { rooms[room, default: []].insert(id) }

    mutating func leave(_ id: String, _ room: String) {
        rooms[room]?.remove(id)
        if rooms[room]?.isEmpty == true { rooms[room] = nil }
    }

    mutating func leaveAll(_ id: String) {
        for room in rooms.keys { leave(id, room) }
    }

    func selected(_ selection: Selection) -> Set<String> {
        let wanted =
            selection.rooms.isEmpty
            ? present : selection.rooms.reduce(into: Set()) { $0.formUnion(rooms[$1] ?? []) }
        return selection.except.reduce(wanted) { $0.subtracting(rooms[$1] ?? []) }
    }
}

/// The adapter and the model side by side, and one random operation after the other on both.
private final class RoomsDuel {
    private let audience = Audience()
    private let adapter: LocalAdapter
    private var members: [String: Counter] = [:]
    private var model = RoomsModel()
    private var random: SplitMix
    private(set) var history: [String] = []
    private let packet = EncodedPacket(EncodedPacket.writer())
    private let ids = (0..<24).map { "id\($0)" }
    private let names: [String]

    init(seed: UInt64, rooms: Int) {
        random = SplitMix(seed: seed)
        adapter = LocalAdapter(audience)
        // Ids are names of rooms too, also of rooms that others join, and of members that are not there.
        names = (0..<rooms).map { "room\($0)" } + ids.prefix(6)
    }

    deinit {
        for id in Array(members.keys) { goAway(id) }
    }

    /// One operation; what is wrong after it, or nil.
    func step() -> String? {
        let id = ids.randomElement(using: &random) ?? ""
        let room = names.randomElement(using: &random) ?? ""
        guard let member = members[id] else {
            arrive(id)
            return nil
        }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<40:
            note("\(id) joins \(room)")
            adapter.join(member, room)
            model.join(id, room)
        case 40..<65:
            note("\(id) leaves \(room)")
            adapter.leave(member, room)
            model.leave(id, room)
        case 65..<69: goAway(id)
        case 69..<75: return compareMember(id, member)
        case 75..<78: return compareNames()
        default: return compareBroadcast()
        }
        return nil
    }

    private func note(_ operation: String) {
        history.append(operation)
        if history.count > 100 { history.removeFirst(50) }
    }

    private func arrive(_ id: String) {
        note("\(id) arrives")
        let member = Counter(id: id)
        members[id] = member
        audience.insert(member)
        model.present.insert(id)
        model.join(id, id)
    }

    private func goAway(_ id: String) {
        guard let member = members.removeValue(forKey: id) else { return }
        note("\(id) goes")
        adapter.leaveAll(member)
        audience.remove(member)
        model.leaveAll(id)
        model.present.remove(id)
    }

    private func compareMember(_ id: String, _ member: Member) -> String? {
        let found = names.filter { member.isIn($0) }
        let wanted = names.filter { model.rooms[$0]?.contains(id) == true }
        return found == wanted ? nil : "\(id) is in \(found) instead of \(wanted)"
    }

    private func compareNames() -> String? {
        let found = Set(adapter.roomNames).subtracting(ids)
        let wanted = Set(model.rooms.keys).subtracting(ids)
        guard found == wanted else { return "the rooms are \(found) instead of \(wanted)" }
        guard audience.count == model.present.count else { return "\(audience.count) of \(model.present.count)" }
        let off = wanted.first { adapter.count(in: $0) != model.rooms[$0]?.count }
        return off.map { "\($0) has \(adapter.count(in: $0)) members" }
    }

    private func compareBroadcast() -> String? {
        let selection = Selection(rooms: someNames(), except: someNames())
        let wanted = model.selected(selection)
        let listed = adapter.members(selection).map(\.id)
        guard Set(listed) == wanted, listed.count == wanted.count else {
            return "\(selection) lists \(listed) instead of \(wanted)"
        }
        for member in members.values { member.deliveries = 0 }
        adapter.broadcast(packet, to: selection)
        let wrong = members.values.first { $0.deliveries != (wanted.contains($0.id) ? 1 : 0) }
        return wrong.map { "\(selection) reaches \($0.id) \($0.deliveries) times" }
    }

    private func someNames() -> [String] {
        (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in names.randomElement(using: &random) }
    }
}

@Suite struct RoomsModelTests {
    @Test(arguments: 1...UInt64(8)) func `whoever comes, joins, leaves and goes, broadcasts reach whom plain sets say`(
        seed: UInt64
    ) {
        fight(seed: seed, rooms: 8)
    }

    @Test(arguments: 11...UInt64(14)) func `members of more rooms than are looked through are no others`(seed: UInt64) {
        fight(seed: seed, rooms: 3 * KeyedList<Place>.few)
    }

    private func fight(seed: UInt64, rooms: Int) {
        let duel = RoomsDuel(seed: seed, rooms: rooms)
        for step in 0..<15_000 {
            if let fault = duel.step() {
                Issue.record("seed \(seed), step \(step): \(fault)\n\(duel.history.joined(separator: "\n"))")
                return
            }
        }
    }
}
