import Testing
import Wire

@testable import EngineIO

@Suite struct HandshakeRequestTests {
    private let request = HandshakeRequest(
        target: "/engine.io/?EIO=4&name=a%20b+c&name=%C3%A9&empty=&flag&=x",
        headers: Fields([("Host", "a.example:8080"), ("X-Two", "1"), ("x-two", "2"), ("Empty", "")]),
        address: "::1",
        isSecure: true,
        issued: 1_700_000_000_000
    )

    @Test func `what the client sent is kept and found`() {
        #expect(request.url == "/engine.io/?EIO=4&name=a%20b+c&name=%C3%A9&empty=&flag&=x")
        #expect(request.path == "/engine.io/")
        #expect(request.address == "::1")
        #expect(request.isSecure)
        #expect(request.issued == 1_700_000_000_000)
        #expect(
            request.query.map { "\($0.0)=\($0.1)" } == ["EIO=4", "name=a b c", "name=é", "empty=", "flag=", "=x"]
        )
    }

    @Test func `fields are found whatever their case, in their order`() {
        #expect(request.header("host") == "a.example:8080")
        #expect(request.header("X-TWO") == "1")
        #expect(request.header("empty") == "")
        #expect(request.header("origin") == nil)
        #expect(!request.isCrossDomain)
        #expect(
            request.headers.map { "\($0.name): \($0.value)" } == [
                "Host: a.example:8080", "X-Two: 1", "x-two: 2", "Empty: ",
            ]
        )
    }

    @Test func `a request without anything is one, too`() {
        let bare = HandshakeRequest(
            target: "/",
            headers: Fields([("Origin", "null")]),
            address: "",
            isSecure: false,
            issued: 0
        )
        #expect(bare.path == "/")
        #expect(bare.query.isEmpty)
        #expect(bare.address == "")
        #expect(bare.isCrossDomain)
    }
}
