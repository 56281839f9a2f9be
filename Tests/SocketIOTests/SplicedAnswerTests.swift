import Testing
import Wire

@testable import SocketIO

@Suite struct SplicedAnswerTests {
    @Test(arguments: [0, 9, 10, 99, 100, 4_294_967_296, UInt64.max], ["/", "/a", "/größer"])
    func `it is what the encoder writes`(_ id: UInt64, _ namespace: String) {
        let encoder = PacketEncoder(namespace: namespace)
        for text in ["", "null", #""x",[1, 2]"#] {
            let arguments = Array(text.utf8)
            var writer = JSONWriter(binary: .placeholders)
            encoder.acknowledgement(raw: arguments.span.bytes, id: id, into: &writer)

            let answer = SplicedAnswer(encoder, id: id, argumentBytes: arguments.count)
            // One byte more on either side, which must stay as it is.
            var bytes = [UInt8](repeating: 0xFF, count: answer.byteCount + 2)
            bytes.withUnsafeMutableBytes { answer.write(arguments.span.bytes, to: $0.baseAddress! + 1) }
            #expect(bytes == [0xFF] + writer.bytes + [0xFF])
        }
    }
}
