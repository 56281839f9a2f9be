import Testing

@testable import UVLoop

@Suite struct SocketAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", 80, "127.0.0.1", "127.0.0.1:80"),
            ("255.255.255.255", 65_535, "255.255.255.255", "255.255.255.255:65535"),
            ("::1", 443, "::1", "[::1]:443"),
            ("2001:DB8:0:0::1", 0, "2001:db8::1", "[2001:db8::1]:0"),
            ("::ffff:192.0.2.1", 8080, "192.0.2.1", "192.0.2.1:8080"),
            ("fe80::1:2:3:4", 1, "fe80::1:2:3:4", "[fe80::1:2:3:4]:1"),
        ]
    )
    func `reads and shows addresses in digits`(text: String, port: Int, host: String, description: String) throws {
        let address = try SocketAddress(host: text, port: port)
        #expect(address.host == host && address.port == port && !address.isUnix)
        #expect(address.description == description)
        #expect(try SocketAddress(host: text, port: port) == address)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.256", "::g", "1.2.3.4 ", "[::1]"])
    func `refuses what is not an address`(text: String) {
        #expect(throws: UVError.invalidArgument) { try SocketAddress(host: text, port: 1) }
    }

    @Test(arguments: ["10.1.2.3", "2001:db8::42", "fe80::9"]) func `survives the system's structs`(text: String) throws
    {
        let address = try SocketAddress(host: text, port: 4_242)
        let copy = address.withSystemAddress { SocketAddress($0, length: 28) }
        #expect(copy == address)
        #expect(address.with(port: 7).port == 7 && address.with(port: 7).host == address.host)
    }

    @Test func `a truncated struct of the system is no address`() throws {
        for text in ["10.1.2.3", "::1"] {
            let address = try SocketAddress(host: text, port: 1)
            #expect(address.withSystemAddress { SocketAddress($0, length: 8) } == .some(nil))
        }
    }

    @Test func `a unix path is its own host`() {
        let address = SocketAddress(unix: "/run/chat.sock")
        #expect(address.host == "/run/chat.sock" && address.port == 0 && address.isUnix)
        #expect(address.description == "unix:/run/chat.sock")
        #expect(address.with(port: 5) == address)
    }
}
