import TestSupport
import Testing

@testable import UVLoop

@Suite struct DetachedSocketTests {
    @Test(arguments: [false, true])
    func `a connection goes on on another loop, and what arrives meanwhile with it`(isUnix: Bool) async throws {
        let group = LoopGroup(count: 2)
        let path = "/tmp/uvloop-detached-\(UInt32.random(in: 0 ... .max))"
        let homes = Locked<[EventLoop]>([])
        let heard = Locked("")
        try await onLoops(group) { loop, index in
            homes.withLock { $0.append(loop) }
            forever(on: loop)
            guard index == 0 else { return }
            let accept = { (stream: TCPStream) in pass(stream, to: homes.withLock { $0[1] }) }
            let listener =
                isUnix
                ? try TCPListener(on: loop, unix: path, onConnection: accept)
                : try TCPListener(on: loop, host: "127.0.0.1", port: 0, onConnection: accept)
            let address = isUnix ? SocketAddress(unix: path) : try #require(listener.localAddress)
            let client = Recorder()
            let stream = TCPStream.connect(on: loop, to: address, handler: client)
            client.onConnected = {
                stream.start()
                stream.write("one ")
            }
            client.onReceive = {
                if client.text == "1" { stream.write("two") } else { stream.close() }
            }
            client.onClosed = { _ in
                heard.withLock { $0 = client.text }
                group.stop()
            }
        }
        #expect(heard.withLock { $0 } == "1one two")
    }

    @Test func `what nobody adopts is closed`() throws {
        try onLoop { loop in
            let client = Recorder()
            try withPair(on: loop, client: client) { pair in
                do { _ = try pair.server.detach() } catch { Issue.record(error) }
                client.onEnd = { pair.client.close() }
            }
        }
    }

    @Test func `it is adopted once`() throws {
        try onLoop { loop in
            try withPair(on: loop) { pair in
                do {
                    let socket = try pair.server.detach()
                    #expect(!pair.server.isOpen)
                    try socket.adopt(on: loop).close()
                    #expect(throws: UVError.notConnected) { try socket.adopt(on: loop) }
                } catch {
                    Issue.record(error)
                }
                pair.client.close()
            }
        }
    }

    @Test func `a stream that is closed or has something to send stays where it is`() throws {
        try onLoop { loop in
            try withPair(on: loop) { pair in
                pair.client.pauseReading()
                pair.server.write(Array(repeating: 0, count: 8 << 20))
                #expect(pair.server.queuedBytes > 0)
                #expect(throws: UVError.busy) { try pair.server.detach() }
                pair.server.close()
                #expect(throws: UVError.notConnected) { try pair.server.detach() }
                pair.client.close()
            }
        }
    }
}

/// Reads a little here, and has the rest read and sent back on the other loop.
private func pass(_ stream: TCPStream, to other: EventLoop) {
    let first = Recorder()
    stream.setHandler(first)
    stream.start()
    first.onReceive = { [unowned first] in
        stream.write("1")
        let text = first.text
        do {
            let socket = try stream.detach()
            other.mailbox.submit { goOn(socket, text, on: other) }
        } catch {
            Issue.record(error)
        }
    }
}

private func goOn(_ socket: DetachedSocket, _ text: String, on loop: EventLoop) {
    let second = Recorder()
    do {
        let stream = try socket.adopt(on: loop)
        #expect(loop.isCurrent && stream.loop === loop && stream.remoteAddress != nil)
        second.onReceive = { [unowned second] in stream.write(text + second.text) }
        second.onEnd = { stream.close() }
        stream.setHandler(second)
        stream.start()
    } catch {
        Issue.record(error)
    }
}
