import EngineIO
import Testing
import UVLoop
import Wire

@testable import SocketIO

/// A member that counts what it is given.
private final class Listener: Member {
    var deliveries = 0
    var onDelivery: (() -> Void)?
    /// How it was approached since the last delivery.
    var steps: [Approach] = []
    var stepsBefore: [Approach] = []

    override func approach(_ step: Approach) { steps.append(step) }

    override func deliver(_ packet: EncodedPacket) {
        deliveries += 1
        swap(&stepsBefore, &steps)
        steps = []
        onDelivery?()
    }
}

/// An adapter over a list of members.
private final class Crowd {
    let audience = Audience()
    let adapter: LocalAdapter
    let members: [Listener]

    init(_ ids: [String]) {
        adapter = LocalAdapter(audience)
        members = ids.map { Listener(id: $0) }
        for member in members { audience.insert(member) }
    }

    deinit {
        for member in members { leave(member) }
    }

    subscript(id: String) -> Listener {
        guard let member = members.first(where: { $0.id == id }) else { preconditionFailure("nobody is \(id)") }
        return member
    }

    func leave(_ member: Listener) {
        adapter.leaveAll(member)
        audience.remove(member)
    }

    /// The ids of those whom a broadcast reaches; each is expected to get it once.
    func reached(_ rooms: [String] = [], except: [String] = []) -> String {
        for member in members { member.deliveries = 0 }
        adapter.broadcast(EncodedPacket(EncodedPacket.writer()), to: Selection(rooms: rooms, except: except))
        #expect(members.allSatisfy { $0.deliveries < 2 })
        return members.filter { $0.deliveries > 0 }.map(\.id).joined()
    }
}

@Suite struct LocalAdapterTests {
    @Test func `who comes with an id that is in use takes the place of the other`() {
        let crowd = Crowd(["a", "a", "b"])
        #expect(crowd.audience.count == 2)
        #expect(crowd.reached() == "ab")
        #expect(crowd.members[0].deliveries == 0)
        crowd.leave(crowd.members[0])
        #expect(crowd.reached() == "ab")
        #expect(crowd.reached(["a"]) == "a")
        #expect(crowd.audience.member("a") === crowd.members[1])
    }

    @Test func `a long walk approaches each member before it comes to it, from afar and then nearer`() {
        let crowd = Crowd((0..<40).map { "\($0) " })
        #expect(crowd.reached().split(separator: " ").count == 40)
        // It goes from the last to the first; those at the ends have nobody before them, or are too few to bother.
        #expect(crowd.members[8...31].allSatisfy { $0.stepsBefore == [.far, .near] })
        #expect(crowd.members.allSatisfy { $0.steps.isEmpty })
        crowd.leave(crowd.members[20])
        #expect(crowd.reached().split(separator: " ").count == 39)
    }

    @Test func `a broadcast without rooms reaches everybody`() {
        #expect(Crowd(["a", "b", "c"]).reached() == "abc")
        #expect(Crowd([]).reached() == "")
    }

    @Test func `a union of rooms reaches each member once, and nobody who is excepted`() {
        let crowd = Crowd(["a", "b", "c", "d"])
        for id in ["a", "b", "c"] { crowd.adapter.join(crowd[id], "x") }
        for id in ["b", "c", "d"] { crowd.adapter.join(crowd[id], "y") }
        #expect(crowd.reached(["x"]) == "abc")
        #expect(crowd.reached(["x", "y"]) == "abcd")
        #expect(crowd.reached(["x", "x"]) == "abc")
        #expect(crowd.reached(["x"], except: ["y"]) == "a")
        #expect(crowd.reached(except: ["y"]) == "a")
        #expect(crowd.reached(["x", "y"], except: ["c", "nowhere"]) == "abd")
        #expect(crowd.reached(["nowhere"]) == "")
    }

    @Test func `an id is a room of its own, in a union like any other, until it is left`() {
        let crowd = Crowd(["a", "b"])
        crowd.adapter.join(crowd["a"], "x")
        #expect(crowd.reached(["a"]) == "a")
        #expect(crowd.reached(["a", "x"]) == "a")
        #expect(crowd.reached(except: ["a"]) == "b")
        crowd.adapter.join(crowd["b"], "a")
        #expect(crowd.reached(["a"]) == "ab")
        crowd.adapter.leave(crowd["a"], "a")
        #expect(crowd.reached(["a"]) == "b")
        crowd.adapter.join(crowd["a"], "a")
        #expect(crowd.reached(["a"]) == "ab")
    }

    @Test func `joining twice is joining once, and the last to leave ends the room`() {
        let crowd = Crowd(["a", "b"])
        crowd.adapter.join(crowd["a"], "x")
        crowd.adapter.join(crowd["a"], "x")
        crowd.adapter.join(crowd["b"], "x")
        #expect(crowd.adapter.count(in: "x") == 2)
        crowd.adapter.leave(crowd["a"], "x")
        crowd.adapter.leave(crowd["a"], "x")
        #expect(crowd.reached(["x"]) == "b")
        #expect(crowd.adapter.roomNames == ["x"])
        crowd.leave(crowd["b"])
        #expect(crowd.adapter.roomNames.isEmpty)
        #expect(crowd.reached() == "a")
    }

    @Test func `whoever comes and goes, rooms hold exactly those who are in them`() {
        let ids = (0..<40).map { String(UnicodeScalar(UInt8(0x41 + $0))) }
        let crowd = Crowd(ids)
        var expected: [String: Set<String>] = [:]
        var random = LinearGenerator(seed: 7)
        for _ in 0..<4_000 {
            let member = crowd.members[Int(random.next() % 40)]
            let room = "r\(random.next() % 5)"
            if random.next() % 2 == 0 {
                crowd.adapter.join(member, room)
                expected[room, default: []].insert(member.id)
            } else {
                crowd.adapter.leave(member, room)
                expected[room, default: []].remove(member.id)
            }
        }
        for (room, members) in expected {
            #expect(crowd.reached([room]) == members.sorted().joined())
        }
        #expect(crowd.reached(["r1", "r2"]) == (expected["r1"] ?? []).union(expected["r2"] ?? []).sorted().joined())
    }

    @Test func `a member that leaves while it is reached disturbs nobody`() {
        let crowd = Crowd(["a", "b", "c", "d"])
        for member in crowd.members { crowd.adapter.join(member, "x") }
        crowd["b"].onDelivery = { crowd.leave(crowd["b"]) }
        #expect(crowd.reached(["x"]) == "abcd")
        #expect(crowd.reached() == "acd")
        crowd["b"].onDelivery = nil
    }
}

/// Numbers that are the same in every run.
struct LinearGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
