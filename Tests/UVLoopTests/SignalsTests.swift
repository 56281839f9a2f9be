import Glibc
import TestSupport
import Testing

@testable import UVLoop

@Suite(.serialized) struct SignalsTests {
    /// A signal whose default is to be ignored: a mistake here does not end the test run.
    private let harmless = SIGURG

    @Test func `every watcher of a signal hears of it on the loop, until it is closed`() throws {
        var heard: [String] = []
        let loop = try EventLoop()
        let deadline = Timer(on: loop) { loop.stop() }
        deadline.start(after: 10_000)
        let once = try SignalWatcher(on: loop, signal: harmless) { heard.append("a") }
        let always = try SignalWatcher(on: loop, signal: harmless) { heard.append("b") }
        let timer = Timer(on: loop) {
            if heard.count == 2 { once.close() }
            if heard.count >= 3 { return loop.stop() }
            kill(getpid(), harmless)
        }
        timer.start(after: 1, repeating: 20)
        try loop.run()
        #expect(deadline.isActive && !once.isOpen && always.isOpen)
        #expect(heard.filter { $0 == "a" }.count == 1 && heard.filter { $0 == "b" }.count >= 2)
        loop.closeAll()
        #expect(!always.isOpen)
    }

    @Test func `a watcher does not keep the loop running and is closed with it`() throws {
        let loop = try EventLoop()
        weak var token: CountingFlushable?
        do {
            let held = CountingFlushable()
            token = held
            try SignalWatcher(on: loop, signal: harmless) { held.flush() }
        }
        try loop.run()
        #expect(token != nil && loop.liveHandles == 1)
        loop.closeAll()
        #expect(token == nil && loop.liveHandles == 0)
    }

    @Test func `a signal that cannot be caught is refused`() throws {
        let loop = try EventLoop()
        #expect(throws: UVError.invalidArgument) { try SignalWatcher(on: loop, signal: SIGKILL) {} }
        loop.closeAll()
        #expect(loop.liveHandles == 0)
    }
}
