import Testing

@testable import SocketIO

@Suite struct KeyedListTests {
    private struct Item: Keyed {
        let key: String
        var number: Int
    }

    private typealias Items = KeyedList<Item>

    private func filled(_ count: Int) -> Items {
        var items = Items()
        for number in 0..<count { items.append(Item(key: "k\(number)", number: number)) }
        return items
    }

    @Test func `few keep the order in which they came`() {
        var items = filled(4)
        #expect(items.remove("k1")?.number == 1)
        #expect(items.elements.map(\.key) == ["k0", "k2", "k3"])
        #expect(items.remove("k1") == nil)
        #expect(items.find("k1") == nil)
    }

    @Test(arguments: [1, 2, Items.few / 2, Items.few, Items.few + 1, 5 * Items.few])
    func `each is found, changed and taken out, from either end`(count: Int) throws {
        for fromTheEnd in [false, true] {
            var items = filled(count)
            for number in 0..<count {
                let place = try #require(items.find("k\(number)"))
                items[place].number += 1_000
            }
            for number in fromTheEnd ? Array((0..<count).reversed()) : Array(0..<count) {
                #expect(items.remove("k\(number)")?.number == 1_000 + number)
                #expect(items.find("k\(number)") == nil)
                #expect(items.elements.allSatisfy { item in items.find(item.key).map { items[$0].key } == item.key })
            }
            #expect(items.isEmpty)
        }
    }

    @Test func `it grows over the bound again and again`() {
        var items = filled(Items.few)
        for _ in 0..<3 {
            for number in 0..<Items.few { items.append(Item(key: "more\(number)", number: number)) }
            for number in 0..<Items.few { #expect(items.remove("more\(number)")?.number == number) }
        }
        #expect(Set(items.elements.map(\.number)) == Set(0..<Items.few))
    }

    @Test func `one that is not among many is not found`() {
        var items = filled(2 * Items.few)
        #expect(items.find("another") == nil)
        #expect(items.remove("another") == nil)
        #expect(items.count == 2 * Items.few)
    }

    @Test func `all are taken out at once`() {
        var items = filled(2 * Items.few)
        #expect(Set(items.removeAll().map(\.number)) == Set(0..<2 * Items.few))
        #expect(items.isEmpty)
        #expect(items.find("k1") == nil)
    }
}
