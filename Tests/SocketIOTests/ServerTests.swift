import SocketIO
import TestSupport
import Testing
import UVLoop

@Suite struct ServerTests {
    @Test func `a client connects with its auth and is told the id of its socket`() throws {
        try play { scene in
            var connected: [Socket] = []
            scene.io.on(.connection) { socket in connected.append(socket) }
            let guest = try await scene.join(auth: #"{"token":"abc"}"#, query: "&q=1&q=a%20b")
            #expect(connected.map(\.id) == [guest.id])
            #expect(guest.id.utf8.count == 15)
            let socket = try #require(connected.first)
            #expect(socket.isConnected)
            #expect(socket.rooms == [guest.id])
            #expect(socket.handshake.auth == ["token": "abc"])
            #expect(socket.handshake.query("q") == "a b")
            #expect(socket.handshake.address == "127.0.0.1")
            #expect(socket.handshake.headers.first("host") == "127.0.0.1")
            #expect(socket.transport == "websocket")
        }
    }

    @Test func `a server that brings its own HTTP server answers 404 elsewhere, and ends it`() throws {
        var isClosed = false
        try onLoop { loop in
            do {
                let io = try Server(on: loop, port: 0)
                let port = io.port ?? 0
                loop.spawn {
                    do {
                        let peer = try WebSocketPeer(
                            on: loop,
                            port: port,
                            path: "/socket.io/?EIO=4&transport=websocket"
                        )
                        #expect(try await peer.next().text.hasPrefix("0{"))
                        let other = try WebSocketPeer(on: loop, port: port, path: "/elsewhere")
                        await other.closed()
                        io.close()
                        await peer.closed()
                        isClosed = true
                    } catch {
                        Issue.record(error)
                    }
                }
            } catch {
                Issue.record(error)
            }
        }
        #expect(isClosed)
    }

    @Test func `a handshake can be shown as JavaScript's servers show it`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("handshake") { socket.handshake.json }
            }
            let guest = try await scene.join(auth: #"{"a":1}"#, query: "&q=1&q=a%20b")
            guest.send(#"421["handshake"]"#)
            let json = try JSON(parsing: String(try await guest.next().text.dropFirst(3)))
            let handshake = try #require(json[0])
            #expect(
                handshake.object?.keys.joined(separator: " ")
                    == "headers time address xdomain secure issued url query auth"
            )
            #expect(handshake["query"]?["q"] == "a b")
            #expect(handshake["auth"] == ["a": 1])
            #expect(handshake["headers"]?["host"] == "127.0.0.1")
            #expect(handshake["url"]?.string?.hasSuffix("&q=1&q=a%20b") == true)
            #expect(handshake["xdomain"] == false)
        }
    }

    @Test func `an event is handled and answered`() throws {
        try play { scene in
            scene.io.on(.connection) { socket in
                socket.on("say") { (text: String) in scene.io.emit("said", text) }
                socket.on("add") { (a: Int, b: Int) in a + b }
            }
            let guest = try await scene.join()
            guest.send(#"42["say","hello"]"#)
            #expect(try await guest.next() == #"42["said","hello"]"#)
            guest.send(#"4217["add",2,3]"#)
            #expect(try await guest.next() == "4317[5]")
        }
    }
}
