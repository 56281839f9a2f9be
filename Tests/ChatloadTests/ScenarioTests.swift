import SocketIO
import Testing
import UVLoop
import Wire

@testable import chatload

/// Every scenario against a server that does what it should, and against some that do not.
@Suite struct ScenarioTests {
    @Test(arguments: [
        "connect URL -c 20 --hold 0.05",
        "echo URL -c 5 --rate 200 --duration 0.3 --warmup 0.05",
        "echo URL -c 5 --inflight 4 --duration 0.3 --warmup 0.05 --payload 2000",
        "broadcast URL -c 8 --senders 2 --rate 50 --duration 0.3 --warmup 0.05",
        "broadcast URL -c 8 --senders 2 --inflight 2 --duration 0.3 --warmup 0.05",
        "rooms URL -c 9 --rooms 3 --senders 4 --rate 50 --duration 0.3 --warmup 0.05",
        "churn URL --rate 50 --stay 60 --duration 0.3 --warmup 0.05",
        "churn URL --inflight 3 --stay 0 --duration 0.3 --warmup 0.05",
        "slow URL -c 6 --slow 2 --rate 50 --duration 0.3 --warmup 0.05",
        "soak URL -c 5 --churn-rate 20 --stay 50 --broadcast-rate 20 --duration 0.4 --warmup 0.05",
    ])
    func `a good server passes`(line: String) throws {
        let report = try perform(line)
        #expect(report.faults == Faults(), "\(report.notes)")
        #expect(Thresholds().failures(of: report) == [])
        #expect(report.connections.opened == report.connections.wanted)
        #expect(report.measures.allSatisfy { $0.count > 0 && $0.p50 > 0 && $0.p50 <= $0.max })
        #expect(!report.interrupted)
    }

    @Test func `a fixed rate is kept`() throws {
        let report = try perform("echo URL -c 3 --rate 300 --duration 1 --warmup 0.1")
        #expect(report.measures.first?.count == 300)
    }

    @Test func `every delivery is counted`() throws {
        let report = try perform("broadcast URL -c 7 --rate 100 --duration 0.5 --warmup 0")
        let counts = report.measures.map { "\($0.name) \($0.count)" }
        #expect(counts == ["delivery 350", "last receiver 50", "connect 7"])
    }

    @Test func `the namespace is entered with what it asks for`() throws {
        let line = "echo URL -c 2 --rate 50 --duration 0.2 --warmup 0 --namespace /game --auth {\"key\":\"k\"}"
        let report = try perform(line) { io in
            let game = io.of("/game")
            game.use { socket in
                guard socket.handshake.auth["key"]?.string == "k" else { throw ConnectError("who are you?") }
            }
            game.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in ack?(arguments) }
            }
        }
        #expect(report.faults == Faults(), "\(report.notes)")
    }

    @Test func `a connection that is refused is a fault, with the server's words`() throws {
        let report = try perform("connect URL -c 3") { io in
            io.use { _ in throw ConnectError("not today") }
        }
        #expect(report.faults == Faults(failed: 3))
        #expect(report.notes == ["3 x not today"])
    }

    @Test func `nobody there is a fault of every connection`() throws {
        let report = try perform("connect http://127.0.0.1:1 -c 3")
        #expect(report.faults == Faults(failed: 3))
        #expect(report.measures.first?.count == 0)
    }
}

/// Servers that do something wrong: each kind of fault has to be seen.
@Suite struct FaultTests {
    @Test func `a wrong answer is seen`() throws {
        let report = try perform("echo URL -c 2 --rate 50 --duration 0.2 --warmup 0") { io in
            var count = 0
            io.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in
                    count += 1
                    if count == 5 { ack?("another") } else { ack?(arguments) }
                }
            }
        }
        #expect(report.faults == Faults(wrong: 1))
    }

    @Test func `any answer is taken if it is said`() throws {
        let report = try perform("echo URL -c 2 --rate 50 --duration 0.2 --warmup 0 --any-answer") { io in
            io.on(.connection) { socket in socket.on("echo") { (_: String) in 42 } }
        }
        #expect(report.faults == Faults())
    }

    @Test func `an answer that never comes is seen, and its age counts`() throws {
        let line = "echo URL -c 2 --rate 50 --duration 0.2 --warmup 0 --timeout 0.3"
        let report = try perform(line) { io in
            var count = 0
            io.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in
                    count += 1
                    if count != 3 { ack?(arguments) }
                }
            }
        }
        #expect(report.faults == Faults(unanswered: 1))
        #expect(report.measures.first?.count == 9)
        #expect((report.measures.first?.max ?? 0) > 300)
    }

    /// Sends the messages in another way than they came.
    private func broadcast(_ line: String = "--duration 0.2", _ pass: @escaping (Int, JSON, Server) -> Void) throws
        -> Report
    {
        try perform("broadcast URL -c 4 --rate 50 --warmup 0 --timeout 0.3 \(line)") { io in
            var count = 0
            io.on(.connection) { socket in
                socket.on("chat message") { (text: JSON) in
                    count += 1
                    pass(count, text, io)
                }
            }
        }
    }

    @Test func `a message that is dropped is missing at each receiver`() throws {
        let report = try broadcast { number, text, io in
            if number != 4 { io.emit("chat message", text) }
        }
        #expect(report.faults == Faults(missing: 4))
    }

    @Test func `the last message that is dropped is missing, too`() throws {
        let report = try broadcast { number, text, io in
            if number != 10 { io.emit("chat message", text) }
        }
        #expect(report.faults == Faults(missing: 4))
    }

    @Test func `messages that change places are out of order`() throws {
        var held: JSON?
        let report = try broadcast { number, text, io in
            if number == 4 { return held = text }
            io.emit("chat message", text)
            if let text = held { io.emit("chat message", text) }
            held = nil
        }
        #expect(report.faults == Faults(misordered: 4))
    }

    @Test func `a message that comes twice is seen`() throws {
        let report = try broadcast { number, text, io in
            io.emit("chat message", text)
            if number == 2 { io.emit("chat message", text) }
        }
        #expect(report.faults == Faults(repeated: 4))
    }

    @Test func `a sender that gets nothing is a fault, unless it is said`() throws {
        func serve(_ io: Server) {
            io.on(.connection) { socket in
                socket.on("chat message") { (text: JSON) in socket.broadcast.emit("chat message", text) }
            }
        }
        let line = "broadcast URL -c 4 --rate 50 --warmup 0 --duration 0.2 --timeout 0.3"
        #expect(try perform(line, serve).faults == Faults(missing: 10))
        #expect(try perform(line + " --to-others", serve).faults == Faults())
    }

    @Test func `a message for a room that goes to everybody is astray`() throws {
        let report = try perform("rooms URL -c 4 --rooms 2 --rate 50 --warmup 0 --duration 0.2") { io in
            io.on(.connection) { socket in
                socket.on("join") { (_: String) in true }
                socket.on("room message") { (_: String, text: JSON) in io.emit("room message", text) }
            }
        }
        #expect(report.faults == Faults(astray: 20))
    }

    @Test func `connections that the server cuts are lost, and the others go on`() throws {
        let report = try perform("broadcast URL -c 4 --rate 50 --warmup 0 --duration 0.4") { io in
            var (sockets, messages) = (0, 0)
            io.on(.connection) { socket in
                sockets += 1
                if sockets == 3 { socket.join("unlucky") }
                socket.on("chat message") { (text: JSON) in
                    io.emit("chat message", text)
                    messages += 1
                    if messages == 5 { io.in("unlucky").disconnectSockets(close: true) }
                }
            }
        }
        #expect(report.faults == Faults(lost: 1))
        #expect(report.connections.opened == 4)
    }
}

/// What a stall does, and a signal.
@Suite struct CourseTests {
    @Test func `a server that stalls shows it, also in the operations that it kept from being sent`() throws {
        var stalled = false
        let report = try perform("echo URL -c 2 --rate 200 --duration 1 --warmup 0") { io in
            io.on(.connection) { socket in
                socket.on("echo") { (arguments: Arguments, ack: Ack?) in
                    ack?(arguments)
                    guard !stalled else { return }
                    stalled = true
                    // Holds the loop that both sides live on, as a slow handler would.
                    let end = presentMoment() + 400_000_000
                    while presentMoment() < end {}
                }
            }
        }
        // 80 of 200 operations were due meanwhile. Measured from their sending all but one would have been quick.
        #expect(report.measures.first?.count == 200)
        #expect((report.measures.first?.p90 ?? 0) > 200)
        #expect((report.measures.first?.max ?? 0) >= 390)
        #expect(report.faults == Faults())
    }

    @Test func `a signal ends the run with what there is`() throws {
        let report = try perform(
            "echo URL -c 2 --rate 100 --duration 100 --warmup 0",
            during: { loop, run in
                let timer = Timer(on: loop) { run.interrupt() }
                timer.start(after: 500)
                run.progress = { _ in withExtendedLifetime(timer) {} }
            }
        )
        #expect(report.interrupted)
        #expect(report.faults == Faults())
        #expect(report.seconds < 50)
        #expect((report.measures.first?.count ?? 0) > 10)
    }

    @Test func `the course has a moment for each second, for each measure`() throws {
        let report = try perform("broadcast URL -c 3 --rate 20 --duration 1.2 --warmup 0.1")
        #expect(report.course.count >= 2)
        #expect(report.measures.allSatisfy { $0.course.count == report.course.count })
        #expect(report.course.first?.connections == 3)
        #expect(report.course.first?.phase == "measured")
        #expect(report.course.last?.phase == "end")
    }
}
