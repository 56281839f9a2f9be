import Foundation
import TestSupport
import Testing
import UVLoop
import Wire

@testable import UVHTTP

/// A folder that is there as long as its test.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "/uvhttp-" + UUID().uuidString

    init(_ files: [String: String]) throws {
        for (name, text) in files { try write(name, Data(text.utf8)) }
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }

    func write(_ name: String, _ data: Data) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func setModified(_ name: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path + "/" + name)
    }
}

@Suite struct StaticFilesTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder([
            "index.html": "<p>home", "a.txt": "0123456789", "sub/index.html": "<p>sub", "sub/b b.js": "1",
            ".secret": "s", "empty.css": "", "dir.with.dot/x": "x",
        ])
        try folder.setModified("a.txt", 784_111_777.5)
    }

    private func ask(_ line: String, _ fields: [String] = [], _ options: FileOptions = FileOptions()) throws -> String {
        let path = folder.path
        return try askWhole(line, fields) { app in
            app.use("/s", .static(path, options))
            app.get("/file") { $0.sendFile("a.txt", root: path) }
            app.get("/up") { $0.sendFile("../a.txt", root: path) }
            app.get("/hidden") { $0.sendFile(".secret", root: path) }
            app.get("/folder") { $0.sendFile("sub", root: path) }
            app.get("/none") { $0.sendFile("none", root: path) }
        }
    }

    private func status(_ text: String) -> Int {
        text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    @Test func `a file comes with everything a client needs to keep it`() throws {
        let text = try ask("GET /file")
        for line in [
            "HTTP/1.1 200 OK", "Cache-Control: public, max-age=0", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT",
            "ETag: W/\"a-b690b436dc\"", "Accept-Ranges: bytes", "Content-Type: text/plain; charset=utf-8",
            "Content-Length: 10",
        ] {
            #expect(text.contains(line + "\r\n"), "\(text)")
        }
        #expect(text.hasSuffix("\r\n\r\n0123456789"))
        #expect(try ask("HEAD /file").hasSuffix("\r\n\r\n"))
    }

    @Test func `a kept file is answered with the options and fields of each request`() throws {
        let path = folder.path
        var lasting = FileOptions()
        lasting.maxAge = 60
        lasting.acceptsRanges = false
        let targets = ["/plain", "/lasting/a.txt", "/marked", "/plain", "/created", "/plain"]
        let requests = targets.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        let text = try answer(to: requests + "GET /end HTTP/1.0\r\n\r\n", HTTPOptions()) { app in
            app.use("/lasting", .static(path, lasting))
            app.get("/plain") { $0.sendFile("a.txt", root: path) }
            app.get("/marked") { exchange in
                exchange.setHeader("ETag", "\"mine\"")
                exchange.setHeader("X-Mark", "1")
                exchange.sendFile("a.txt", root: path)
            }
            app.get("/created") { $0.status(201).sendFile("a.txt", root: path) }
        }
        let answers = text.components(separatedBy: "0123456789")
        let heads = answers.prefix(targets.count).map { $0.replacing(/Date: .*\r\n/, with: "") }
        try #require(heads.count == targets.count, "\(text)")
        #expect(heads[3] == heads[0] && heads[5] == heads[0])
        #expect(heads[1].contains("Cache-Control: public, max-age=60\r\n") && !heads[1].contains("Accept-Ranges"))
        #expect(heads[2].contains("ETag: \"mine\"\r\n") && heads[2].contains("X-Mark: 1\r\n"))
        #expect(!heads[2].contains("W/") && heads[2].contains("Last-Modified: "))
        #expect(heads[4] == heads[0].replacingOccurrences(of: "200 OK", with: "201 Created"))
    }

    @Test func `what cannot be sent has its status`() throws {
        #expect(try status(ask("GET /up")) == 403)
        #expect(try status(ask("GET /hidden")) == 404)
        #expect(try status(ask("GET /folder")) == 404)
        #expect(try status(ask("GET /none")) == 404)
    }

    @Test(arguments: [
        ("/s/a.txt", 200), ("/s/sub/b%20b.js", 200), ("/s/", 200), ("/s/sub/", 200), ("/s/empty.css", 200),
        ("/s", 301), ("/s/sub", 301), ("/s/none", 404), ("/s/a.txt/", 404), ("/s/a.txt/x", 404),
        ("/s/../a.txt", 404), ("/s/%2e%2e/a.txt", 404), ("/s/..%2fa.txt", 404), ("/s/sub/..%5c..%5ca.txt", 404),
        ("/s/%00", 404), ("/s/%zz", 404), ("/s/%FF", 404), ("/s/.secret", 404), ("/s/dir.with.dot/x", 200),
        ("/s/%2Fetc/passwd", 404), ("/s//etc/passwd", 404),
    ])
    func `a folder is served and nothing outside of it`(path: String, status: Int) throws {
        #expect(try self.status(ask("GET \(path)")) == status)
    }

    @Test func `names with a dot may be refused or allowed`() throws {
        var options = FileOptions()
        options.dotfiles = .allow
        #expect(try ask("GET /s/.secret", [], options).hasSuffix("\r\n\r\ns"))
        options.dotfiles = .deny
        #expect(try status(ask("GET /s/.secret", [], options)) == 404)
    }

    @Test func `a folder without its slash is redirected on this host`() throws {
        #expect(try ask("GET /s/sub?x=1").contains("Location: /s/sub/?x=1\r\n"))
        let path = folder.path
        let text = try askWhole("GET //sub") { $0.use(.static(path)) }
        #expect(text.contains("Location: /sub/\r\n") || text.hasPrefix("HTTP/1.1 404"))
    }

    @Test func `other methods are not for files`() throws {
        #expect(try status(ask("POST /s/a.txt")) == 404)
        #expect(try status(ask("DELETE /file")) == 405)
    }

    @Test func `preconditions are honoured`() throws {
        let fresh = try ask("GET /file", ["If-None-Match: W/\"a-b690b436dc\""])
        #expect(fresh.hasPrefix("HTTP/1.1 304 Not Modified\r\n"))
        #expect(fresh.contains("ETag: W/\"a-b690b436dc\"\r\n"))
        #expect(!fresh.contains("Content-"))
        #expect(try status(ask("GET /file", ["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"])) == 304)
        #expect(try status(ask("GET /file", ["If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT"])) == 200)
        #expect(try status(ask("GET /file", ["If-Match: \"x\""])) == 412)
    }

    @Test func `ranges are honoured`() throws {
        let part = try ask("GET /file", ["Range: bytes=2-4"])
        #expect(part.hasPrefix("HTTP/1.1 206 Partial Content\r\n"))
        #expect(part.contains("Content-Range: bytes 2-4/10\r\n"))
        #expect(part.contains("Content-Length: 3\r\n"))
        #expect(part.hasSuffix("\r\n\r\n234"))
        let beyond = try ask("GET /file", ["Range: bytes=10-"])
        #expect(beyond.hasPrefix("HTTP/1.1 416 Range Not Satisfiable\r\n"))
        #expect(beyond.contains("Content-Range: bytes */10\r\n"))
        #expect(try status(ask("GET /file", ["Range: bytes=0-1,5-6"])) == 200)
        #expect(try ask("GET /file", ["Range: bytes=-1", "If-Range: \"x\""]).hasSuffix("0123456789"))
    }

    @Test func `the age of a copy is the program's to say`() throws {
        var options = FileOptions()
        options.maxAge = 99_999_999
        options.immutable = true
        options.acceptsRanges = false
        let text = try ask("GET /s/a.txt", ["Range: bytes=0-1"], options)
        #expect(text.contains("Cache-Control: public, max-age=31536000, immutable\r\n"))
        #expect(!text.contains("Accept-Ranges"))
        #expect(text.hasSuffix("0123456789"))
    }

    // MARK: - Large files

    @Test func `a large file arrives whole, and a part of it in part`() throws {
        let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try folder.write("large.bin", Data(bytes))
        #expect(try self.bytes("GET /s/large.bin") == bytes)
        #expect(try self.bytes("GET /s/large.bin", "Range: bytes=1000-900000") == Array(bytes[1000...900_000]))
    }

    private func bytes(_ line: String, _ field: String = "X: y") throws -> [UInt8] {
        var received: [UInt8] = []
        let path = folder.path
        try withServer { server, port in
            server.use("/s", .static(path))
            let client = try RawClient(on: server.loop, port: port)
            client.send("\(line) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(field)\r\n\r\n")
            client.whenEnded { client in
                received = client.received
                client.close()
                server.close()
            }
        }
        let marker = Array("\r\n\r\n".utf8)
        let end = received.indices.first { received[$0...].starts(with: marker) }
        return end.map { Array(received[($0 + 4)...]) } ?? []
    }

    @Test func `a client that reads nothing holds up one piece of a large file`() throws {
        try folder.write("large.bin", Data(count: 5_000_000))
        let path = folder.path
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            server.use(.static(path))
            let (near, far) = Loopback.pair(on: loop)
            far.room = 1000
            server.accept(far)
            let client = RawClient(near)
            client.pause()
            client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
            var turns = 0
            func watch() {
                if far.queuedBytes > 0 { turns += 1 }
                #expect(far.queuedBytes <= FileStream.pieceBytes + 1000)
                guard turns > 50 else { return loop.nextTurn(watch) }
                client.close()
                server.close(within: 0)
            }
            watch()
        }
    }

    // MARK: - The cache

    @Test func `a small file is read once, and again when it has changed`() throws {
        let (folder, path) = (folder, folder.path + "/a.txt")
        var texts: [String] = []
        var timer: UVLoop.Timer?
        try onLoop { loop in
            let cache = FileCache()
            func find(_ then: @escaping () -> Void) {
                cache.find(path, on: loop) { found in
                    if case .file(let file) = found, case .memory(let bytes) = file.content {
                        texts.append(String(decoding: bytes, as: UTF8.self))
                    }
                    then()
                }
            }
            find {
                find {}
                #expect(cache.lookups == 1, "memory answers at once")
                do { try folder.write("a.txt", Data("changed".utf8)) } catch { Issue.record(error) }
                timer = UVLoop.Timer(on: loop) { find { #expect(cache.lookups == 2) } }
                timer?.start(after: FileCache.trust)
            }
            find {}
            #expect(cache.lookups == 1, "two who ask at once are told by one look")
        }
        #expect(texts == ["0123456789", "0123456789", "0123456789", "changed"])
        timer = nil
    }

    @Test func `the cache keeps no more than its limits`() throws {
        for number in 0..<70 { try folder.write("big/\(number)", Data(count: FileCache.maxFileBytes)) }
        let path = folder.path
        var kept = 0
        try onLoop { loop in
            let cache = FileCache()
            for number in 0..<70 { cache.find(path + "/big/\(number)", on: loop) { _ in kept = cache.count } }
        }
        #expect(kept == FileCache.maxBytes / FileCache.maxFileBytes)
    }
}

@Suite struct FilePathTests {
    private func outcome(_ path: String, root: String? = nil, _ dotfiles: Dotfiles = .ignore) -> String {
        do throws(StatusError) {
            let file = try FilePath(path, root: root, dotfiles: dotfiles)
            return file.path + (file.meansDirectory ? " directory" : "")
        } catch {
            return "\(error.status)"
        }
    }

    @Test func `paths are checked before the disk is asked`() {
        #expect(outcome("static/index.html") == "static/index.html")
        #expect(outcome("./static/index.html") == "./static/index.html")
        #expect(outcome("/a/b", root: "r/") == "r/a/b")
        #expect(outcome("a/", root: "r") == "r/a/ directory")
        #expect(outcome("", root: "r") == "r/")
        #expect(outcome("a\0b") == "400")
        for way in ["..", "../a", "a/..", "a/../b", "..\\a", "a\\..\\b"] { #expect(outcome(way) == "403") }
        #expect(outcome("a..b/...c", .allow) == "a..b/...c")
        #expect(outcome("a/.git/config") == "404")
        #expect(outcome("a/.git/config", .deny) == "403")
        #expect(outcome("a/.git/config", .allow) == "a/.git/config")
    }
}
