import Testing

@testable import Wire

@Suite struct JSONObjectTests {
    @Test func `a name that is set again keeps its place`() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.keys == ["a", "b"])
        #expect(object["a"] == 3)
        object["b"] = .some(nil)
        #expect(object["b"] == .null)
        object["a"] = JSON?.none
        #expect(object.keys == ["b"])
        #expect(object["a"] == nil)
    }

    @Test(arguments: [1, 16, 17, 18, 500]) func `small and large objects find, replace and remove alike`(count: Int) {
        var object = JSONObject((0..<count).map { ("k\($0)", JSON.int(Int64($0))) })
        #expect(object.count == count)
        #expect((0..<count).allSatisfy { object["k\($0)"] == .int(Int64($0)) })
        #expect(object["k\(count)"] == nil)
        object["k0"] = "changed"
        object["new"] = true
        #expect(object[0].value == "changed" && object[count].key == "new")
        for index in 0..<count { object["k\(index)"] = JSON?.none }
        #expect(object.map(\.key) == ["new"])
        #expect(object["new"] == true)
    }

    @Test func `order does not count in comparisons`() {
        let one: JSONObject = ["a": 1, "b": [2]]
        #expect(one == ["b": [2], "a": 1])
        #expect(one != ["a": 1])
        #expect(one != ["a": 1, "c": [2]])
    }
}
