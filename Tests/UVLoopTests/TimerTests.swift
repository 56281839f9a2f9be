import TestSupport
import Testing
import UVLoop

@Suite struct TimerTests {
    @Test func `fires once, and not before its time`() throws {
        var fired: [UInt64] = []
        try onLoop { loop in
            let began = loop.now
            let timer = Timer(on: loop) { fired.append(loop.now - began) }
            timer.start(after: 20)
            #expect(timer.isActive)
            try loop.run()
            #expect(!timer.isActive)
        }
        #expect(fired.count == 1 && fired[0] >= 20)
    }

    @Test func `repeats until it is stopped`() throws {
        var fired = 0
        let loop = try EventLoop()
        var stop: () -> Void = {}
        let timer = Timer(on: loop) {
            fired += 1
            if fired == 3 { stop() }
        }
        stop = { timer.stop() }
        timer.start(after: 1, repeating: 2)
        try loop.run()
        stop = {}
        #expect(fired == 3)
    }

    @Test func `is stopped when its owner lets go of it, also inside its own call`() throws {
        let loop = try EventLoop()
        var fired = 0
        var timer: Timer?
        timer = Timer(on: loop) {
            fired += 1
            timer = nil
        }
        timer?.start(after: 1, repeating: 1)
        Timer(on: loop) { Issue.record("fired without an owner") }.start(after: 1)
        try loop.run()
        #expect(fired == 1)
        #expect(loop.liveHandles == 0)
    }

    @Test func `a timer that restarts itself with 0 does not starve the end of the turn`() throws {
        let loop = try EventLoop()
        var rounds = 0
        var restart: () -> Void = {}
        let timer = Timer(on: loop) {
            rounds += 1
            restart()
        }
        restart = { timer.start(after: 0) }
        loop.nextTurn {
            loop.nextTurn { restart = {} }
        }
        restart()
        try loop.run()
        #expect(rounds < 100)
    }

    @Test func `the time counts from the call and not from the beginning of a long turn`() throws {
        let clock = ContinuousClock()
        var took: Duration?
        let loop = try EventLoop()
        var timer: Timer?
        loop.nextTurn {
            let busyUntil = clock.now + .milliseconds(30)
            while clock.now < busyUntil {}
            let began = clock.now
            timer = Timer(on: loop) { took = clock.now - began }
            timer?.start(after: 20)
        }
        try loop.run()
        timer = nil
        #expect(try #require(took) >= .milliseconds(19))
    }

    @Test func `a timer that does not keep the loop alive lets run return`() throws {
        let loop = try EventLoop()
        let timer = Timer(on: loop) { Issue.record("fired") }
        timer.start(after: 60_000)
        timer.keepsLoopAlive = false
        try loop.run()
        #expect(timer.isActive && !timer.keepsLoopAlive)
    }
}
