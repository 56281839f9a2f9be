import SocketIO
import TestSupport
import Testing

@testable import chatd

@Suite struct PersonTests {
    @Test func `people are listed in the order in which they came`() {
        var presence = Presence()
        for name in ["ann", "bob", "cid", "dot"] { presence.admit("id-\(name)", name: name) }
        #expect(presence.remove("id-bob")?.name == "bob")
        presence.admit("id-bob", name: "bob")
        #expect(presence.list(atMost: 10).array?.compactMap { $0["name"]?.string } == ["ann", "cid", "dot", "bob"])
        #expect(presence.list(atMost: 2).array?.count == 2)
        #expect(presence.count == 4)
    }

    @Test func `another name keeps the place`() {
        var presence = Presence()
        presence.admit("1", name: "ann")
        presence.admit("2", name: "bob")
        presence.admit("1", name: "anna")
        #expect(presence.list(atMost: 10) == [["id": "1", "name": "anna"], ["id": "2", "name": "bob"]])
    }

    @Test func `whoever is gone is found no more`() {
        var presence = Presence()
        presence.admit("1", name: "ann")
        #expect(presence.remove("2") == nil)
        #expect(presence.remove("1")?.name == "ann")
        #expect(presence["1"] == nil)
        #expect(presence.count == 0)
    }

    @Test func `arrivals and departures in any order agree with a plain list`() {
        var random = SplitMix(seed: 7)
        var presence = Presence()
        var plain: [String] = []
        for step in 0..<5_000 {
            let id = String(Int.random(in: 0..<60, using: &random))
            if Bool.random(using: &random) {
                presence.admit(id, name: id)
                if !plain.contains(id) { plain.append(id) }
            } else {
                #expect((presence.remove(id) != nil) == plain.contains(id), "step \(step), seed 7")
                plain.removeAll { $0 == id }
            }
        }
        #expect(presence.list(atMost: 100).array?.compactMap { $0["id"]?.string } == plain)
    }
}
