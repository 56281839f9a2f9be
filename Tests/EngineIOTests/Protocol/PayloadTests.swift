import Testing

@testable import EngineIO

@Suite struct PayloadTests {
    @Test(arguments: EngineVector.payloads) func `payloads are read`(_ vector: EngineVector) {
        let (packets, fault) = Self.read(vector.input)
        #expect(packets == vector.packets)
        #expect(fault == vector.fault)
    }

    @Test(arguments: EngineVector.payloads) func `a payload that is cut off has no packet that the whole has not`(
        _ vector: EngineVector
    ) {
        for end in vector.input.indices {
            let (packets, _) = Self.read(Array(vector.input[..<end]))
            // The packet that the cut went through may be another one; those before it are the same.
            #expect(packets.dropLast() == vector.packets.prefix(max(0, packets.count - 1)))
        }
    }

    @Test(arguments: EngineVector.payloads) func `payloads are written`(_ vector: EngineVector) {
        guard vector.fault == nil else { return }
        var pending = PendingPackets()
        for packet in vector.packets { pending.append(packet) }
        #expect(pending.takeAll() == vector.input)
        #expect(pending.isEmpty)
    }

    @Test func `reading goes on after the last packet without an end`() throws {
        var reader = PayloadReader()
        let bytes = Array("4a".utf8)
        #expect(try reader.next(bytes.span.bytes) == .text(0..<2))
        #expect(try reader.next(bytes.span.bytes) == nil)
        #expect(try reader.next(bytes.span.bytes) == nil)
    }

    private static func read(_ bytes: [UInt8]) -> ([VectorPacket], fault: String?) {
        var packets: [VectorPacket] = []
        var reader = PayloadReader()
        do throws(PacketError) {
            while let packet = try reader.next(bytes.span.bytes) {
                switch packet {
                case .binary(let message): packets.append(.binary(message))
                case .text(let range):
                    let type = try PacketType(text: bytes.span.bytes.extracting(range))
                    packets.append(.text(type, String(decoding: bytes[range].dropFirst(), as: UTF8.self)))
                }
            }
        } catch {
            return (packets, "\(error)")
        }
        return (packets, nil)
    }
}

extension PendingPackets {
    mutating func append(_ packet: VectorPacket) {
        switch packet {
        case .binary(let message): append(binary: message.span.bytes)
        case .text(let type, ""): append(type)
        case .text(let type, let data): append(text: ([type.digit] + Array(data.utf8)).span.bytes)
        }
    }
}
