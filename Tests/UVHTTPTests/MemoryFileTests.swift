import Testing

@testable import UVHTTP

@Suite struct MemoryFileTests {
    @Test func `the type follows from the name`() {
        #expect(MemoryFile("index.html", []).contentType == "text/html; charset=utf-8")
        #expect(MemoryFile("chat.js", []).contentType == "text/javascript; charset=utf-8")
    }

    @Test func `the tag is quoted and follows the contents`() {
        let one = MemoryFile("a.txt", [1])
        #expect(one.etag.hasPrefix("\"") && one.etag.hasSuffix("\"") && one.etag.count == 29)
        #expect(one.etag == MemoryFile("b.txt", [1]).etag)
        #expect(one.etag != MemoryFile("a.txt", [2]).etag)
    }
}
