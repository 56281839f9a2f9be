import Testing

@testable import Wire

@Suite struct JSONWriterTests {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `numbers are printed as JavaScript prints them`() {
        let cases: [(Double, String)] = [
            (0, "0"), (-0.0, "0"), (1, "1"), (-1.5, "-1.5"), (0.1 + 0.2, "0.30000000000000004"),
            (123456789, "123456789"),
            (9_007_199_254_740_992, "9007199254740992"), (1e20, "100000000000000000000"), (1e21, "1e+21"),
            (1.5e21, "1.5e+21"), (1.2345678901234568e20, "123456789012345680000"), (1e-6, "0.000001"), (1e-7, "1e-7"),
            (1.25e-7, "1.25e-7"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (.infinity, "null"), (-.infinity, "null"), (.nan, "null"), (4.35, "4.35"),
            (1e15 + 0.5, "1000000000000000.5"),
        ]
        for (value, text) in cases { #expect(written { $0.double(value) } == text) }
        #expect(written { $0.float(0.1) } == "0.1")
        #expect(written { $0.float(.infinity) } == "null")
        #expect(written { $0.int(Int64.min) } == "-9223372036854775808")
        #expect(written { $0.int(UInt64.max) } == "18446744073709551615")
        #expect(written { $0.int(UInt8(0)) } == "0")
    }

    @Test func `only what must be escaped is`() {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
        #expect(
            written { $0.string(controls) }
                == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f"#
                + #"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f""#
        )
        #expect(written { $0.string("a\"b\\c/d\u{7F}é😀\u{2028}") } == "\"a\\\"b\\\\c/d\u{7F}é😀\u{2028}\"")
    }

    @Test(arguments: 0..<40) func `an escape is found at every place`(place: Int) throws {
        var text = Array(repeating: UInt8(ascii: "x"), count: 40)
        for byte: UInt8 in [0x00, 0x1F, 0x22, 0x5C] {
            text[place] = byte
            let string = String(decoding: text, as: UTF8.self)
            let json = written { $0.string(string) }
            #expect(try JSON(parsing: json) == .string(string))
            #expect(json.utf8.count == 42 + (byte < 0x20 ? 5 : 1))
        }
    }

    @Test func `bytes become numbers or placeholders`() {
        let value: JSON = ["a": .binary([1, 255]), "b": [.binary([])]]
        #expect(value.text == #"{"a":[1,255],"b":[[]]}"#)
        var writer = JSONWriter(appendingTo: [0x34], binary: .placeholders)
        writer.write(value)
        let text = #"4{"a":{"_placeholder":true,"num":0},"b":[{"_placeholder":true,"num":1}]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
        #expect(writer.attachments == [[1, 255], []])
        #expect(writer.placeholders == [6, 41])
    }

    @Test func `digits that are no number are null`() {
        for digits in ["", "x", "1x", "01", "-", "1 ", "NaN"] { #expect(JSON.number(digits).text == "null") }
        #expect(JSON.number("-1.5E+9").text == "-1.5E+9")
    }
}
