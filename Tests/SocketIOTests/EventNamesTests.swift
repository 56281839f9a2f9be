import Testing

@testable import SocketIO

@Suite struct EventNamesTests {
    private func isKnown(_ name: String, in names: EventNames) -> Bool {
        Array(name.utf8).withUnsafeBytes { names.find($0) != nil }
    }

    @Test func `a name is one object for as long as somebody holds it`() {
        let names = EventNames()
        var first: EventName? = names.name("chat message")
        #expect(names.name("chat message") === first)
        #expect(first?.string == "chat message")
        #expect(isKnown("chat message", in: names))
        #expect(!isKnown("chat massage", in: names))
        #expect(!isKnown("", in: names))
        first = nil
        #expect(names.count == 0)
        #expect(!isKnown("chat message", in: names))
    }

    @Test func `thousands of names are found, and the rest of them after half has gone`() {
        let names = EventNames()
        var held = (0..<5_000).map { names.name("event \($0)") }
        #expect(names.count == 5_000)
        #expect((0..<5_000).allSatisfy { isKnown("event \($0)", in: names) })
        held = held.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
        #expect(names.count == 2_500)
        #expect((0..<5_000).allSatisfy { isKnown("event \($0)", in: names) == ($0 % 2 == 0) })
        held = []
        #expect(names.count == 0)
    }
}
