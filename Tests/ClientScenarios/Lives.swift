// Lives: how connections begin, end, and come back.

import SocketIO

private let seconds = Duration.seconds(10)

private func reasons(_ socket: SocketIOClient) -> AsyncStream<ClientDisconnectReason> {
    let (stream, continuation) = AsyncStream<ClientDisconnectReason>.makeStream()
    socket.on(.disconnect) { reason in _ = continuation.yield(reason) }
    return stream
}

private func connects(_ socket: SocketIOClient) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    socket.on(.connect) { () -> Void in _ = continuation.yield() }
    return stream
}

let lifeScenarios: [(String, Scenario)] = [
    (
        "what is said before the connect waits for it, in order",
        { place in
            let socket = try SocketIOClient(place.url, options: place.options)
            let events = socket.events("bin", as: Int.self)
            for number in 0..<5 { try await socket.emit("bin", number) }
            var numbers: [Int] = []
            for await number in events {
                numbers.append(number)
                if numbers.count == 5 { break }
            }
            try expect(numbers, [0, 1, 2, 3, 4])
            await socket.close()
        }
    ),
    (
        "what is volatile does not wait",
        { place in
            var options = place.options
            options.autoConnect = false
            let socket = try SocketIOClient(place.url, options: options)
            let events = socket.events("bin", as: Int.self)
            try expect(await socket.emitVolatile("bin", 1) == false, "it was kept")
            try await socket.emit("bin", 2)
            await socket.connect()
            try expect(try await next(events), 2)
            await socket.close()
        }
    ),
    (
        "the server sends a client away, which may come again",
        { place in
            let socket = try await place.connect()
            let ends = reasons(socket)
            try await socket.emit("kick-ns")
            try expect(try await next(ends), .serverDisconnect)
            try expect(await socket.isConnected == false, "still connected")
            await socket.connect()
            try await socket.connected()
            await socket.close()
        }
    ),
    (
        "a connection that the server closes comes back",
        { place in
            let socket = try await place.connect()
            let (first, ends, again) = (await socket.id, reasons(socket), connects(socket))
            try await socket.emit("kick")
            let reason = try await next(ends)
            try expect(reason.isRetried || place.isReference, "\(reason)")
            if !reason.isRetried { await socket.connect() }
            try await next(again)
            try expect(await socket.id != first, "the same id")
            let echoed: Int = try await socket.emit("echo", 7, timeout: seconds)
            try expect(echoed, 7)
            await socket.close()
        }
    ),
    (
        "a client leaves and comes again",
        { place in
            let socket = try await place.connect()
            let ends = reasons(socket)
            await socket.disconnect()
            try expect(try await next(ends), .clientDisconnect)
            await socket.connect()
            try await socket.connected()
            await socket.close()
        }
    ),
    (
        "a cancelled task does not wait any more",
        { place in
            let socket = try await place.connect()
            let task = Task { () throws(AckError) -> Int in try await socket.emitWithAck("nobody handles this") }
            let _: Int = try await socket.emit("echo", 1, timeout: seconds)
            task.cancel()
            switch await task.result {
            case .success: throw Unexpected(description: "an answer")
            case .failure(let error): try expect("\(error)", "\(AckError.cancelled)")
            }
            let echoed: Int = try await socket.emit("echo", 1, timeout: seconds)
            try expect(echoed, 1)
            await socket.close()
        }
    ),
    (
        "cancelling a task ends its sequence",
        { place in
            let socket = try await place.connect()
            let events = socket.events("never", as: Int.self)
            let task = Task {
                var count = 0
                for await _ in events { count += 1 }
                return count
            }
            task.cancel()
            try expect(await task.value, 0)
            await socket.close()
        }
    ),
    (
        "closing ends questions and sequences",
        { place in
            let socket = try await place.connect()
            let events = socket.events("never", as: Int.self)
            let task = Task { () throws(AckError) -> Int in try await socket.emitWithAck("nobody handles this") }
            let _: Int = try await socket.emit("echo", 1, timeout: seconds)
            await socket.close()
            for await _ in events { try expect(false, "an event") }
            guard case .failure = await task.result else { throw Unexpected(description: "an answer") }
            do {
                try await socket.emit("echo", 1)
                throw Unexpected(description: "it was sent")
            } catch let error as AckError {
                try expect(error, .disconnected)
            }
        }
    ),
    (
        "retries deliver each event, in order, over losses of the connection",
        { place in
            var retrying = ClientSocketOptions()
            retrying.retries = 10
            retrying.ackTimeout = 2_000
            let socket = try await place.connect(socket: retrying)
            let other = socket.of("/dyn-1")
            try await other.connected()
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for number in 0..<30 {
                    group.addTask { (number, try await socket.emit("echo", number, timeout: .seconds(2))) }
                    if number % 10 == 5 { try await other.emit("kick") }
                }
                for try await (number, answer) in group { try expect(answer, number) }
            }
            await socket.close()
        }
    ),
    (
        "a server that is not there is an error",
        { place in
            do {
                _ = try await SocketIOClient.connect("http://127.0.0.1:1", options: place.options)
                throw Unexpected(description: "connected")
            } catch ClientConnectError.transport {
            }
        }
    ),
    (
        "a URL that is none is an error",
        { place in
            do {
                _ = try await SocketIOClient.connect("nonsense://", options: place.options)
                throw Unexpected(description: "connected")
            } catch ClientConnectError.transport {
            }
        }
    ),
]
