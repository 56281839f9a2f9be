import EngineIO
import TestSupport
import Testing

@Suite struct PollingTransportTests {
    @Test func `the open packet is alone and exact`() throws {
        try EngineScene.run { scene in
            let reply = await scene.send("GET", EngineScene.polling)
            let sid = try EngineScene.sid(of: reply.body)
            #expect(reply.status == 200)
            #expect(sid.utf8.count == 20)
            #expect(reply.headers["content-type"] == "text/plain; charset=UTF-8")
            #expect(reply.headers["cache-control"] == "no-store")
            #expect(
                reply.body
                    == "0{\"sid\":\"\(sid)\",\"upgrades\":[\"websocket\"],\"pingInterval\":300,\"pingTimeout\":200,"
                    + "\"maxPayload\":1000000}"
            )
        }
    }

    @Test func `a POST is answered ok, in HTML`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let reply = await scene.post(sid, "4hello")
            #expect(reply.status == 200)
            #expect(reply.body == "ok")
            #expect(reply.headers["content-type"] == "text/html")
            #expect(reply.headers["cache-control"] == "no-store")
        }
    }

    @Test func `a poll waits for what the session has to say`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            _ = await scene.post(sid, "4hello")
            #expect(await poll.reply().body == "4hello")
        }
    }

    @Test func `polls and posts share one kept connection`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let peer = scene.connect()
            for round in 0..<3 {
                peer.write(EngineScene.request("POST", EngineScene.polling + "&sid=\(sid)", body: "4m\(round)"))
                #expect(await peer.reply().body == "ok")
                peer.write(EngineScene.request("GET", EngineScene.polling + "&sid=\(sid)"))
                #expect(await peer.reply().body == "4m\(round)")
            }
        }
    }

    @Test func `one poll takes sixteen packets, the next takes the rest`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let packets = (0..<40).map { "4\($0)" }
            _ = await scene.post(sid, packets.joined(separator: "\u{1E}"))
            var sizes: [Int] = []
            var received: [Substring] = []
            while received.count < 40 {
                let part = await scene.poll(sid).body.split(separator: "\u{1E}")
                sizes.append(part.count)
                received += part
            }
            #expect(sizes == [16, 16, 8])
            #expect(received.map(String.init) == packets)
        }
    }

    @Test(arguments: ["", "abc", "\u{1E}\u{1E}", "d=4hello", "4a\u{1E}", "bAQ!D"])
    func `a payload that is none is taken and ends the session`(_ body: String) throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let reply = await scene.post(sid, body)
            #expect(reply.status == 200)
            #expect(reply.body == "ok")
            let poll = await scene.poll(sid)
            #expect(poll.status == 400)
            #expect(poll.body == "{\"code\":1,\"message\":\"Session ID unknown\"}")
            #expect(scene.log.closed == ["parse error"])
        }
    }

    @Test func `text that is not UTF-8 ends the session`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let peer = scene.connect()
            let head = "POST \(EngineScene.polling)&sid=\(sid) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
            peer.write(Array(head.utf8) + [0x34, 0xC3, 0x28])
            #expect(await peer.reply().body == "ok")
            #expect(scene.log.closed == ["parse error"])
        }
    }

    @Test func `the heartbeat goes one way only`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.post(sid, "2").body == "ok")
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test(arguments: ["0", "3", "5", "6", "6:4hello", (0..<1_000).map { _ in "6" }.joined(separator: "\u{1E}")])
    func `packets without a meaning are forgiven`(_ body: String) throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            #expect(await scene.post(sid, body).body == "ok")
            #expect(scene.engine.clientsCount == 1)
            _ = await scene.post(sid, "4still here")
            #expect(await scene.poll(sid).body == "4still here")
        }
    }

    @Test func `a close packet ends the session, and the poll with a noop`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            #expect(await scene.post(sid, "1").body == "ok")
            let last = await poll.reply()
            #expect(last.status == 200)
            #expect(last.body == "6")
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["transport close"])
        }
    }

    @Test func `two polls at once end the session`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let first = scene.startPoll(sid)
            let second = scene.startPoll(sid)
            let answers = [await first.reply(), await second.reply()].sorted { $0.status < $1.status }
            #expect(answers.map(\.status) == [200, 400])
            #expect(answers.map(\.body) == ["1", ""])
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test func `two posts at once end the session`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let target = EngineScene.polling + "&sid=\(sid)"
            let first = scene.connect()
            first.write("POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            #expect(await first.reply().status == 100)
            let second = await scene.post(sid, "4hello")
            #expect(second.status == 400)
            await first.waitForEnd()
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test func `a poll that is dropped ends the session at once`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let poll = scene.startPoll(sid)
            _ = await scene.post(sid, "6")
            poll.drop()
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test func `a post that is dropped ends the session`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let post = scene.connect()
            let target = EngineScene.polling + "&sid=\(sid)"
            post.write("POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n")
            #expect(await post.reply().status == 100)
            post.drop()
            await scene.waitUntil { scene.engine.clientsCount == 0 }
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test func `binary bodies were protocol 3`() throws {
        try EngineScene.run { scene in
            let sid = try await scene.openPolling()
            let reply = await scene.post(sid, "4a", headers: ["Content-Type": "application/octet-stream"])
            #expect(reply.status == 400)
            #expect(await scene.poll(sid).status == 400)
            #expect(scene.log.closed == ["transport error"])
        }
    }

    @Test func `a body of the greatest size is taken, a larger one refused, and the session lives`() throws {
        var options = EngineScene.quick
        options.maxHttpBufferSize = 1_000
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            let most = "4" + String(repeating: "x", count: 999)
            #expect(await scene.post(sid, most).body == "ok")
            #expect(await scene.poll(sid).body == most)
            #expect(await scene.post(sid, most + "x").status == 413)
            let chunked = scene.connect()
            chunked.write(
                "POST \(EngineScene.polling)&sid=\(sid) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3e9\r\n\(most)x\r\n0\r\n\r\n"
            )
            #expect(await chunked.reply().status == 413)
            #expect(scene.engine.clientsCount == 1)
            _ = await scene.post(sid, "4still here")
            #expect(await scene.poll(sid).body == "4still here")
        }
    }

    @Test func `more than may wait for a client that does not poll ends its session`() throws {
        var options = EngineScene.quick
        options.maxBufferedBytes = 100
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let sid = try await scene.openPolling()
            let large = "4" + String(repeating: "x", count: 1_000)
            #expect(await scene.post(sid, large).body == "ok")
            #expect(await scene.poll(sid).body == large)
            #expect(await scene.post(sid, large + "\u{1E}4y").body == "ok")
            await scene.waitUntil { !scene.log.closed.isEmpty }
            #expect(scene.log.closed == ["backlog exceeded"])
            #expect(await scene.poll(sid).status == 400)
        }
    }
}
