import Testing

@testable import chatd

@Suite struct LineLogTests {
    @Test(arguments: [
        ("plain", "plain"), ("127.0.0.1:80", "127.0.0.1:80"), ("two words", "\"two words\""), ("", "\"\""),
        ("a=b", "\"a=b\""), ("line\nfeed", "\"line\\nfeed\""), ("quo\"te", "\"quo\\\"te\""),
    ])
    func `a value that could be mistaken is quoted`(value: String, written: String) {
        #expect(quoted(value) == written)
    }
}
