import TestSupport
import Testing
import UVHTTP
import UVLoop
import Wire

@Suite struct WebSocketClosingTests {
    /// What comes back behind the 101 when `bytes` are sent to an echo, and what its handler heard.
    private func talk(
        _ bytes: [UInt8],
        maxMessageBytes: Int = 1000,
        onMessage: ((WebSocketConnection) -> Void)? = nil
    ) throws -> (received: [UInt8], events: [String]) {
        var (received, events): ([UInt8], [String]) = ([], [])
        var echo: EchoHandler?
        try withServer { server, port in
            server.mountEcho(maxMessageBytes: maxMessageBytes) { handler in
                echo = handler
                handler.onMessage = onMessage
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(Array(upgradeRequest.utf8) + bytes)
            client.whenEnded { client in
                received = Array(client.received.dropFirst(upgradeAnswer.utf8.count))
                server.close()
            }
        }
        events = echo?.events ?? []
        return (received, events)
    }

    @Test(
        arguments: [
            ([], [], "closed -  "), ([0x03, 0xE8], [0x03, 0xE8], "closed 1000  "),
            ([0x0F, 0xA0, 0x62, 0x79, 0x65], [0x0F, 0xA0], "closed 4000 bye "),
        ] as [([UInt8], [UInt8], String)]
    )
    func `the peer's closing frame is echoed without its reason`(sent: [UInt8], back: [UInt8], event: String) throws {
        let (received, events) = try talk(masked("last") + masked(.close, sent) + masked("ignored"))
        #expect(received == plain("last") + plain(.close, back))
        #expect(events == [event])
    }

    @Test(
        arguments: [
            ("unmasked", [0x81, 0x01, 0x61], 1002), ("reserved bit", [0xC1, 0x80, 0, 0, 0, 0], 1002),
            ("unknown opcode", [0x83, 0x80, 0, 0, 0, 0], 1002), ("fragmented ping", [0x09, 0x80, 0, 0, 0, 0], 1002),
            ("continuation first", [0x80, 0x80, 0, 0, 0, 0], 1002),
            ("close of one byte", [0x88, 0x81, 0, 0, 0, 0, 3], 1002),
            ("close 999", [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE7], 1002),
            ("too long", [0x82, 0xFE, 0x03, 0xE9, 0, 0, 0, 0], 1009),
            ("2^40", [0x82, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0], 1009),
            ("no UTF-8", [0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007),
        ] as [(String, [UInt8], Int)]
    )
    func `a broken frame is answered by its close code and nothing after it`(what: String, bytes: [UInt8], code: Int)
        throws
    {
        let (received, events) = try talk(
            masked("ok") + bytes + (bytes.count < 10 ? masked("ignored") : []) + [0, 0, 0, 0]
        )
        let reason = code == 1009 ? "message too big" : ""
        let close = plain(.close, [UInt8(code >> 8), UInt8(code & 0xFF)] + reason.utf8)
        #expect(received == plain("ok") + close, "\(what)")
        #expect(events.count == 1 && events[0].hasPrefix("closed -  "))
    }

    @Test func `a peer that is gone without a word is reported as that`() throws {
        var events: [String] = []
        try withServer { server, port in
            var echo: EchoHandler?
            server.mountEcho { echo = $0 }
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { $0.close() }
            func wait() {
                guard let echo, !echo.events.isEmpty else { return server.loop.nextTurn(wait) }
                events = echo.events
                server.close()
            }
            wait()
        }
        #expect(events == ["closed -  endedAbruptly"])
    }

    @Test func `after our closing frame nothing is delivered, and the peer's ends it`() throws {
        var messages = 0
        let bytes = masked("one") + masked("two") + masked(.ping, []) + masked(.close, [0x0F, 0xA1])
        let (received, events) = try talk(bytes) { connection in
            messages += 1
            connection.close(.normal, reason: "enough")
            connection.close(.goingAway)
            connection.send(text: Array("dropped".utf8).span.bytes)
            #expect(!connection.isOpen)
        }
        #expect(messages == 1)
        #expect(received == plain("one") + plain(.close, [0x03, 0xE8] + Array("enough".utf8)))
        #expect(events == ["closed 4001  "])
    }

    @Test func `closing reads on although the owner had paused`() throws {
        let (_, events) = try talk(masked("one") + masked(.close, [0x03, 0xE8])) { connection in
            connection.pauseReading()
            connection.close(nil)
        }
        #expect(events == ["closed 1000  "])
    }

    @Test func `aborting inside a message delivers nothing more and tells the handler later`() throws {
        var eventsInside: [String]?
        let (received, events) = try talk(masked("one") + masked("two")) { connection in
            connection.abort()
            eventsInside = []
            connection.send(text: Array("dropped".utf8).span.bytes)
        }
        #expect(received.isEmpty || received == plain("one"))
        #expect(eventsInside == [])
        #expect(events == ["closed -  cutOff"])
    }

    @Test func `a code that may not be sent is left out`() throws {
        let (received, _) = try talk(masked("x") + masked(.close, [])) { $0.close(CloseCode(rawValue: 1006)) }
        #expect(received == plain("x") + plain(.close, []))
    }

    @Test func `a handler that holds its connection is let go`() throws {
        var heard = false
        final class Holder: WebSocketHandler {
            var connection: WebSocketConnection?
            var onClosed: () -> Void = {}
            override func closed(_ code: CloseCode?, reason: String, error: (any Error)?) { onClosed() }
        }
        weak var holder: Holder?
        try withServer { server, port in
            server.mount("/ws") { exchange in
                let handler = Holder()
                holder = handler
                handler.onClosed = { heard = true }
                handler.connection = exchange.acceptWebSocket(maxMessageBytes: 10, handler: handler)
            }
            let client = try RawClient(on: server.loop, port: port)
            client.send(upgradeRequest)
            client.whenReceived(upgradeAnswer) { client in
                client.close()
                server.close()
            }
        }
        #expect(heard)
        #expect(holder == nil)
    }
}
