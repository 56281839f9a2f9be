import Testing
import UVLoop

@testable import chatd

@Suite struct StartErrorTests {
    @Test func `a port in use is named with its address`() {
        let error = StartError.cannotListen(host: "localhost", port: 8080, .addressInUse)
        #expect("\(error)" == "cannot listen on localhost, port 8080: EADDRINUSE: address already in use")
    }

    @Test func `a host name that is no address says what is taken`() {
        let error = StartError.cannotListen(host: "example.org", port: 1, .invalidArgument)
        #expect("\(error)" == "cannot listen on \"example.org\": --host takes an address in digits, or localhost.")
    }

    @Test(arguments: ["/no/such/folder", "/etc/passwd"])
    func `what is no folder cannot be served as one`(path: String) {
        #expect(throws: StartError.self) { try checkFolder(path) }
    }

    @Test func `a folder is served`() throws {
        try checkFolder("/")
    }
}
