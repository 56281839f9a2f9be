import Testing

@testable import EngineIO

@Suite struct JSONPTests {
    private static func script(_ index: String, _ payload: String) -> String {
        String(decoding: JSONP(index).script(Array(payload.utf8)), as: UTF8.self)
    }

    @Test func `the page chooses digits only`() {
        #expect(Self.script("0", "2") == "___eio[0](\"2\");")
        #expect(Self.script("1);alert(2", "2") == "___eio[12](\"2\");")
        #expect(Self.script("", "2") == "___eio[](\"2\");")
        #expect(Self.script("٣", "2") == "___eio[](\"2\");")
    }

    @Test func `the payload is a string of JavaScript`() {
        #expect(Self.script("0", "4\"\\\n\r\t\u{8}\u{C}\u{1E}\u{0}") == #"___eio[0]("4\"\\\n\r\t\b\f\u001e\u0000");"#)
        #expect(
            Self.script("0", "a\u{2028}\u{2029}\u{202A}é😀</script>")
                == "___eio[0](\"a\\u2028\\u2029\u{202A}é😀</script>\");"
        )
    }

    @Test(arguments: [
        ("d=4hello", "4hello"), ("d=4a%20b+c", "4a b c"), ("x=1&d=4%26", "4&"), ("d=4a%5Cnb", "4a\nb"),
        ("d=4a%5C%5Cnb", "4a\\nb"), ("d=4%5C%5C%5Cn", "4\\\\n"), ("d=4%5Cx%5C", "4\\x\\"), ("d=", ""), ("x=1", nil),
        ("", nil),
        ("d", nil), ("D=4", nil), (String(repeating: "a&", count: 2_000) + "d=4", nil),
    ]) func `a form has the payload in d, with its line ends marked`(form: String, payload: String?) {
        #expect(JSONP.payload(form: Array(form.utf8)).map { String(decoding: $0, as: UTF8.self) } == payload)
    }
}
