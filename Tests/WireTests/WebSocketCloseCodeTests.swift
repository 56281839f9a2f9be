import TestSupport
import Testing

@testable import Wire

@Suite struct WebSocketCloseCodeTests {
    @Test func `exactly the registered and the private codes may stand in a closing frame`() {
        let valid = (0...UInt16.max).filter { CloseCode(rawValue: $0).isValidOnWire }
        #expect(valid == [1000, 1001, 1002, 1003] + Array(1007...1014) + Array(3000...4999))
    }

    @Test func `a receiver takes the valid codes and refuses the others`() {
        for code in [
            0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 1100, 2999, 3000, 4999, 5000, 65_535,
        ] {
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
            let isValid = CloseCode(rawValue: UInt16(code)).isValidOnWire
            let expected: Peer.Seen = isValid ? .close(UInt16(code), "") : .fault(.badCloseCode)
            #expect(Peer.deliver([Peer.frame(0x88, payload)]) == [expected])
        }
    }
}
