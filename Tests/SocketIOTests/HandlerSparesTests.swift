import TestSupport
import Testing

@testable import SocketIO

@Suite struct HandlerSparesTests {
    @Test func `an acknowledgement that was kept answers its own question, whatever comes after it`() throws {
        try play { scene in
            var kept: [(Arguments, Ack?)] = []
            scene.io.on(.connection) { socket in
                socket.on("keep") { (arguments: Arguments, ack: Ack?) in kept.append((arguments, ack)) }
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in ack?(arguments) }
            }
            let guest = try await scene.join()
            for id in 0..<3 {
                guest.send("42\(id)[\"keep\",\"number \(id)\"]")
                guest.send("421\(id)[\"echo\",\"another \(id)\"]")
                #expect(try await guest.next() == .text("431\(id)[\"another \(id)\"]"))
            }
            for (id, (arguments, ack)) in kept.enumerated().reversed() {
                ack?(arguments)
                #expect(try await guest.next() == .text("43\(id)[\"number \(id)\"]"))
            }
        }
    }

    @Test func `a question that nobody answers is not answered by the next`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("ignore") { (_: Arguments, _: Ack?) in }
                socket.on("twice") { (arguments: Arguments, ack: Ack?) in
                    let copy = ack
                    ack?(arguments)
                    copy?("again")
                }
            }
            let guest = try await scene.join()
            guest.send(#"421["ignore",1]"#)
            guest.send(#"422["twice",2]"#)
            guest.send(#"42["twice",3]"#)
            guest.send(#"423["twice",4]"#)
            #expect(try await guest.next() == "432[2]")
            #expect(try await guest.next() == "433[4]")
        }
    }

    @Test func `a socket that has gone is not held by a question that it has asked`() throws {
        try play { scene in
            weak var gone: Socket?
            scene.io.on(.connection) { socket in
                gone = socket
                socket.on("ask") { (_: Arguments, _: Ack?) in }
            }
            let guest = try await scene.join()
            guest.send(#"421["ask",1]"#)
            try await scene.settle(guest)
            #expect(gone != nil)
            guest.send("41")
            await scene.until { gone == nil }
        }
    }
}
