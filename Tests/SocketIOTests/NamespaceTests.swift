import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct NamespaceTests {
    @Test func `one connection joins several namespaces, each with a socket of its own`() throws {
        try play { scene in
            let admin = scene.io.of("/admin")
            _ = scene.io.of("plain")
            admin.on(.connection) { socket in
                socket.on("who") { socket.namespace.name }
            }
            let guest = try await scene.join()
            guest.send("40/admin,")
            let answer = try await guest.next().text
            #expect(answer.hasPrefix("40/admin,{"))
            #expect(!answer.contains(guest.id))
            guest.send("40/plain")
            #expect(try await guest.next().text.hasPrefix("40/plain,{"))
            guest.send(#"42/admin,1["who"]"#)
            #expect(try await guest.next() == #"43/admin,1["/admin"]"#)
            #expect(scene.io.sockets.count == 1)
            #expect(admin.count == 1)
            guest.send("41/admin")
            try await scene.settle(guest)
            #expect(admin.count == 0)
            admin.emit("nobody")
            scene.io.emit("everybody")
            #expect(try await guest.next() == #"42["everybody"]"#)
        }
    }

    @Test func `auth that is nested too deeply is refused in words, and asks no middleware`() throws {
        try play { scene in
            var asked = 0
            scene.io.use { _ in asked += 1 }
            let peer = try await scene.open()
            let depth = 2_000
            peer.send("40{\"a\":\(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))}")
            #expect(try await peer.next() == "44{\"message\":\"The auth is nested too deeply\"}")
            #expect(asked == 0 && scene.io.counters.refusals == 1)
            peer.send("40{\"a\":[]}")
            #expect(try await peer.next().text.hasPrefix("40{\"sid\""))
        }
    }

    @Test func `an unknown namespace is refused and the connection stays`() throws {
        try play { scene in
            let peer = try await scene.open()
            for _ in 0..<50 {
                peer.send("40/random")
                #expect(try await peer.next() == #"44/random,{"message":"Invalid namespace"}"#)
            }
            peer.send("40")
            #expect(try await peer.next().text.hasPrefix("40{"))
            #expect(scene.io.counters.refusals == 50)
        }
    }

    @Test func `a middleware refuses with message and data`() throws {
        try play { scene in
            var checks: [String] = []
            scene.io.use { socket in
                checks.append("first")
                if socket.handshake.auth["deny"] != nil { throw ConnectError("denied", data: ["code": 42]) }
            }
            scene.io.use { _ in checks.append("second") }
            await #expect(throws: Refused(answer: #"44{"message":"denied","data":{"code":42}}"#)) {
                _ = try await scene.join(auth: #"{"deny":true}"#)
            }
            #expect(checks == ["first"])
            _ = try await scene.join()
            #expect(checks == ["first", "first", "second"])
            #expect(scene.io.sockets.count == 1)
        }
    }

    @Test func `an asynchronous middleware decides later, and any error's text is told`() throws {
        struct Unknown: Error, CustomStringConvertible {
            let description = "unknown user"
        }
        try play { scene in
            scene.io.use { socket in
                await Task.yield()
                if socket.handshake.auth["user"] == nil { throw Unknown() }
            }
            scene.io.use { socket in
                await Task.yield()
                socket.join("checked")
            }
            await #expect(throws: Refused(answer: #"44{"message":"unknown user"}"#)) { _ = try await scene.join() }
            _ = try await scene.join(auth: #"{"user":"a"}"#)
            #expect(scene.io.sockets.first?.rooms.last == "checked")
        }
    }

    @Test func `a client that goes while a middleware thinks is dropped in silence`() throws {
        try play { scene in
            var connections = 0
            var resume: UnsafeContinuation<Void, Never>?
            scene.io.on(.connection) { _ in connections += 1 }
            scene.io.use { _ in await withUnsafeContinuation { resume = $0 } }
            let peer = try await scene.open()
            peer.send("40")
            await scene.until { resume != nil }
            peer.close()
            await scene.until { scene.io.engine.clientsCount == 0 }
            resume?.resume()
            await scene.until { scene.loop.liveHandles <= 2 }
            #expect(connections == 0)
            #expect(scene.io.sockets.isEmpty)
        }
    }

    @Test func `an event that comes before the middlewares have agreed breaks the protocol`() throws {
        try play { scene in
            var resume: UnsafeContinuation<Void, Never>?
            scene.io.use { _ in await withUnsafeContinuation { resume = $0 } }
            let peer = try await scene.open()
            peer.send("40")
            peer.send(#"42["early"]"#)
            await peer.closed()
            resume?.resume()
        }
    }

    @Test func `one connection joins a bounded number of namespaces`() throws {
        var options = ServerOptions()
        options.maxNamespacesPerClient = 2
        try play(options) { scene in
            for name in ["/a", "/b", "/c"] { _ = scene.io.of(name) }
            let peer = try await scene.open()
            for name in ["/a", "/b"] {
                peer.send("40" + name)
                #expect(try await peer.next().text.hasPrefix("40" + name))
            }
            peer.send("40/c")
            #expect(try await peer.next() == #"44/c,{"message":"Too many namespaces"}"#)
        }
    }

    @Test func `a family of namespaces comes and goes with its clients`() throws {
        var options = ServerOptions()
        options.maxNamespaces = 2
        try play(options) { scene in
            var made: [String] = []
            let matches = { (name: String, auth: JSON) in name.hasPrefix("/dyn-") && auth["secret"] == nil }
            scene.io.of(matching: matches) { namespace in
                made.append(namespace.name)
                namespace.on(.connection) { socket in
                    socket.on("shout") { (text: String) in namespace.emit("shout", text) }
                }
            }
            let first = try await scene.join("/dyn-1")
            let second = try await scene.join("/dyn-1")
            first.send(#"42/dyn-1,["shout","hey"]"#)
            #expect(try await second.next() == #"42/dyn-1,["shout","hey"]"#)
            #expect(made == ["/dyn-1"])
            for refused in ["/dyn", "/static"] {
                await #expect(throws: Refused.self) { _ = try await scene.join(refused) }
            }
            await #expect(throws: Refused.self) { _ = try await scene.join("/dyn-2", auth: #"{"secret":1}"#) }
            _ = try await scene.join("/dyn-2")
            await #expect(throws: Refused.self) { _ = try await scene.join("/dyn-3") }
            first.send("41/dyn-1")
            second.peer.close()
            await scene.until { scene.io.engine.clientsCount == 7 - 1 }
            _ = try await scene.join("/dyn-1")
            #expect(made == ["/dyn-1", "/dyn-2", "/dyn-1"])
        }
    }
}
