import TestSupport
import Testing
import UVLoop

@Suite struct EventLoopTurnTests {
    @Test func `an object that is marked again and again is flushed once, when the turn ends`() throws {
        let object = CountingFlushable()
        try onLoop { loop in
            loop.nextTurn {
                for _ in 0..<3 { loop.flushLater(object) }
                #expect(object.flushes == 0)
                loop.nextTurn { #expect(object.flushes == 1) }
            }
        }
        #expect(object.flushes == 1)
    }

    @Test func `objects are flushed in the order in which they were marked`() throws {
        var order: [Int] = []
        try onLoop { loop in
            for index in 0..<5 { loop.flushLater(CountingFlushable { _ in order.append(index) }) }
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test func `what will be flushed is approached before, from afar and then nearer, each once`() throws {
        let objects = (0..<6).map { _ in ApproachedFlushable() }
        var flushes = 0
        for object in objects { object.flushed = { flushes += 1 } }
        for object in objects { object.step = { "\($0) \(flushes)" } }
        try onLoop { loop in
            for object in objects { loop.flushLater(object) }
        }
        // The first two are there before anything could be done meanwhile.
        for index in 2..<6 {
            #expect(objects[index].log == ["far \(index - 2)", "near \(index - 1)", "flush \(index)"])
        }
    }

    @Test func `what is marked during the flush is flushed in the same turn`() throws {
        var order: [String] = []
        try onLoop { loop in
            loop.nextTurn {
                let second = CountingFlushable { _ in order.append("second") }
                let first = CountingFlushable { _ in
                    order.append("first")
                    loop.flushLater(second)
                }
                loop.flushLater(first)
                loop.nextTurn { order.append("next turn") }
            }
        }
        #expect(order == ["first", "second", "next turn"])
    }

    @Test func `two objects that mark each other for ever do not starve a timer`() throws {
        let loop = try EventLoop()
        var left: CountingFlushable?
        var isOver = false
        let right = CountingFlushable { _ in
            if let left { loop.flushLater(left) }
        }
        left = CountingFlushable { _ in if !isOver { loop.flushLater(right) } }
        let timer = Timer(on: loop) { isOver = true }
        timer.start(after: 5)
        loop.flushLater(right)
        try loop.run()
        #expect(isOver)
        #expect(try #require(left).flushes > 8, "it went on over several turns")
        left = nil  // They hold each other.
    }

    @Test func `a marked object lives until it is flushed and no longer`() throws {
        var log: [String] = []
        try onLoop { loop in
            loop.flushLater(CountingFlushable({ _ in log.append("flushed") }, onDeinit: { log.append("gone") }))
            loop.nextTurn { log.append("later") }
        }
        #expect(log == ["later", "flushed", "gone"])
    }

    @Test func `nextTurn never runs inside the call, keeps the order and keeps the loop running`() throws {
        var order: [Int] = []
        try onLoop { loop in
            loop.nextTurn {
                order.append(1)
                loop.nextTurn { order.append(3) }
                order.append(2)
            }
            #expect(order.isEmpty)
        }
        #expect(order == [1, 2, 3])
    }

    @Test func `closeLater runs after the flush of the same turn`() throws {
        var order: [String] = []
        try onLoop { loop in
            loop.nextTurn {
                loop.closeLater { order.append("closed") }
                loop.flushLater(CountingFlushable { _ in order.append("flushed") })
                loop.nextTurn { order.append("next turn") }
            }
        }
        #expect(order == ["flushed", "closed", "next turn"])
    }

    @Test func `releaseLater keeps an object to the end of the turn`() throws {
        var log: [String] = []
        try onLoop { loop in
            loop.nextTurn {
                loop.releaseLater(CountingFlushable(onDeinit: { log.append("gone") }))
                log.append("still inside")
                loop.nextTurn { log.append("next turn") }
            }
        }
        #expect(log == ["still inside", "gone", "next turn"])
    }
}

/// Writes down what it is told.
private final class ApproachedFlushable: Flushable {
    var log: [String] = []
    var step: (String) -> String = { $0 }
    var flushed: () -> Void = {}

    override func approach(_ step: Approach) { log.append(self.step("\(step)")) }

    override func flush() {
        log.append(step("flush"))
        flushed()
    }
}
