import Testing

@testable import Wire

@Suite struct WebURLTests {
    @Test func `a URL is read into its parts`() throws {
        let url = try WebURL("HTTPS://example.com:8443/a/b%20c?x=1&y=2?3#gone")
        #expect(url.scheme == .https)
        #expect(url.isSecure)
        #expect(url.host == "example.com")
        #expect(url.port == 8443)
        #expect(url.path == "/a/b%20c")
        #expect(url.query == "x=1&y=2?3")
        #expect(url.target == "/a/b%20c?x=1&y=2?3")
        #expect(url.authority == "example.com:8443")
    }

    @Test(arguments: [
        ("http://a", "a", 80, "/"), ("ws://a", "a", 80, "/"), ("https://a", "a", 443, "/"), ("wss://a", "a", 443, "/"),
        ("http://a?q", "a", 80, "/?q"), ("http://a#f", "a", 80, "/"), ("http://a/?", "a", 80, "/"),
        ("http://a:/x", "a", 80, "/x"), ("http://127.0.0.1:3000", "127.0.0.1:3000", 3000, "/"),
        ("http://[::1]:3000/x", "[::1]:3000", 3000, "/x"), ("http://[::1]", "[::1]", 80, "/"),
        ("http://my_host.a-b", "my_host.a-b", 80, "/"),
    ])
    func `what is not said has its default`(text: String, authority: String, port: Int, target: String) throws {
        let url = try WebURL(text)
        #expect(url.authority == authority)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(url.unixPath == nil)
    }

    @Test func `a unix socket is named in the place of the host`() throws {
        let url = try WebURL("ws+unix://%2Frun%2Fchat.sock/x?y")
        #expect(url.unixPath == "/run/chat.sock")
        #expect(url.target == "/x?y")
        #expect(url.authority == "localhost")
        #expect(throws: WebURLError.badHost) { try WebURL("ws+unix://chat.sock/") }
        #expect(throws: WebURLError.badHost) { try WebURL("ws+unix://%2Fa%00/") }
    }

    @Test(arguments: [
        ("", WebURLError.badScheme), ("localhost:3000", .badScheme), ("ftp://a", .badScheme), ("http:/a", .badScheme),
        ("http://", .badHost), ("http:///x", .badHost), ("http://:80", .badHost), ("http://[::1", .badHost),
        ("http://[]", .badHost), ("http://[localhost]", .badHost), ("http://[::1]x", .badHost),
        ("http://a b", .badCharacter),
        ("http://ä", .badCharacter), ("http://a\r\nX: y", .badCharacter), ("http://a,b", .badHost),
        ("http://a%20", .badHost),
        ("http://a:0", .badPort), ("http://a:65536", .badPort), ("http://a:x", .badPort), ("http://a:1:2", .badPort),
        ("http://me@a", .hasUser), ("http://me:secret@a", .hasUser),
    ])
    func `what is no URL is refused`(text: String, error: WebURLError) {
        #expect(throws: error) { try WebURL(text) }
    }
}
