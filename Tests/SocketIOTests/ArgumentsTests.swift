import TestSupport
import Testing
import UVLoop
import Wire

@testable import SocketIO

@Suite struct ArgumentsTests {
    @Test func `arguments are answered with as they were spelled`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in ack?(arguments) }
                socket.on("tail") { (first: Int, rest: Arguments, ack: Ack) in ack(rest) }
            }
            let guest = try await scene.join()
            guest.send(#"421["echo",1.0, {"a":"\u00e9"} ]"#)
            #expect(try await guest.next() == #"431[1.0, {"a":"\u00e9"} ]"#)
            guest.send(#"422["tail",1,[2,[3]],null]"#)
            #expect(try await guest.next() == "432[[2,[3]],null]")
            guest.send(#"423["echo"]"#)
            #expect(try await guest.next() == "433[]")
            guest.send(#"424["tail",1]"#)
            #expect(try await guest.next() == "434[]")
        }
    }

    @Test func `arguments with attachments are answered with those that they name`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("tail") { (first: [UInt8], rest: Arguments, ack: Ack) in ack(rest) }
            }
            let guest = try await scene.join()
            guest.send(#"452-1["tail",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#)
            guest.send([1])
            guest.send([2])
            #expect(try await guest.next() == #"461-1[{"_placeholder":true,"num":0}]"#)
            #expect(try await guest.next() == .binary([2]))
        }
    }

    @Test func `values are made of the text, and compare by what they are`() {
        let text = #"10 ,"x\n",[true]"#
        var read = Array(text.utf8).withUnsafeBytes { Arguments(text: $0, reusing: []) }
        #expect(read.text == Array(text.utf8))
        #expect(read == Arguments([10, "x\n", [true]]))
        #expect(read != Arguments([10]))
        var changed = read
        changed.values.append(.null)
        #expect(changed.text == nil)
        #expect(changed.values.count == 4)
        let kept = read
        #expect(read.takeMemory(upTo: 0).isEmpty && !read.values.isEmpty)
        #expect(read.takeMemory(upTo: 1_000).isEmpty && read.values.isEmpty)
        #expect(kept.text == Array(text.utf8))
    }

    @Test func `arguments that are too deep for values reach no handler`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack) in ack(arguments) }
            }
            let guest = try await scene.join()
            for depth in [JSONLimits.valueDepth - 2, JSONLimits.valueDepth - 1, JSONLimits.valueDepth] {
                let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                guest.send("421[\"echo\",\(nested)]")
                #expect(try await guest.next() == .text("431[\(nested)]"))
            }
            let depth = JSONLimits.valueDepth + 1
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            guest.send("422[\"echo\",\(nested)]")
            try await scene.settle(guest)
            #expect(scene.io.counters.eventsUndecodable == 1)
        }
    }
}
