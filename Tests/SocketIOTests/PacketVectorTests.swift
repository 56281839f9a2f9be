import Foundation
import Testing
import Wire

@testable import SocketIO

/// One case of Tests/Vectors/socketio.
struct PacketVector: CustomTestStringConvertible {
    /// A line of a case.
    enum Step: Equatable {
        case text(String)
        case binary([UInt8])
        case packet(String)
        case error(String)
    }

    let title: String
    let steps: [Step]

    var testDescription: String { title }

    /// The cases of one file.
    static func all(in name: String) -> [PacketVector] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/socketio")
        guard let text = try? String(contentsOf: folder.appending(path: name), encoding: .utf8) else { return [] }
        return text.components(separatedBy: "\n## ").dropFirst().map(PacketVector.init(section:))
    }

    private init(section: String) {
        let lines = section.components(separatedBy: "\n")
        title = lines[0]
        steps = lines.dropFirst().filter { $0.hasPrefix("    ") }.compactMap { Step(line: $0.dropFirst(4)) }
    }
}

extension PacketVector.Step {
    fileprivate init?(line: Substring) {
        let rest = line.dropFirst(2)
        switch line.first {
        case ">": self = .text(Self.expand(rest))
        case "+": self = .binary(rest.split(separator: " ").compactMap { UInt8($0, radix: 16) })
        case "<": self = .packet(String(rest))
        case "!": self = .error(String(rest))
        default: return nil
        }
    }

    /// The text with its `⟦"x" 1000⟧` written out.
    private static func expand(_ text: Substring) -> String {
        guard let open = text.firstIndex(of: "⟦"), let close = text.firstIndex(of: "⟧") else { return String(text) }
        let inside = text[text.index(after: open)..<close].split(separator: " ")
        let piece = (try? JSON(parsing: String(inside[0])))?.string ?? ""
        return text[..<open] + String(repeating: piece, count: Int(inside[1]) ?? 0) + text[text.index(after: close)...]
    }
}

extension SeenPacket {
    /// The packet in the words of the vectors.
    var line: String {
        "\(type) \(namespace) \(id.map(String.init) ?? "-") \(payload.map { Self.shown($0).text } ?? "-")"
    }

    private static func shown(_ value: JSON) -> JSON {
        switch value {
        case .binary(let bytes): .string("<" + bytes.map { String(format: "%02X", $0) }.joined(separator: " ") + ">")
        case .array(let elements): .array(elements.map(shown))
        case .object(let object): .object(JSONObject(object.map { ($0.key, shown($0.value)) }))
        default: value
        }
    }
}

@Suite struct PacketVectorTests {
    /// What a decoder makes of the messages of a case, packets and error among them.
    private func decode(_ vector: PacketVector) -> [PacketVector.Step] {
        var decoder = PacketDecoder()
        var steps: [PacketVector.Step] = []
        for step in vector.steps {
            do {
                switch step {
                case .text(let text):
                    steps.append(step)
                    if let packet = try decoder.seen(text: text) { steps.append(.packet(packet.line)) }
                case .binary(let bytes):
                    steps.append(step)
                    if let packet = try decoder.seen(binary: bytes) { steps.append(.packet(packet.line)) }
                default: continue
                }
            } catch PacketError.json(let error) {
                return steps + [.error("json " + "\(error)".prefix { $0 != "(" })]
            } catch {
                return steps + [.error("\(error)")]
            }
        }
        return steps
    }

    @Test func `the vectors are all there`() {
        let counts = ["packets.md", "accepted.md", "refused.md"].map { PacketVector.all(in: $0).count }
        #expect(counts[0] >= 30 && counts[1] >= 30 && counts[2] >= 50, "\(counts)")
    }

    @Test(arguments: ["packets.md", "accepted.md", "refused.md"].flatMap(PacketVector.all(in:)))
    func `a message has the result that the vectors say`(vector: PacketVector) {
        #expect(decode(vector) == vector.steps)
    }

    @Test(arguments: PacketVector.all(in: "packets.md"))
    func `a canonical packet is encoded as it was received`(vector: PacketVector) throws {
        var decoder = PacketDecoder()
        var messages: [PacketVector.Step] = []
        for step in vector.steps {
            let packet: SeenPacket?
            switch step {
            case .text(let text): packet = try decoder.seen(text: text)
            case .binary(let bytes): packet = try decoder.seen(binary: bytes)
            default: continue
            }
            messages.append(step)
            guard let packet else { continue }
            #expect(encode(packet) == messages)
            messages = []
        }
    }

    /// The messages of a packet.
    private func encode(_ packet: SeenPacket) -> [PacketVector.Step] {
        var writer = JSONWriter(binary: .placeholders)
        let encoder = PacketEncoder(namespace: packet.namespace)
        let arguments = packet.payload?.array ?? []
        switch packet.type {
        case .connect: encoder.connect(packet.payload?.object, into: &writer)
        case .disconnect: encoder.disconnect(into: &writer)
        case .connectError:
            encoder.connectError(packet.payload ?? .null, into: &writer)
        case .event:
            let name = arguments.first?.string ?? ""
            encoder.event(name, arguments: Array(arguments.dropFirst()), id: packet.id, into: &writer)
        default: encoder.acknowledgement(arguments: arguments, id: packet.id ?? 0, into: &writer)
        }
        return [.text(String(decoding: writer.bytes, as: UTF8.self))] + writer.attachments.map { .binary($0) }
    }

    @Test(arguments: ["packets.md", "accepted.md"].flatMap(PacketVector.all(in:)))
    func `a packet that is cut anywhere is another packet or an error`(vector: PacketVector) {
        for case .text(let text) in vector.steps {
            let bytes = Array(text.utf8)
            for cut in 0..<bytes.count {
                var decoder = PacketDecoder()
                let piece = Array(bytes[..<cut])
                var deliveries = 0
                do {
                    try decoder.receive(text: piece.span.bytes) { _ in deliveries += 1 }
                    #expect(deliveries == (decoder.isWaiting ? 0 : 1))
                } catch {
                    #expect(deliveries == 0)
                    #expect(!decoder.isWaiting)
                }
            }
        }
    }
}
