import TestSupport
import Testing
import UVLoop

@Suite struct ResolverTests {
    private func resolve(_ host: String, port: Int = 80) throws -> Result<[SocketAddress], UVError>? {
        var answer: Result<[SocketAddress], UVError>?
        try onLoop { loop in
            Resolver.resolve(host, port: port, on: loop) { answer = $0 }
            #expect(answer == nil, "never inside the call")
        }
        return answer
    }

    @Test func `digits are their own answer`() throws {
        #expect(try resolve("::1") == .success([SocketAddress(host: "::1", port: 80)]))
    }

    @Test func `localhost is this machine`() throws {
        let addresses = try #require(try resolve("localhost", port: 8080)).get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0.host) && $0.port == 8080 })
        #expect(Set(addresses).count == addresses.count, "each once")
    }

    @Test func `what cannot be a name is an error`() throws {
        let answers = try [
            resolve(String(repeating: "x", count: 300)), resolve("a b"), resolve("localhost", port: 70_000),
        ]
        for answer in answers {
            #expect(throws: UVError.self) { try #require(answer).get() }
        }
    }

    @Test func `a task may await the answer`() throws {
        var hosts: [String] = []
        try onLoop { loop in
            loop.spawn {
                do {
                    hosts = try await Resolver.resolve("localhost", port: 1, on: loop).map(\.host)
                } catch {
                    Issue.record(error)
                }
                #expect(loop.isCurrent)
            }
        }
        #expect(!hosts.isEmpty)
    }
}
