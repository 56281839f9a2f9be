import Testing

@testable import EngineIO

@Suite struct PacketTests {
    @Test(arguments: EngineVector.packets) func `packets are read`(_ vector: EngineVector) throws {
        let bytes = vector.input
        do throws(PacketError) {
            let type = try PacketType(text: bytes.span.bytes)
            let data = String(decoding: bytes.dropFirst(), as: UTF8.self)
            #expect([.text(type, data)] == vector.packets)
            #expect(vector.fault == nil)
        } catch {
            #expect("\(error)" == vector.fault)
        }
    }

    @Test(arguments: EngineVector.packets) func `packets are written`(_ vector: EngineVector) throws {
        guard case .text(let type, let data)? = vector.packets.first else { return }
        let packet = type == .message ? Outgoing(data) : Outgoing(type, data)
        #expect(packet.withPacket { $0.withUnsafeBytes { [UInt8]($0) } } == vector.input)
        guard let frame = vector.frame else { return }
        #expect(packet.withFrame { $0.withUnsafeBytes { [UInt8]($0) } } == frame)
    }

    @Test func `the digits are those of the protocol`() {
        #expect(PacketType.allCases.map(\.digit) == Array("0123456".utf8))
        for byte in UInt8.min...UInt8.max {
            #expect((PacketType(digit: byte) != nil) == (0x30...0x36).contains(byte))
        }
    }
}
