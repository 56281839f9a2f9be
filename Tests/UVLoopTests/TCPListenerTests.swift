import Glibc
import TestSupport
import Testing

@testable import UVLoop

@Suite struct TCPListenerTests {
    @Test func `an address that is taken is refused, and nothing is left of the attempt`() throws {
        try onLoop { loop in
            let first = try TCPListener(on: loop, host: "127.0.0.1", port: 0) { $0.close() }
            let before = loop.liveHandles
            #expect(throws: UVError.addressInUse) {
                _ = try TCPListener(on: loop, host: "127.0.0.1", port: first.port) { $0.close() }
            }
            loop.nextTurn {
                loop.nextTurn {
                    #expect(loop.liveHandles == before)
                    first.close()
                }
            }
        }
    }

    @Test(
        arguments: [
            ("no digits", 1, UVError.invalidArgument), ("127.0.0.1", 65_536, .invalidArgument),
            ("127.0.0.1", -1, .invalidArgument), ("192.0.2.1", 0, .addressNotAvailable),
        ]
    )
    func `an address that makes no sense is refused`(host: String, port: Int, error: UVError) throws {
        try onLoop { loop in
            #expect(throws: error) { _ = try TCPListener(on: loop, host: host, port: port) { $0.close() } }
        }
    }

    @Test(arguments: [("::1", "::1"), ("::", "::1"), ("::", "127.0.0.1"), ("0.0.0.0", "127.0.0.1")])
    func `serves IPv4 and IPv6`(listen: String, connect: String) throws {
        let client = Recorder()
        var seen: SocketAddress?
        try onLoop { loop in
            let listener = try TCPListener(on: loop, host: listen, port: 0) { stream in
                seen = stream.remoteAddress
                stream.close()
            }
            let address = try SocketAddress(host: connect, port: listener.port)
            let stream = TCPStream.connect(on: loop, to: address, handler: client)
            stream.start()
            client.onEnd = { stream.close() }
            client.onClosed = { _ in listener.close() }
        }
        #expect(seen?.host == connect, "an IPv4 guest is shown as one, also by an IPv6 socket")
    }

    @Test func `serves a unix socket and removes its file`() throws {
        let path = "/tmp/uvloop-listener-\(getpid())"
        unlink(path)
        let client = Recorder()
        try onLoop { loop in
            let listener = try TCPListener(on: loop, unix: path) { stream in
                stream.setHandler(Echo(stream))
                stream.start()
            }
            #expect(listener.localAddress == SocketAddress(unix: path) && listener.port == 0)
            let stream = TCPStream.connect(on: loop, to: SocketAddress(unix: path), handler: client)
            stream.write("hello")
            stream.start()
            client.onReceive = {
                #expect(stream.remoteAddress == SocketAddress(unix: path))
                stream.close()
                listener.close()
            }
        }
        #expect(client.text == "hello")
        #expect(access(path, F_OK) != 0)
    }

    @Test func `a path that is too long is refused by both sides`() throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        let client = Recorder()
        try onLoop { loop in
            #expect(throws: UVError.nameTooLong) { _ = try TCPListener(on: loop, unix: path) { $0.close() } }
            TCPStream.connect(on: loop, to: SocketAddress(unix: path), handler: client)
        }
        #expect(client.events == ["closed ENAMETOOLONG"])
    }

    @Test func `two loops may share a port`() throws {
        let (first, second) = (try EventLoop(), try EventLoop())
        let one = try TCPListener(on: first, host: "127.0.0.1", port: 0, reusePort: true) { $0.close() }
        let other = try TCPListener(on: second, host: "127.0.0.1", port: one.port, reusePort: true) { $0.close() }
        #expect(one.port == other.port && one.port != 0)
        first.closeAll()
        second.closeAll()
        #expect(one.port == 0 && one.localAddress == nil)
    }

    @Test func `closing the listener leaves its connections alone`() throws {
        let client = Recorder()
        try onLoop { loop in
            try withPair(on: loop, client: client) { pair in
                // withPair has closed the listener already.
                pair.server.write("still here")
                client.onReceive = {
                    pair.client.close()
                    pair.server.close()
                }
            }
        }
        #expect(client.text == "still here")
    }

    @Test func `when descriptors run out, guests are turned away and served again afterwards`() async {
        await #expect(processExitsWith: .success) {
            let outcome = try starve()
            guard outcome.turnedAway > 0, outcome.servedAfterwards else { exit(1) }
        }
    }
}

/// Runs in a process of its own: has guests knock while no descriptor is left, then frees some.
private func starve() throws -> (turnedAway: Int, servedAfterwards: Bool) {
    var turnedAway = 0
    var served = false
    let loop = try EventLoop()
    let listener = try TCPListener.echo(on: loop)
    let address = try SocketAddress(host: "127.0.0.1", port: listener.port)
    // Sockets for the guests are made before the descriptors run out.
    let guests = try (0..<5).map { _ in
        try TCPStream.adopt(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), on: loop)
    }
    var limit = rlimit(rlim_cur: 256, rlim_max: 256)
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { throw UVError(code: -errno) }
    var hoard: [Int32] = []
    while case let descriptor = dup(0), descriptor >= 0 { hoard.append(descriptor) }
    guard errno == EMFILE else { throw UVError(code: -errno) }
    for guest in guests {
        let recorder = Recorder()
        guest.setHandler(recorder)
        recorder.onEnd = { guest.close() }
        recorder.onClosed = { _ in
            turnedAway += 1
            guard turnedAway == guests.count else { return }
            for descriptor in hoard { close(descriptor) }
            let last = Recorder()
            let stream = TCPStream.connect(on: loop, to: address, handler: last)
            stream.write("me again")
            stream.start()
            last.onReceive = {
                served = true
                loop.stop()
            }
        }
        recorder.onConnected = { guest.start() }
        guest.connect(to: address)
    }
    let deadline = Timer(on: loop) { loop.stop() }
    deadline.start(after: 10_000)
    try loop.run()
    return (turnedAway, served)
}
