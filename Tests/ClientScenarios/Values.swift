// Values: what is sent comes back as it was, in both directions.

import SocketIO

typealias Scenario = @Sendable (Place) async throws -> Void

let allScenarios: [(String, Scenario)] = valueScenarios + placeScenarios + lifeScenarios

private let seconds = Duration.seconds(10)

let valueScenarios: [(String, Scenario)] = [
    (
        "an answer returns what was sent",
        { place in
            let socket = try await place.connect()
            let text: String = try await socket.emit("echo", "Grüße 👋", timeout: seconds)
            try expect(text, "Grüße 👋")
            let (one, two, three): (Int, [Bool], JSON) =
                try await socket.emit("echo", 1, [true, false], ["a": nil] as JSON, timeout: seconds)
            try expect(one == 1 && two == [true, false] && three == ["a": nil], "\(one) \(two) \(three)")
            await socket.close()
        }
    ),
    (
        "bytes go both ways",
        { place in
            let socket = try await place.connect()
            let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
            let echoed: [UInt8] = try await socket.emit("echo", bytes, timeout: seconds)
            try expect(echoed == bytes, "other bytes")
            let events = socket.events("bin", as: [UInt8].self)
            try await socket.emit("bin", [1, 2, 255] as [UInt8])
            try expect(try await next(events), [1, 2, 255])
            await socket.close()
        }
    ),
    (
        "bytes keep their place among other values",
        { place in
            let socket = try await place.connect()
            let nested: JSON = ["a": [1, ["b": .binary([0, 1, 255])], "text"], "c": .binary([]), "d": nil]
            let echoed: JSON = try await socket.emit("echo", nested, timeout: seconds)
            try expect(echoed, nested)
            await socket.close()
        }
    ),
    (
        "an answer may have several values",
        { place in
            let socket = try await place.connect()
            let (one, two, three): (Int, String, [UInt8]) = try await socket.emit("multi", timeout: seconds)
            try expect(one == 1 && two == "two" && three == [3], "\(one) \(two) \(three)")
            await socket.close()
        }
    ),
    (
        "the server asks and gets the answer",
        { place in
            let socket = try await place.connect()
            socket.on("question") { (number: Int) in number + 1 }
            let answer: [Int] = try await socket.emit("ask", timeout: seconds)
            try expect(answer, [21])
            await socket.close()
        }
    ),
    (
        "the server asks an asynchronous handler",
        { place in
            let socket = try await place.connect()
            socket.on("question") { (number: Int) in
                try await Task.sleep(for: .milliseconds(1))
                return number + 2
            }
            let answer: [Int] = try await socket.emit("ask", timeout: seconds)
            try expect(answer, [22])
            await socket.close()
        }
    ),
    (
        "three hundred answers each find their question",
        { place in
            let socket = try await place.connect()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    // Sixteen at a time: python-engineio takes no more packets in one request.
                    if number >= 16 { try await group.next() }
                    group.addTask {
                        let answer: Int = try await socket.emit("echo", number, timeout: seconds)
                        try expect(answer, number)
                    }
                }
                try await group.waitForAll()
            }
            await socket.close()
        }
    ),
    (
        "events come in the order in which they were sent",
        { place in
            let socket = try await place.connect()
            let events = socket.events("bin", as: Int.self)
            for number in 0..<100 {
                try await socket.emit("bin", number)
                if number % 10 == 9 { let _: Int = try await socket.emit("echo", 0, timeout: seconds) }
            }
            var numbers: [Int] = []
            for await number in events {
                numbers.append(number)
                if numbers.count == 100 { break }
            }
            try expect(numbers, Array(0..<100))
            await socket.close()
        }
    ),
    (
        "a question that nobody answers ends in time",
        { place in
            let socket = try await place.connect()
            do {
                let _: Int = try await socket.emit("nobody handles this", timeout: .milliseconds(100))
                try expect(false, "an answer")
            } catch let error as AckError {
                try expect(error, .timeout)
            }
            await socket.close()
        }
    ),
    (
        "an answer of another kind is an error",
        { place in
            let socket = try await place.connect()
            do {
                let _: Int = try await socket.emit("echo", "text", timeout: seconds)
                try expect(false, "an answer")
            } catch AckError.undecodable {
            }
            await socket.close()
        }
    ),
    (
        "a reserved event is not sent",
        { place in
            let socket = try await place.connect()
            do {
                try await socket.emit("connect", 1)
                try expect(false, "it was sent")
            } catch let error as AckError {
                try expect(error, .notSent)
            }
            await socket.close()
        }
    ),
]
