import EngineIO
import Testing
import UVLoop

/// Polling by script elements and forms, in both versions of the protocol.
@Suite struct JSONPPollingTests {
    @Test func `answers are scripts, and posts are forms`() throws {
        var options = EngineScene.quick
        options.pingInterval = 20_000
        try EngineScene.run(options) { scene in
            let open = await scene.send("GET", EngineScene.polling + "&j=0a1")
            #expect(open.status == 200)
            #expect(open.headers["content-type"] == "text/javascript; charset=UTF-8")
            #expect(open.body.hasPrefix("___eio[01](\"0{\\\"sid\\\":\\\""))
            #expect(open.body.hasSuffix("}\");"))
            let sid = try #require(open.body.split(separator: "\"").dropFirst(4).first?.dropLast())
            let target = "\(EngineScene.polling)&j=01&sid=\(sid)"
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            let body = "d=4a%5Cnb%5C%5Cn%1E" + "bAQID"
            #expect(await scene.send("POST", target, body: body, headers: form).body == "ok")
            #expect(await scene.send("GET", target).body == #"___eio[01]("4a\nb\\n\u001ebAQID");"#)
            #expect(await scene.send("POST", target, body: "x=1", headers: form).body == "ok")
            #expect(scene.engine.clientsCount == 1)
            #expect(await scene.send("POST", target, body: "d=9", headers: form).body == "ok")
            #expect(scene.log.closed == ["parse error"])
        }
    }

    @Test func `protocol 3 has its lengths inside of the script, and binary as base64`() throws {
        var options = EngineScene.quick
        options.pingInterval = 20_000
        options.allowEIO3 = true
        try EngineScene.run(options) { scene in
            let polling = "/engine.io/?EIO=3&transport=polling&j=7"
            let open = await scene.send("GET", polling)
            let sid = try #require(open.body.split(separator: "\"").dropFirst(4).first?.dropLast())
            let target = "\(polling)&sid=\(sid)"
            #expect(await scene.send("POST", target, body: "d=2%3A4a6%3Ab4AQID").body == "ok")
            #expect(await scene.send("GET", target).body == "___eio[7](\"2:4a6:b4AQID\");")
        }
    }
}
