import Testing

@testable import SocketIO

@Suite struct ClientAddressTests {
    @Test(arguments: [
        ("http://localhost:3000", "http://localhost:3000", "/"),
        ("http://localhost:3000/", "http://localhost:3000", "/"),
        ("https://example.com/admin?token=a#top", "https://example.com?token=a", "/admin"),
        ("http://[::1]:80?a=/b", "http://[::1]:80?a=/b", "/"),
        ("localhost/x", "localhost", "/x"),
    ])
    func `the path of a URL is the namespace`(url: String, server: String, namespace: String) {
        let address = ClientAddress(url)
        #expect(address.server == server && address.namespace == namespace)
    }
}
