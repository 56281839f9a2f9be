import Glibc
import TestSupport
import Testing

@testable import UVLoop

/// The ways in which connections end.
enum Ending: CaseIterable {
    case cutByClient, cutByServer, halfClosed, closedInReceive, closedInConnected, closedByPeer, resetByPeer
    case closedWhileWriting, closedBeforeConnected, refused
}

@Suite struct LeakTests {
    /// Opens and ends connections one after the other and counts what is left.
    @Test(arguments: Ending.allCases, [false, true])
    func `after 1000 connections nothing is left`(ending: Ending, isUnix: Bool) throws {
        let path = "/tmp/uvloop-leak-\(getpid())-\(ending)"
        unlink(path)
        let cycles = Cycles(ending: ending)
        try onLoop(within: 60_000) { loop in
            let accept: (TCPStream) -> Void = { cycles.serve($0) }
            let listener =
                isUnix
                ? try TCPListener(on: loop, unix: path, onConnection: accept)
                : try TCPListener(on: loop, host: "127.0.0.1", port: 0, onConnection: accept)
            cycles.address = try #require(listener.localAddress)
            if ending == .refused { listener.close() }
            let before = loop.liveHandles - (ending == .refused ? 1 : 0)
            cycles.onEnd = {
                #expect(loop.liveHandles == before)
                listener.close()
            }
            cycles.next(on: loop)
        }
        #expect(cycles.connections == 1_000)
        #expect(cycles.closed == cycles.handlers, "every handler hears of the end exactly once")
        #expect(cycles.living == 0 && cycles.streams.allSatisfy { $0.stream == nil })
    }
}

private struct WeakStream {
    weak var stream: TCPStream?
}

/// A thousand connections, each begun when both sides of the one before are closed.
private final class Cycles {
    let ending: Ending
    var address = SocketAddress(unix: "")
    var onEnd: () -> Void = {}
    var connections = 0
    var streams: [WeakStream] = []
    var handlers = 0
    var living = 0
    var closed = 0
    private var open = 0

    init(ending: Ending) {
        self.ending = ending
    }

    func next(on loop: EventLoop) {
        guard connections < 1_000 else {
            onEnd()
            onEnd = {}  // It holds the listener, which holds us.
            return
        }
        connections += 1
        let side = Side(self, isServer: false)
        let stream = TCPStream.connect(on: loop, to: address, handler: side)
        added(stream, side)
        stream.start()
        stream.write("hello")
        if ending == .closedBeforeConnected { stream.close() }
    }

    func serve(_ stream: TCPStream) {
        let side = Side(self, isServer: true)
        stream.setHandler(side)
        added(stream, side)
        stream.start()
        if ending == .cutByServer { stream.close() }
    }

    private func added(_ stream: TCPStream, _ side: Side) {
        side.stream = stream
        streams.append(WeakStream(stream: stream))
        open += 1
        handlers += 1
        living += 1
    }

    func ended(_ side: Side) {
        closed += 1
        open -= 1
        guard open == 0, let loop = side.stream?.loop else { return }
        // A client that was closed before it connected may still be accepted: the next turns show.
        loop.nextTurn { loop.nextTurn { if self.open == 0 { self.next(on: loop) } } }
    }
}

/// One side of a connection; it holds the stream, and the stream holds it: only the end cuts this circle.
private final class Side: StreamHandler {
    /// Twice this is more than the kernel takes from one socket at once.
    private static let tooMuch = [UInt8](repeating: 1, count: 2_000_000)

    let cycles: Cycles
    let isServer: Bool
    var stream: TCPStream?

    init(_ cycles: Cycles, isServer: Bool) {
        self.cycles = cycles
        self.isServer = isServer
    }

    deinit {
        cycles.living -= 1
    }

    override func connected() {
        switch cycles.ending {
        case .cutByClient, .closedInConnected: stream?.close()
        case .halfClosed: stream?.shutdown()
        default: break
        }
    }

    override func receive(_ bytes: inout MutableRawSpan) {
        guard isServer else { return }
        switch cycles.ending {
        case .closedInReceive: stream?.close()
        case .closedByPeer: stream?.shutdown()
        case .resetByPeer: stream?.reset()
        case .closedWhileWriting:
            stream?.write(Self.tooMuch)
            stream?.write(Self.tooMuch)
            stream?.close()
        default: break
        }
    }

    override func receiveEnd() {
        stream?.close()
    }

    override func closed(_ error: UVError?) {
        cycles.ended(self)
    }
}
