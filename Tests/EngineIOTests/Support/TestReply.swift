// TestReply: one HTTP answer, read with as little cleverness as possible.

/// One HTTP answer.
struct TestReply: Equatable {
    var status = 0
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body = ""
    /// The body as it came.
    var bytes: [UInt8] = []

    /// The size of the head at the beginning of `bytes`, when it is complete.
    static func headSize(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...bytes.count - 4).first { bytes[$0...].starts(with: "\r\n\r\n".utf8) }.map { $0 + 4 }
    }

    init(head: [UInt8]) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
    }
}

extension TestPeer {
    /// The next answer; its status is 0 when the connection ends first.
    func reply(toHead: Bool = false) async -> TestReply {
        await wait { TestReply.headSize(self.bytes) != nil }
        guard let size = TestReply.headSize(bytes) else { return TestReply(head: []) }
        var reply = TestReply(head: take(size))
        let length = toHead ? 0 : reply.headers["content-length"].flatMap { Int($0) } ?? 0
        await wait { self.bytes.count >= length }
        reply.bytes = take(length)
        reply.body = String(decoding: reply.bytes, as: UTF8.self)
        return reply
    }
}
