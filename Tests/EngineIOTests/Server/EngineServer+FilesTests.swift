import EngineIO
import Testing

@Suite struct EngineFilesTests {
    private static let path = "/engine.io/client.js"
    /// The digest of what is served.
    private static let etag = "\"hESS0yQU43SsKVS-1qv_JxptQWo\""

    private static func run(_ script: nonisolated(nonsending) @escaping (EngineScene) async throws -> Void) throws {
        var options = EngineScene.quick
        options.cors = CORSOptions()
        try EngineScene.run(options) { scene in
            scene.engine.addFile("client.js") { Array("let io".utf8) }
            scene.engine.addFile("absent.js") { nil }
            try await script(scene)
        }
    }

    @Test(arguments: ["", "?t=1", "?EIO=4&transport=polling"]) func `a file is served whatever the query`(
        _ query: String
    ) throws {
        try Self.run { scene in
            let reply = await scene.send("GET", Self.path + query)
            #expect(reply.status == 200)
            #expect(reply.body == "let io")
            #expect(reply.headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(reply.headers["cache-control"] == "public, max-age=0")
            #expect(reply.headers["etag"] == Self.etag)
            #expect(reply.headers["vary"] == "Accept-Encoding")
            #expect(reply.headers["access-control-allow-origin"] == "*")
        }
    }

    @Test(arguments: [etag, "W/\(etag)", "\"4.8.2\", \(etag)", "*"]) func `a browser that has it is told so`(
        _ etag: String
    ) throws {
        try Self.run { scene in
            let reply = await scene.send("GET", Self.path, headers: ["If-None-Match": etag])
            #expect(reply.status == 304)
            #expect(reply.headers["content-type"] == nil)
            #expect(reply.body == "")
        }
    }

    @Test func `a reload gets the file whatever the browser has`() throws {
        try Self.run { scene in
            let fields = ["If-None-Match": Self.etag, "Cache-Control": "no-cache"]
            #expect(await scene.send("GET", Self.path, headers: fields).body == "let io")
        }
    }

    @Test func `another version is sent, and HEAD gets the head`() throws {
        try Self.run { scene in
            let other = await scene.send("GET", Self.path, headers: ["If-None-Match": "\"4.8.2\""])
            #expect(other.body == "let io")
            let head = await scene.send("HEAD", Self.path)
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == "6")
        }
    }

    @Test func `a file is read when it is first asked for, and once`() throws {
        try EngineScene.run { scene in
            var reads = 0
            scene.engine.addFile("client.js") {
                reads += 1
                return Array("let io".utf8)
            }
            #expect(reads == 0)
            for _ in 0..<2 {
                #expect(await scene.send("GET", Self.path).status == 200)
                #expect(reads == 1)
            }
        }
    }

    @Test func `a file that the program was built without is not found`() throws {
        try Self.run { scene in
            let reply = await scene.send("GET", "/engine.io/absent.js")
            #expect(reply.status == 404)
            #expect(reply.body == "this server was built without this file")
        }
    }

    @Test(arguments: [
        "/engine.io/client.jsx", "/engine.io/clientXjs", "/engine.io/x/client.js", "/engine.io/client%2Ejs",
    ])
    func `other names are requests of the protocol`(_ path: String) throws {
        try Self.run { scene in
            #expect(await scene.send("GET", path).body == "{\"code\":0,\"message\":\"Transport unknown\"}")
            #expect(await scene.send("POST", Self.path, body: "").status == 400)
        }
    }
}
