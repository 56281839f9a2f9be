import TestSupport
import Testing
import UVLoop

@Suite struct LoopbackTests {
    @Test(arguments: [1, 3, 65_536], [1, 2, 5, Int.max])
    func `bytes arrive in order however short reads and writes are`(read: Int, room: Int) throws {
        let sent = (0..<200).map { UInt8($0) }
        let receiver = Recorder()
        let sender = Recorder()
        try onLoop { loop in
            let (left, right) = Loopback.pair(on: loop)
            left.room = room
            right.mostPerRead = read
            left.setHandler(sender)
            right.setHandler(receiver)
            right.start()
            left.write(Array(sent[..<120]))
            left.write(gathering: [Array(sent[120..<121]), Array(sent[121...])])
            #expect(receiver.received.isEmpty && left.writes == 2 && left.written == sent)
            #expect((left.queuedBytes > 0) == (room < 200))
            left.shutdown()
            receiver.onEnd = {
                right.close()
                left.close()
            }
        }
        #expect(receiver.received == sent)
        #expect(receiver.events == ["end", "closed "])
        #expect(sender.events == (room < 200 ? ["drained", "closed "] : ["closed "]))
    }

    @Test func `what a closed side has written still arrives, then the end`() throws {
        let receiver = Recorder()
        try onLoop { loop in
            let (left, right) = Loopback.pair(on: loop)
            right.setHandler(receiver)
            right.start()
            left.write("last words")
            left.close()
            receiver.onEnd = { right.close() }
        }
        #expect(receiver.text == "last words" && receiver.events == ["end", "closed "])
    }

    @Test func `a paused side is not served until it resumes`() throws {
        let receiver = Recorder()
        try onLoop { loop in
            let (left, right) = Loopback.pair(on: loop)
            right.setHandler(receiver)
            right.start()
            right.pauseReading()
            left.write("wait")
            receiver.onReceive = {
                left.close()
                right.close()
            }
            loop.nextTurn {
                loop.nextTurn {
                    #expect(receiver.received.isEmpty)
                    right.resumeReading()
                }
            }
        }
        #expect(receiver.text == "wait")
    }

    @Test func `a cut is told to both sides, and nothing of the pair is left`() throws {
        weak var weakLeft: Loopback?
        let (one, other) = (Recorder(), Recorder())
        try onLoop { loop in
            let (left, right) = Loopback.pair(on: loop)
            weakLeft = left
            left.setHandler(one)
            right.setHandler(other)
            left.write("lost")
            left.cut()
            #expect(one.events.isEmpty, "not inside the call")
        }
        #expect(one.events == ["closed ECONNRESET"] && other.events == ["closed ECONNRESET"])
        #expect(weakLeft == nil)
    }
}
