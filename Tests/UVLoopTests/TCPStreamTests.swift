import Glibc
import TestSupport
import Testing

@testable import UVLoop

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

    @Test func `both sides know their addresses until they close`() throws {
        try onLoop { loop in
            try withPair(on: loop) { pair in
                #expect(pair.client.remoteAddress == pair.server.localAddress)
                #expect(pair.client.localAddress == pair.server.remoteAddress)
                #expect(pair.server.localAddress?.host == "127.0.0.1")
                pair.server.close()
                #expect(pair.server.remoteAddress == nil && !pair.server.isOpen && pair.server.descriptor == nil)
                pair.client.close()
            }
        }
    }

    @Test func `close is told once, when the turn ends and never inside the call`() throws {
        let recorder = Recorder()
        try onLoop { loop in
            try withPair(on: loop, server: recorder) { pair in
                pair.server.close()
                pair.server.close()
                pair.server.write("into the void")
                pair.server.shutdown()
                pair.server.start()
                #expect(recorder.events == [])
                pair.client.close()
            }
        }
        #expect(recorder.events == ["closed "])
    }

    @Test func `shutdown ends only the writing half, after what is queued`() throws {
        let (client, server) = (Recorder(), Recorder())
        let big = [UInt8](repeating: 7, count: 4_000_000)
        try onLoop { loop in
            try withPair(on: loop, client: client, server: server) { pair in
                pair.server.write(big)
                pair.server.shutdown()
                pair.server.write("too late")
                client.onEnd = { pair.client.write("thanks") }
                server.onReceive = {
                    pair.server.close()
                    pair.client.close()
                }
            }
        }
        #expect(client.received == big)
        #expect(client.events == ["end", "closed "])
        #expect(server.text == "thanks")
    }

    @Test func `a slow reader costs two blocks, and drained comes when all is with the kernel`() throws {
        let (client, server) = (Recorder(), Recorder())
        var sent: [UInt8] = []
        try onLoop { loop in
            try withPair(on: loop, client: client, server: server) { pair in
                pair.client.pauseReading()
                for index in 0..<4_000 {
                    let part = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 1_000 + index % 7)
                    sent += part
                    pair.server.write(part)
                }
                #expect(pair.server.queuedBytes > 0)
                pair.client.resumeReading()
                server.onDrained = {
                    #expect(pair.server.queuedBytes == 0)
                    pair.server.shutdown()
                }
                client.onEnd = {
                    pair.client.close()
                    pair.server.close()
                }
            }
        }
        #expect(client.received == sent)
        #expect(server.events == ["drained", "closed "])
    }

    @Test(arguments: [1, 10, 5_000, 200_000]) func `gathered parts arrive as one stream of bytes`(size: Int) throws {
        let client = Recorder()
        let parts = (0..<40).map { index in [UInt8](repeating: UInt8(index), count: index % 5 == 0 ? 0 : size + index) }
        try onLoop { loop in
            try withPair(on: loop, client: client) { pair in
                client.onEnd = {
                    pair.client.close()
                    pair.server.close()
                }
                pair.server.write(gathering: parts)
                pair.server.write(gathering: parts)
                pair.server.shutdown()
            }
        }
        #expect(client.received == (parts + parts).reduce(into: []) { $0 += $1 })
    }

    @Test func `a peer that never reads is closed when the limit is passed`() throws {
        let server = Recorder()
        try onLoop { loop in
            loop.maxQueuedBytes = 1_000_000
            try withPair(on: loop, server: server) { pair in
                pair.client.pauseReading()
                let part = [UInt8](repeating: 1, count: 100_000)
                for _ in 0..<200 where pair.server.isOpen { pair.server.write(part) }
                #expect(!pair.server.isOpen && pair.server.queuedBytes == 0)
                pair.client.close()
            }
        }
        #expect(server.events == ["closed ENOBUFS"])
    }

    @Test func `a paused stream receives nothing until it is resumed`() throws {
        let server = Recorder()
        try onLoop { loop in
            try withPair(on: loop, server: server) { pair in
                pair.server.pauseReading()
                pair.client.write("wait")
                let timer = Timer(on: loop) {
                    #expect(server.text == "")
                    pair.server.resumeReading()
                }
                timer.start(after: 20)
                server.onReceive = {
                    _ = timer
                    pair.client.close()
                    pair.server.close()
                    server.onReceive = {}
                }
            }
        }
        #expect(server.text == "wait")
    }

    @Test func `the handler may be replaced inside receive, and lives to the end of the turn`() throws {
        var log: [String] = []
        let second = Recorder()
        try onLoop { loop in
            try withPair(on: loop) { pair in
                pair.server.setHandler(
                    Replaced(onDeinit: { log.append("first is gone") }) {
                        pair.server.setHandler(second)
                        log.append("first is still inside")
                        loop.flushLater(CountingFlushable { _ in log.append("flushed") })
                    }
                )
                pair.client.write("one")
                second.onReceive = {
                    pair.client.close()
                    pair.server.close()
                }
                loop.nextTurn { loop.nextTurn { loop.nextTurn { pair.client.write("two") } } }
            }
        }
        #expect(log.prefix(2) == ["first is still inside", "flushed"] && log.last == "first is gone")
        #expect(second.text.hasSuffix("two") && second.events == ["closed "])
    }

    @Test func `nobody listening is told as connection refused`() throws {
        let client = Recorder()
        try onLoop { loop in
            let listener = try TCPListener(on: loop, host: "127.0.0.1", port: 0) { $0.close() }
            let address = try #require(listener.localAddress)
            listener.close()
            let stream = TCPStream.connect(on: loop, to: address, handler: client)
            stream.write("never arrives")
            stream.start()
        }
        #expect(client.events == ["closed ECONNREFUSED"])
    }

    @Test func `a peer that resets is told as connection reset`() throws {
        let server = Recorder()
        try onLoop { loop in
            try withPair(on: loop, server: server) { $0.client.reset() }
        }
        #expect(server.events == ["closed ECONNRESET"])
    }

    @Test func `writing to a peer that is gone closes the stream with the error`() throws {
        let server = Recorder()
        try onLoop { loop in
            try withPair(on: loop, server: server) { pair in
                pair.server.pauseReading()
                pair.client.close()
                // The first write is answered with a reset, a later one fails.
                let timer = Timer(on: loop) { pair.server.write("anybody there?") }
                timer.start(after: 1, repeating: 1)
                server.onClosed = { _ in timer.stop() }
            }
        }
        #expect(server.events == ["closed EPIPE"] || server.events == ["closed ECONNRESET"])
    }

    @Test func `a descriptor can be adopted by another loop`() throws {
        var sockets: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &sockets) == 0)
        let (left, right) = (Recorder(), Recorder())
        try onLoop { loop in
            let streams = try sockets.map { try TCPStream.adopt($0, unix: true, on: loop) }
            streams[0].setHandler(left)
            streams[1].setHandler(right)
            for stream in streams { stream.start() }
            streams[0].write("over")
            right.onReceive = { streams[1].close() }
            left.onEnd = { streams[0].close() }
        }
        #expect(right.text == "over")
        #expect(throws: UVError(code: -EBADF)) { try onLoop { loop in _ = try TCPStream.adopt(9_999, on: loop) } }
    }

    @Test func `an idle stream is less than 400 bytes of malloc`() throws {
        let loop = try EventLoop()
        let stream = TCPStream(on: loop, unix: false)
        // Swift does not see <malloc.h>.
        let symbol = try #require(dlsym(nil, "malloc_usable_size"))
        let usableSize = unsafeBitCast(symbol, to: (@convention(c) (UnsafeRawPointer) -> Int).self)
        let object = Unmanaged.passUnretained(stream).toOpaque()
        #expect(usableSize(object) + usableSize(stream.handle) < 400)
        stream.close()
        try loop.run()
    }
}

private final class Replaced: StreamHandler {
    let onReceive: () -> Void
    let onDeinit: () -> Void

    init(onDeinit: @escaping () -> Void, _ onReceive: @escaping () -> Void) {
        self.onReceive = onReceive
        self.onDeinit = onDeinit
    }

    deinit {
        onDeinit()
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        onReceive()
    }
}
