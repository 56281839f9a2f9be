import Testing

@testable import EngineIO

@Suite struct PacketTypeTests {
    @Test func `types carry the digits of the protocol`() {
        #expect(PacketType.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6])
        #expect(PacketType.message.rawValue == 4)
    }
}
