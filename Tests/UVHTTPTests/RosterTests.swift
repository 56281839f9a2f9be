import TestSupport
import Testing
import UVLoop

@testable import UVHTTP

@Suite struct RosterTests {
    /// Runs `body` with three connections that are on no list yet.
    private func withThree(_ body: ([ServedConnection]) -> Void) throws {
        try onLoop { loop in
            let server = HTTPServer(on: loop)
            let pairs = (0..<3).map { _ in Loopback.pair(on: loop) }
            body(pairs.map { ServedConnection($0.0, of: server) })
            for pair in pairs {
                pair.0.close()
                pair.1.close()
            }
        }
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0], [0, 2, 1]])
    func `connections leave in any order and the rest stay`(order: [Int]) throws {
        try withThree { connections in
            var roster = Roster()
            for connection in connections { roster.insert(connection) }
            var left = Set(connections.map(ObjectIdentifier.init))
            #expect(Set(roster.snapshot().map(ObjectIdentifier.init)) == left)
            for index in order {
                roster.remove(connections[index])
                left.remove(ObjectIdentifier(connections[index]))
                #expect(Set(roster.snapshot().map(ObjectIdentifier.init)) == left)
                let count = roster.count
                #expect(count == left.count)
            }
        }
    }

    @Test func `a connection may come back`() throws {
        try withThree { connections in
            var roster = Roster()
            for _ in 0..<3 {
                roster.insert(connections[0])
                roster.insert(connections[1])
                roster.remove(connections[0])
                #expect(roster.snapshot().map(ObjectIdentifier.init) == [ObjectIdentifier(connections[1])])
                roster.remove(connections[1])
            }
            let count = roster.count
            #expect(count == 0)
        }
    }
}
