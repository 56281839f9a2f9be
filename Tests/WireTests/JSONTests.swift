import Testing

@testable import Wire

@Suite struct JSONTests {
    @Test func `text becomes values and values become text`() throws {
        let text = #"{"a":[1,-2.5,true,false,null],"b":{"c":"d\n\u00e9\ud83d\ude00"},"a":[],"n":12345678901234567890}"#
        let value = try JSON(parsing: text)
        #expect(value["a"] == [])
        #expect(value["b"]?["c"] == "d\né😀")
        #expect(value["n"] == .number("12345678901234567890"))
        #expect(value.object?.keys == ["a", "b", "n"])
        #expect(value.text == #"{"a":[],"b":{"c":"d\né😀"},"n":12345678901234567890}"#)
    }

    @Test func `numbers keep the kind that holds them`() throws {
        #expect(try JSON(parsing: "9223372036854775807") == .int(.max))
        #expect(try JSON(parsing: "-9223372036854775808") == .int(.min))
        #expect(try JSON(parsing: "9223372036854775808") == .number("9223372036854775808"))
        #expect(try JSON(parsing: "1e999") == .number("1e999"))
        #expect(try JSON(parsing: "1e-999") == .number("1e-999"))
        #expect(try JSON(parsing: "0.1") == .double(0.1))
        #expect(try JSON(parsing: "1e19") == .double(1e19))
        #expect(try JSON(parsing: "-0").text == "0")
        #expect(try JSON(parsing: "3.141592653589793238") == .number("3.141592653589793238"))
    }
}
