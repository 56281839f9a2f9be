import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct BroadcastQuestionTests {
    @Test func `the answers of many are gathered`() throws {
        try play { scene in
            let guests = try await scene.join(count: 3)
            scene.io.to(guests[0].id).socketsJoin("x")
            scene.io.to(guests[2].id).socketsJoin("x")
            var outcome: BroadcastAnswers<Int>?
            scene.io.to("x").emit("q", 20, timeout: .seconds(5)) { outcome = $0 }
            for (guest, answer) in [(guests[0], "5"), (guests[2], "6")] {
                let question = try await guest.next()
                #expect(question == #"421["q",20]"#)
                guest.send("431[\(answer)]")
            }
            await scene.until { outcome != nil }
            #expect(outcome?.answers.sorted() == [5, 6])
            #expect(outcome?.missing == 0)
            try await scene.settle(guests[1])
            #expect(guests[1].seen.isEmpty)
        }
    }

    @Test func `who is mute, gone or beside the point is missing`() throws {
        try play { scene in
            let guests = try await scene.join(count: 4)
            let nobody: BroadcastAnswers<Int> = await scene.io.to("nowhere").emit("q", timeout: .seconds(1))
            #expect(nobody.answers.isEmpty && nobody.missing == 0)
            var all = BroadcastAnswers<Int>()
            scene.loop.spawn { all = await scene.io.emit("q", timeout: .milliseconds(300)) }
            for guest in guests {
                let question = try await guest.next()
                #expect(question == #"422["q"]"#)
            }
            guests[0].send("432[5]")
            guests[1].send(#"432["no number"]"#)
            guests[2].peer.close()
            await scene.until { all.missing > 0 }
            #expect(all.answers == [5])
            #expect(all.missing == 3)
            #expect(scene.io.counters.answersLate == 1, "of the one that is mute")
            guests[3].send("432[1]")
            try await scene.settle(guests[3])
        }
    }

    @Test func `who owes too many answers is not asked`() throws {
        var options = ServerOptions()
        options.maxPendingAnswers = 1
        try play(options) { scene in
            let guest = try await scene.join()
            var first: BroadcastAnswers<Int>?
            scene.io.emit("first", timeout: .seconds(5)) { first = $0 }
            let second: BroadcastAnswers<Int> = await scene.io.emit("second", timeout: .seconds(5))
            #expect(second.missing == 1)
            #expect(try await guest.next() == #"421["first"]"#)
            guest.send("431[7]")
            await scene.until { first != nil }
            #expect(first?.answers == [7])
            try await scene.settle(guest)
            #expect(guest.seen.isEmpty)
        }
    }

    @Test func `a volatile question is not put to a client that does not read`() throws {
        try play { scene in
            let slow = try await scene.join()
            let quick = try await scene.join()
            slow.peer.pause()
            let socket = try #require(scene.io.socket(slow.id))
            let block = String(repeating: "x", count: 65_536)
            while socket.conn.bufferedBytes == 0 {
                socket.emit("block", block)
                await scene.turn()
            }
            var outcome: BroadcastAnswers<Int>?
            scene.io.volatile.timeout(.milliseconds(100)).emit("q") { outcome = $0 }
            #expect(try await quick.next() == #"421["q"]"#)
            quick.send("431[5]")
            await scene.until { outcome != nil }
            #expect(outcome?.answers == [5] && outcome?.missing == 1)
            slow.peer.resume()
            try await scene.settle(slow)
            #expect(!slow.seen.contains(#"421["q"]"#))
        }
    }

    @Test func `a question that cannot be sent is answered by nobody`() throws {
        try play { scene in
            _ = try await scene.join()
            let outcome: BroadcastAnswers<Int> = await scene.io.emit("connect", timeout: .seconds(1))
            #expect(outcome.missing == 1)
        }
    }
}
