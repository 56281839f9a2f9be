import Testing

@testable import chatd

@Suite struct ChatLimitsTests {
    @Test(arguments: [
        ("ann", "ann"), ("  ann \t", "ann"), ("", nil), ("   ", nil), ("a\nb", nil), ("a\u{7}b", nil),
        (String(repeating: "x", count: 32), String(repeating: "x", count: 32)),
        (String(repeating: "x", count: 33), nil), ("Ωμέγα", "Ωμέγα"),
    ])
    func `a name has 1 to 32 characters and no control character`(raw: String, kept: String?) {
        #expect(keptName(raw) == kept)
    }

    @Test(arguments: [
        ("hello", "hello"), ("\n hello \n", "hello"), ("a\n\tb", "a\n\tb"), ("a\u{0}b", nil), ("\n", nil),
        (String(repeating: "é", count: 2_000), String(repeating: "é", count: 2_000)),
        (String(repeating: "é", count: 2_001), nil),
    ])
    func `a text has 1 to 2000 characters and no control character but line feed and tab`(raw: String, kept: String?) {
        #expect(keptText(raw) == kept)
    }

    @Test func `a key is short and ASCII`() {
        #expect(isKey("a") && isKey(String(repeating: "k", count: 64)))
        #expect(!isKey("") && !isKey(String(repeating: "k", count: 65)) && !isKey("ü"))
    }
}
