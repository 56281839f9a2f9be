import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct WebSocketConnectionTests {
    @Test func `an echo goes through a socket`() throws {
        var received: [UInt8] = []
        try withServer { server, port in
            server.mountEcho()
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.forget()
                client.send(masked("hello"))
            }
            client.whenReceived("\u{5}hello") { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        #expect(received == plain("hello"))
    }
}
