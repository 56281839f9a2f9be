import SocketIO
import TestSupport
import Testing
import UVLoop

private struct Refusal: Error, CustomStringConvertible {
    let description: String
}

@Suite struct SocketChecksTests {
    @Test func `a check lets events pass or refuses them, and the socket goes on`() throws {
        try play { scene in
            var calls: [String] = []
            var errors: [String] = []
            var faults: [Fault] = []
            scene.io.on(.fault) { faults.append($0) }
            scene.io.on(.connection) { socket in
                socket.use { event in
                    calls.append("check \(event.name) \(event.arguments.count) \(event.wantsAnswer)")
                    if event.arguments.first == "bad" { throw Refusal(description: "no \(event.name)") }
                }
                socket.on(.error) { error in errors.append(String(describing: error)) }
                socket.on("say") { (text: String) in calls.append("say \(text)") }
            }
            let guest = try await scene.join()
            guest.send(#"42["say","good"]"#)
            guest.send(#"427["say","bad"]"#)
            guest.send(#"42["say","again"]"#)
            await scene.until { calls.count == 5 }
            #expect(
                calls == ["check say 1 false", "say good", "check say 1 true", "check say 1 false", "say again"]
            )
            #expect(errors == ["no say"])
            #expect(faults.map(\.kind) == [.refused])
            #expect(faults.first?.error is Refusal)
            #expect(scene.io.counters.eventsRefused == 1)
        }
    }

    @Test func `a check may suspend, and the event arrives as it was sent`() throws {
        try play { scene in
            var order: [String] = []
            scene.io.on(.connection) { socket in
                socket.use { event in
                    await Task.yield()
                    if event.name == "secret" { throw Refusal(description: "secret") }
                }
                socket.use { event in order.append(event.name) }
                socket.on("bin") { (bytes: [UInt8], point: [String: Int]) -> JSON in
                    .array([.binary(bytes.reversed()), .int(Int64(point["x"] ?? 0))])
                }
                socket.on("secret") { order.append("never") }
            }
            let guest = try await scene.join()
            guest.send(#"42["secret"]"#)
            guest.send(#"451-9["bin",{"_placeholder":true,"num":0},{"x":5}]"#)
            guest.send([1, 2, 3])
            #expect(try await guest.next() == #"461-9[[{"_placeholder":true,"num":0},5]]"#)
            #expect(try await guest.next() == .binary([3, 2, 1]))
            #expect(order == ["bin"])
        }
    }

    @Test func `a client that goes while a check thinks is forgotten`() throws {
        try play { scene in
            var resume: UnsafeContinuation<Void, Never>?
            var calls = 0
            scene.io.on(.connection) { socket in
                socket.use { _ in await withUnsafeContinuation { resume = $0 } }
                socket.on("x") { calls += 1 }
            }
            let guest = try await scene.join()
            guest.send(#"42["x"]"#)
            await scene.until { resume != nil }
            guest.peer.close()
            await scene.until { scene.io.sockets.isEmpty }
            resume?.resume()
            await scene.turn()
            #expect(calls == 0)
            #expect(scene.io.counters.eventsRefused == 0)
        }
    }

    @Test func `a failed event is answered if the program says with what`() throws {
        var options = ServerOptions()
        options.failureAnswer = { fault in
            fault.kind == .refused ? nil : ["error": .string(fault.message)]
        }
        try play(options) { scene in
            scene.io.on(.connection) { socket in
                socket.use { event in
                    if event.name == "refused" { throw Refusal(description: "refused") }
                }
                socket.on("throws") { () -> Int in throw Refusal(description: "broken") }
                socket.on("throws later") { (a: Int) -> Int in
                    await Task.yield()
                    throw Refusal(description: "broken later")
                }
                socket.on("number") { (a: Int) in a }
            }
            let guest = try await scene.join()
            guest.send(#"421["throws"]"#)
            #expect(try await guest.next() == #"431[{"error":"broken"}]"#)
            guest.send(#"422["throws later",1]"#)
            #expect(try await guest.next() == #"432[{"error":"broken later"}]"#)
            guest.send(#"423["number"]"#)
            #expect(try await guest.next() == #"433[{"error":"argument 1 is missing"}]"#)
            guest.send(#"424["refused"]"#)
            guest.send(#"42["throws"]"#)
            guest.send(#"425["number",5]"#)
            #expect(try await guest.next() == "435[5]")
        }
    }
}
