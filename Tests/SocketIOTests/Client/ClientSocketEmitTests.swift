import SocketIO
import TestSupport
import Testing
import UVHTTP
import UVLoop

/// What becomes of events that cannot be sent at once.
@Suite struct ClientSocketEmitTests {
    /// What a server has received, over several lives of it.
    private final class Book { var numbers: [Int] = [] }

    private func serve(_ io: Server, _ book: Book) {
        io.on(.connection) { socket in
            socket.on("number") { (number: Int) -> Int in
                book.numbers.append(number)
                return number
            }
        }
    }

    @Test func `what waits is sent in order, without what is volatile or too old`() throws {
        try play { scene in
            let book = Book()
            self.serve(scene.io, book)
            let io = scene.manager { $0.autoConnect = false }
            let socket = io.socket()
            #expect(socket.emit("number", 1) == .queued)
            #expect(socket.volatile.emit("number", 2) == .dropped)
            socket.deadline(.milliseconds(1)).emit("number", 3)
            socket.emit("number", 4)
            var failure: AckError?
            socket.emit("number", 5, timeout: .milliseconds(1)) { (answer: Result<Int, AckError>) in
                if case .failure(let error) = answer { failure = error }
            }
            await scene.loop.sleep(for: 2 * Timeouts.tick + 50)
            #expect(failure == .timeout)
            socket.connect()
            let last: Int = try await socket.emit("number", 6, timeout: .seconds(5))
            #expect(last == 6 && book.numbers == [1, 4, 6])
            io.close()
        }
    }

    @Test func `what waits is bounded`() throws {
        try play { scene in
            let io = scene.manager {
                $0.autoConnect = false
                $0.maxKeptEvents = 2
            }
            let socket = io.socket()
            #expect(socket.emit("a") == .queued && socket.emit("b") == .queued && socket.emit("c") == .dropped)
            var failure: AckError?
            socket.emit("d") { (answer: Result<Void, AckError>) in
                if case .failure(let error) = answer { failure = error }
            }
            #expect(failure == .bufferFull)
            io.close()
        }
    }

    @Test func `a message that is too large is refused here, and the connection stays`() throws {
        var options = ServerOptions()
        options.maxHttpBufferSize = 1_000
        try play(options) { scene in
            let book = Book()
            self.serve(scene.io, book)
            let io = scene.manager()
            let socket = io.socket()
            await scene.connected(socket)
            var failure: AckError?
            socket.emit("number", String(repeating: "x", count: 1_000)) { (answer: Result<Int, AckError>) in
                if case .failure(let error) = answer { failure = error }
            }
            #expect(failure == .tooLarge(limit: 1_000))
            let answer: Int = try await socket.emit("number", 7, timeout: .seconds(5))
            #expect(answer == 7 && socket.isConnected)
            io.close()
        }
    }

    @Test func `retries lose nothing and repeat nothing over a restart of the server`() throws {
        try play { scene in
            let book = Book()
            self.serve(scene.io, book)
            var retrying = ClientSocketOptions()
            retrying.retries = 100
            retrying.ackTimeout = 5_000
            let io = scene.manager()
            let socket = io.socket(options: retrying)
            var answers: [Int] = []
            for number in 0..<50 {
                socket.emit("number", number) { (answer: Result<Int, AckError>) in
                    if case .success(let number) = answer { answers.append(number) }
                }
            }
            await scene.until { answers.count >= 10 }
            scene.app.close(within: 0)
            await scene.until { !socket.isConnected }
            for number in 50..<60 { socket.emit("number", number) }
            let app = HTTPServer(on: scene.loop)
            let again = Server(on: app)
            self.serve(again, book)
            try app.listen(host: "127.0.0.1", port: scene.port)
            await scene.until { answers.count == 50 && book.numbers.count >= 60 }
            #expect(answers == Array(0..<50))
            // The server answered in the turn in which it heard, so nothing it heard was without an answer.
            #expect(book.numbers == Array(0..<60))
            io.close()
            again.close()
            app.close(within: 0)
        }
    }

    @Test func `a try that is not answered is repeated until the retries are used up`() throws {
        try play { scene in
            let book = Book()
            scene.io.on(.connection) { socket in
                socket.on("mute") { (number: Int, ack: Ack) in book.numbers.append(number) }
                socket.on("second time") { (number: Int, ack: Ack) in
                    book.numbers.append(number)
                    if book.numbers.filter({ $0 == number }).count == 2 { ack(number) }
                }
            }
            var retrying = ClientSocketOptions()
            retrying.retries = 2
            retrying.ackTimeout = 1
            let io = scene.manager()
            let socket = io.socket(options: retrying)
            var outcomes: [Result<Int, AckError>] = []
            socket.emit("mute", 1) { outcomes.append($0) }
            socket.emit("second time", 2) { outcomes.append($0) }
            await scene.until { outcomes.count == 2 }
            #expect(outcomes == [.failure(.timeout), .success(2)])
            #expect(book.numbers.prefix(5) == [1, 1, 1, 2, 2])
            io.close()
        }
    }

    @Test func `a client that was cut off gets back who it was and what it missed`() throws {
        var options = ServerOptions()
        options.connectionStateRecovery = ConnectionStateRecovery()
        try play(options) { scene in
            let io = scene.manager { $0.reconnectionDelay = 50 }
            let socket = io.socket()
            let diary = Diary(socket)
            socket.on("news") { (text: String) in diary.write(text) }
            await scene.connected(socket)
            let id = try #require(socket.id)
            scene.io.emit("news", "one")
            await scene.until { diary.lines.count == 2 }
            await scene.cut(socket)
            scene.io.emit("news", "two")
            scene.io.emit("news", "three")
            await scene.until { diary.lines.last == "recovered" }
            let lost = "disconnect transport close"
            #expect(diary.lines == ["connect", "one", lost, "two", "three", "recovered"])
            #expect(socket.recovered && socket.id == id && scene.io.counters.recoveries == 1)
            io.close()
        }
    }

    @Test func `a client may use another parser, and see what leaves`() throws {
        var options = ServerOptions()
        options.parser = MessagePackParser()
        try play(options) { scene in
            let book = Book()
            self.serve(scene.io, book)
            let io = scene.manager { $0.parser = MessagePackParser() }
            let socket = io.socket()
            var left: [String] = []
            socket.onAnyOutgoing { event, values in left.append("\(event) \(values.count)") }
            let answer: Int = try await socket.emit("number", 5, timeout: .seconds(5))
            #expect(answer == 5 && book.numbers == [5] && left == ["number 1"])
            io.close()
        }
    }
}
