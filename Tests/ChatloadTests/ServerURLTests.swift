import Testing

@testable import chatload

@Suite struct ServerURLTests {
    @Test(arguments: [
        ("http://localhost:3000", "localhost", 3000), ("ws://127.0.0.1", "127.0.0.1", 80),
        ("http://[::1]:8080/", "::1", 8080),
        ("http://127.1.2.3:1", "127.1.2.3", 1),
    ])
    func `an address of this machine is one`(text: String, host: String, port: Int) throws {
        let url = try ServerURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.isLocal)
    }

    @Test(arguments: [
        "http://example.org", "http://10.0.0.1:80", "http://127.0.0.1.example.org", "http://[::2]:1",
        "http://127.0.0.256",
    ])
    func `an address elsewhere is not of this machine`(text: String) throws {
        #expect(try !ServerURL(text).isLocal)
    }

    @Test(arguments: [
        "", "localhost:3000", "https://localhost", "http://", "http://:80", "http://a:b", "http://a:0", "http://a/b",
        "http://a:99999",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: (any Error).self) { try ServerURL(text) }
    }
}

@Suite struct ProcessMeterTests {
    @Test func `this process has used something`() throws {
        let use = try #require(ProcessMeter().read())
        #expect(use.memory > 1_000_000)
    }

    @Test func `a name with blanks and parentheses does not shift the fields`() {
        let stat = "12 (a ) b) S 1 1 1 0 -1 0 10 0 0 0 250 50 0 0 20 0 1 0 100"
        let use = ProcessMeter.parse(stat: stat, statm: "1000 200 30", ticksPerSecond: 100, pageSize: 4096)
        #expect(use == ProcessUse(cpuSeconds: 3, memory: 819_200))
    }

    @Test func `a process that is not there uses nothing`() {
        #expect(ProcessMeter(process: 99_999_999).read() == nil)
        #expect(ProcessMeter.parse(stat: "1 (x) S", statm: "", ticksPerSecond: 100, pageSize: 4096) == nil)
    }
}
