import TestSupport
import Testing
import UVLoop

@Suite struct TCPStreamSharingTests {
    /// Four mebibytes in blocks that differ, so that one in the wrong place is seen.
    private static let megabytes = (0..<64).flatMap { [UInt8](repeating: $0, count: 65_536) }

    @Test func `what a slow reader waits for is held and not copied`() throws {
        let (client, server) = (Recorder(), Recorder())
        var bytes = Self.megabytes + [7]  // An array of its own.
        try onLoop { loop in
            try withPair(on: loop, client: client, server: server) { pair in
                pair.client.pauseReading()
                pair.server.write(bytes, from: 0)
                #expect(pair.server.queuedBytes > 0)
                #expect(moves(&bytes), "the stream holds it")
                drain(pair, client)
            }
        }
        #expect(client.received == Self.megabytes + [7])
    }

    /// Whether writing to the array has to copy it, because somebody else holds it.
    private func moves(_ bytes: inout [UInt8]) -> Bool {
        let before = bytes.withUnsafeBytes { $0.baseAddress }
        bytes[0] = bytes[0]
        return bytes.withUnsafeBytes { $0.baseAddress } != before
    }

    private func drain(_ pair: Pair, _ reader: Recorder) {
        pair.server.shutdown()
        reader.onEnd = {
            pair.client.close()
            pair.server.close()
        }
        pair.client.resumeReading()
    }

    @Test(arguments: [0, 1, 16_384, 4_194_303])
    func `it begins where it should, in order`(start: Int) throws {
        let (client, server) = (Recorder(), Recorder())
        try onLoop { loop in
            try withPair(on: loop, client: client, server: server) { pair in
                pair.client.pauseReading()
                pair.server.write(Self.megabytes, from: start)
                pair.server.write("small")
                pair.server.write(Self.megabytes, from: Self.megabytes.count - start)
                drain(pair, client)
            }
        }
        let expected = Array(Self.megabytes[start...]) + "small".utf8 + Self.megabytes.suffix(start)
        #expect(client.received == expected)
    }

    @Test func `closing lets go of what waits`() throws {
        let server = Recorder()
        var bytes = Self.megabytes + [7]
        try onLoop { loop in
            try withPair(on: loop, server: server) { pair in
                pair.client.pauseReading()
                pair.server.write(bytes, from: 0)
                #expect(pair.server.queuedBytes > 0)
                server.onClosed = { _ in #expect(!moves(&bytes)) }
                pair.server.close()
                pair.client.close()
            }
        }
        #expect(server.events == ["closed "])
    }

    @Test func `after the end it does nothing`() throws {
        try onLoop { loop in
            try withPair(on: loop) { pair in
                pair.server.close()
                pair.server.write(Self.megabytes, from: 0)
                #expect(pair.server.queuedBytes == 0)
                pair.client.close()
            }
        }
    }
}
