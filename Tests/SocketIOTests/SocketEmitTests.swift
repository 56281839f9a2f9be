import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct SocketEmitTests {
    /// Connects one client whose socket is handed to `script`.
    private func talk(
        _ options: ServerOptions = ServerOptions(),
        _ script: nonisolated(nonsending) @escaping (Scene, Socket, Guest) async throws -> Void
    ) throws {
        try play(options) { scene in
            var sockets: [Socket] = []
            scene.io.on(.connection) { sockets.append($0) }
            let guest = try await scene.join()
            try await script(scene, try #require(sockets.first), guest)
        }
    }

    @Test func `an event carries values of any kind`() throws {
        try talk { _, socket, guest in
            socket.emit("x", 1, "a\"b", [1.5, 2], ["k": true], nil as Int?, JSON.null, ["a": [1]] as JSON)
            let first = try await guest.next()
            #expect(first == #"42["x",1,"a\"b",[1.5,2],{"k":true},null,null,{"a":[1]}]"#)
            socket.emit("list", all: [1, "two"])
            #expect(try await guest.next() == #"42["list",1,"two"]"#)
        }
    }

    @Test func `a question is answered to its callback`() throws {
        try talk { scene, socket, guest in
            var answers: [Result<(Int, String), AckError>] = []
            socket.emit("q", 20) { (result: Result<(Int, String), AckError>) in answers.append(result) }
            #expect(try await guest.next() == #"421["q",20]"#)
            guest.send(#"431[5,"five"]"#)
            guest.send(#"431[6,"late"]"#)
            try await scene.settle(guest)
            #expect(answers.count == 1)
            #expect(try answers.first?.get().0 == 5)
            #expect(try answers.first?.get().1 == "five")
            #expect(scene.io.counters.unknownAnswers == 1)
        }
    }

    @Test func `questions may be answered in any order, binary too`() throws {
        try talk { scene, socket, guest in
            var answers: [String] = []
            for name in ["a", "b", "c"] {
                socket.emit("q") { (result: Result<[UInt8], AckError>) in answers.append("\(name) \(result)") }
                _ = try await guest.next()
            }
            guest.send(#"461-2[{"_placeholder":true,"num":0}]"#)
            guest.send([9])
            guest.send("433[[1,2]]")
            guest.send(#"431["no bytes"]"#)
            try await scene.settle(guest)
            #expect(answers.prefix(2) == ["b success([9])", "c success([1, 2])"])
            #expect(answers.last?.hasPrefix("a failure") == true)
        }
    }

    @Test func `a question in an asynchronous handler returns its answer`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("ask") { (number: Int) in
                    let answer: Int = try await socket.emit("question", number, timeout: .seconds(5))
                    return answer + 1
                }
            }
            let guest = try await scene.join()
            guest.send(#"427["ask",20]"#)
            #expect(try await guest.next() == #"421["question",20]"#)
            guest.send("431[41]")
            #expect(try await guest.next() == "437[42]")
        }
    }

    @Test func `a question fails when its time is over, and not twice`() throws {
        try talk { scene, socket, guest in
            await #expect(throws: AckError.timeout) {
                let _: Int = try await socket.emit("q", timeout: .milliseconds(60))
            }
            #expect(try await guest.next() == #"421["q"]"#)
            guest.send("431[1]")
            try await scene.settle(guest)
            #expect(scene.io.counters.answersLate == 1)
            #expect(scene.io.counters.unknownAnswers == 1)
        }
    }

    @Test func `questions fail when the client goes, and when it has gone`() throws {
        try talk { scene, socket, guest in
            var errors: [AckError] = []
            for _ in 0..<3 {
                socket.emit("q") { (result: Result<Int, AckError>) in
                    if case .failure(let error) = result { errors.append(error) }
                }
            }
            guest.peer.close()
            await scene.until { !socket.isConnected }
            #expect(errors == [.disconnected, .disconnected, .disconnected])
            await #expect(throws: AckError.disconnected) {
                let _: Int = try await socket.emit("q", timeout: .seconds(5))
            }
            guard case .dropped = socket.emit("x") else {
                Issue.record("an event for a client that has gone must be dropped")
                return
            }
        }
    }

    @Test func `a client owes a bounded number of answers`() throws {
        var options = ServerOptions()
        options.maxPendingAnswers = 2
        try talk(options) { scene, socket, guest in
            var errors: [AckError] = []
            for _ in 0..<5 {
                socket.emit("q") { (result: Result<Int, AckError>) in
                    if case .failure(let error) = result { errors.append(error) }
                }
            }
            #expect(errors == [.tooManyPending, .tooManyPending, .tooManyPending])
            #expect(scene.io.counters.questionsRefused == 3)
            try await scene.settle(guest)
            #expect(guest.seen.count == 2)
        }
    }

    @Test func `reserved names and values without JSON are reported and not sent`() throws {
        try talk { scene, socket, guest in
            var faults: [Fault.Kind] = []
            scene.io.on(.fault) { faults.append($0.kind) }
            socket.emit("disconnect", 1)
            scene.io.emit("connect_error")
            socket.emit("x", Refusing())
            socket.emit("disconnecting") { (result: Result<Int, AckError>) in
                guard case .failure(.notSent) = result else {
                    Issue.record("a question under a reserved name must fail")
                    return
                }
            }
            try await scene.settle(guest)
            #expect(guest.seen.isEmpty)
            #expect(faults == [.reservedEvent, .reservedEvent, .unencodable, .reservedEvent])
        }
    }

    @Test func `an answer is sent once`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("x") { (ack: Ack) in
                    ack(1, "two", [3] as [UInt8])
                    ack(2)
                }
            }
            let guest = try await scene.join()
            guest.send(#"425["x"]"#)
            try await scene.settle(guest)
            #expect(guest.seen == [#"461-5[1,"two",{"_placeholder":true,"num":0}]"#, .binary([3])])
        }
    }
}

/// A value that refuses to be encoded.
private struct Refusing: Encodable {
    struct Refusal: Error {}

    func encode(to encoder: any Encoder) throws { throw Refusal() }
}
