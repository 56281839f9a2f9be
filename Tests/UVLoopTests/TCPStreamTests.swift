import TestSupport
import Testing
import UVLoop

@Suite struct TCPStreamTests {
    @Test func `what is written before the connection stands comes back from an echo server`() throws {
        let client = Recorder()
        try onLoop { loop in
            let listener = try TCPListener.echo(on: loop)
            let stream = TCPStream.connect(on: loop, to: try #require(listener.localAddress), handler: client)
            stream.write("early bird")
            stream.start()
            client.onReceive = { if client.text == "early bird" { stream.close() } }
            client.onClosed = { _ in listener.close() }
        }
        #expect(client.text == "early bird")
        #expect(client.events == ["connected", "drained", "closed "])
    }
}
