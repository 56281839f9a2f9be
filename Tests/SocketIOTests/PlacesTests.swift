import Testing

@testable import SocketIO

@Suite struct PlacesTests {
    private func filled(_ count: Int) -> (Places, [Room]) {
        var places = Places()
        let rooms = (0..<count).map { Room(name: "room\($0)") }
        for (position, room) in rooms.enumerated() { places.append(Place(room: room, position: position)) }
        return (places, rooms)
    }

    @Test func `few keep the order in which they came`() {
        var (places, _) = filled(4)
        #expect(places.remove("room1")?.position == 1)
        #expect(places.names == ["room0", "room2", "room3"])
        #expect(places.remove("room1") == nil)
        #expect(!places.contains("room1"))
    }

    @Test(arguments: [1, 2, Places.few / 2, Places.few, Places.few + 1, 5 * Places.few])
    func `each is found, moved and taken out, from either end`(count: Int) {
        for fromTheEnd in [false, true] {
            var (places, rooms) = filled(count)
            for (number, room) in rooms.enumerated() { places.move(in: room, to: 1_000 + number) }
            for number in fromTheEnd ? Array((0..<count).reversed()) : Array(0..<count) {
                #expect(places.contains("room\(number)"))
                let place = places.remove("room\(number)")
                #expect(place?.room === rooms[number])
                #expect(place?.position == 1_000 + number)
                #expect(!places.contains("room\(number)"))
            }
            #expect(places.isEmpty)
        }
    }

    @Test func `a room that is not among them is not moved and not taken out`() {
        var (places, _) = filled(2 * Places.few)
        places.move(in: Room(name: "another"), to: 7)
        #expect(places.remove("another") == nil)
        #expect(places.count == 2 * Places.few)
    }

    @Test func `all are taken out at once`() {
        var (places, _) = filled(2 * Places.few)
        #expect(Set(places.removeAll().map(\.position)) == Set(0..<2 * Places.few))
        #expect(places.isEmpty)
        #expect(!places.contains("room1"))
    }
}
