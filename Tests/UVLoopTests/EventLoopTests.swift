import Foundation
import TestSupport
import Testing

@testable import UVLoop

@Suite struct EventLoopTests {
    @Test func `run returns when nothing is left alive and may be called again`() throws {
        let loop = try EventLoop()
        var fired = 0
        try loop.run()
        for _ in 0..<2 {
            let timer = Timer(on: loop) { fired += 1 }
            timer.start(after: 1)
            try loop.run()
        }
        #expect(fired == 2)
    }

    @Test func `stop ends run at the end of the turn, after what was marked in it is flushed`() throws {
        let loop = try EventLoop()
        let object = CountingFlushable()
        let later = Timer(on: loop) { Issue.record("the loop went on") }
        later.start(after: 5_000)
        let timer = Timer(on: loop) {
            loop.flushLater(object)
            loop.stop()
        }
        timer.start(after: 1)
        try loop.run()
        #expect(object.flushes == 1)
    }

    @Test func `stop does nothing to a loop that is not running`() throws {
        let loop = try EventLoop()
        var fired = false
        let timer = Timer(on: loop) { fired = true }
        timer.start(after: 1)
        loop.stop()
        try loop.run()
        #expect(fired)
    }

    @Test func `run inside run is refused`() throws {
        var refusal: UVError?
        try onLoop { loop in
            loop.nextTurn {
                do throws(UVError) { try loop.run() } catch { refusal = error }
            }
        }
        #expect(refusal == .alreadyRunning)
    }

    @Test func `a loop that nobody holds is gone, and its mailbox takes no more`() throws {
        weak var weakLoop: EventLoop?
        let mailbox: Mailbox
        do {
            let loop = try EventLoop()
            weakLoop = loop
            mailbox = loop.mailbox
            loop.spawn {}
            loop.flushLater(CountingFlushable())
            try loop.run()
            loop.flushLater(CountingFlushable())
        }
        #expect(weakLoop == nil)
        mailbox.submit { Issue.record("ran without a loop") }
    }

    @Test func `closeAll closes what is open and tells the owners`() throws {
        let loop = try EventLoop()
        let client = Recorder()
        let listener = try TCPListener.echo(on: loop)
        let stream = TCPStream.connect(on: loop, to: try #require(listener.localAddress), handler: client)
        let timer = Timer(on: loop) { Issue.record("a closed loop's timer fired") }
        timer.start(after: 1)
        loop.closeAll()
        #expect(client.events == ["closed "])
        #expect(!stream.isOpen && !listener.isOpen && !timer.isActive)
        #expect(loop.liveHandles == 1, "only the timer, which its owner still holds")
    }

    @Test func `closeAll gives up on work that asks for one turn after another`() throws {
        let loop = try EventLoop()
        var turns = 0
        func lookAgain() {
            turns += 1
            loop.nextTurn(lookAgain)
        }
        lookAgain()
        loop.closeAll()
        #expect(turns > 1)
    }

    @Test func `the clocks tell the time`() throws {
        let loop = try EventLoop()
        let before = loop.now
        let timer = Timer(on: loop) {}
        timer.start(after: 5)
        try loop.run()
        #expect(loop.now >= before + 5)
        #expect(abs(Double(EventLoop.wallClock) - Date().timeIntervalSince1970 * 1000) < 5_000)
    }

    @Test func `only one thread is the loop's`() throws {
        let loop = try EventLoop()
        #expect(loop.isCurrent)
        let thread = TestThread { #expect(!loop.isCurrent) }
        thread.join()
    }
}

/// Counts its flushes and does what the test says in each.
final class CountingFlushable: Flushable {
    var flushes = 0
    let onFlush: (CountingFlushable) -> Void
    let onDeinit: () -> Void

    init(_ onFlush: @escaping (CountingFlushable) -> Void = { _ in }, onDeinit: @escaping () -> Void = {}) {
        self.onFlush = onFlush
        self.onDeinit = onDeinit
    }

    deinit {
        onDeinit()
    }

    override func flush() {
        flushes += 1
        onFlush(self)
    }
}
