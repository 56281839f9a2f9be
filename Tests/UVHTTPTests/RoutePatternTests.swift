import Testing

@testable import UVHTTP

@Suite struct RoutePatternTests {
    private func match(_ pattern: String, _ path: String, isPrefix: Bool = false) -> [String: String]? {
        RoutePattern(pattern).match(RoutePath(path), from: 0, isPrefix: isPrefix)?.parameters
    }

    @Test(arguments: [
        ("/", "/", true), ("/a", "/a", true), ("/a", "/A/", true), ("/a/", "/a", true), ("/a", "/a//", false),
        ("/a", "/ab", false), ("/a", "/", false), ("/a/b", "/a", false), ("/a", "/a/b", false), ("/a", "//a", false),
        ("/a b", "/a%20b", true), ("/%", "/%", true), ("*", "/", true), ("*", "/a/b", true), ("/ä", "/%C3%A4", true),
    ])
    func `a literal matches a whole piece, whatever its case`(pattern: String, path: String, matches: Bool) {
        #expect((match(pattern, path) != nil) == matches)
    }

    @Test func `parameters take a whole piece or a part of one`() {
        #expect(match("/u/:id", "/u/7") == ["id": "7"])
        #expect(match("/u/:id", "/u/") == nil)
        #expect(match("/:a/:b_2/x", "/1/2/x") == ["a": "1", "b_2": "2"])
        #expect(match("/f/:name.json", "/f/a.b.JSON") == ["name": "a.b"])
        #expect(match("/f/:name.json", "/f/.json") == nil)
        #expect(match("/:from-:to", "/a-b-c") == ["from": "a", "to": "b-c"])
        #expect(match("/v:major", "/v12") == ["major": "12"])
        #expect(match("/v:major", "/w12") == nil)
        #expect(match("/:a:b", "/xyz") == ["a": "x", "b": "yz"])
        #expect(match("/:a:b", "/x") == nil)
        #expect(match("/x:a-", "/x-") == nil)
        #expect(match("/:a-x-", "/1-y-x-") == ["a": "1-y"])
    }

    @Test func `a wildcard takes what is left, at least a piece`() {
        #expect(match("/files/*rest", "/files/a/b%20c") == ["rest": "a/b c"])
        #expect(match("/files/*rest", "/files") == nil)
        #expect(match("/files/*", "/files/a") == ["*": "a"])
        #expect(match("*", "/a/b") == ["*": "a/b"])
    }

    @Test func `a prefix ends at a slash`() {
        #expect(match("/a", "/a/b/c", isPrefix: true) == [:])
        #expect(match("/a", "/ab", isPrefix: true) == nil)
        #expect(match("/", "/ab", isPrefix: true) == [:])
        #expect(RoutePath("/a/b/").rest(from: 1) == "/b/")
        #expect(RoutePath("/a").rest(from: 1) == "")
        #expect(RoutePath("/").rest(from: 0) == "/")
    }

    @Test func `an encoded slash is no border`() {
        #expect(match("/:x", "/a%2Fb") == ["x": "a/b"])
        #expect(match("/a/b", "/a%2Fb") == nil)
    }
}
