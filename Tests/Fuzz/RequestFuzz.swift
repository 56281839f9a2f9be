// RequestFuzz: pipelined requests with their bodies. However the bytes are cut the same requests come out; no head is
// larger than its limits; and a head that was parsed reads the same when it is written anew.

internal import Wire

private let maxBodyBytes = 300

func checkRequests(_ input: FuzzInput) throws(Finding) {
    let maxHeadBytes = input.has(0) ? 60 : 2_000
    let maxFields = input.has(1) ? 2 : 40
    var heads: [RequestHead] = []
    let lines = try input.sameHoweverCut { reads in
        var connection = RequestReader(maxHeadBytes: maxHeadBytes, maxFields: maxFields)
        for read in reads { connection.receive(read) }
        heads = connection.heads
        return connection.lines
    }
    try expect(lines.count >= heads.count, "a head without a line")
    for head in heads {
        try expect(head.fields.count <= maxFields, "\(head.fields.count) fields")
        try checkAnew(head)
        useEverything(of: head)
    }
}

/// Reads requests as a connection does, and notes what it sees.
private struct RequestReader {
    private(set) var lines: [String] = []
    private(set) var heads: [RequestHead] = []
    private var parser: HeadParser
    private var decoder: BodyDecoder?
    private var data: [UInt8] = []
    private var hasFailed = false

    init(maxHeadBytes: Int, maxFields: Int) {
        parser = HeadParser(maxHeadBytes: maxHeadBytes, maxFields: maxFields)
    }

    mutating func receive(_ read: [UInt8]) {
        guard !hasFailed else { return }
        do throws(HTTPError) {
            var offset = 0
            while try step(read, &offset) {}
            if offset != read.count { lines.append("stopped at \(offset) of \(read.count)") }
        } catch {
            lines.append("\(error)")
            hasFailed = true
        }
    }

    private mutating func step(_ read: [UInt8], _ offset: inout Int) throws(HTTPError) -> Bool {
        if decoder == nil {
            guard let head = try parser.next(read.span.bytes, at: &offset) else { return false }
            heads.append(head)
            lines.append(describe(head))
            decoder = BodyDecoder(framing: head.framing, maxBytes: maxBodyBytes)
        }
        switch try decoder?.next(read.span.bytes, at: &offset) {
        case .data(let range)?:
            data += read[range]
        case .end?:
            lines.append("body \(data)")
            data = []
            decoder = nil
        case nil:
            return false
        }
        return true
    }
}

private func describe(_ head: RequestHead) -> String {
    let fields = head.fields.map { "\($0.name)=\($0.value)" }
    return """
        \(head.method.name) \(head.target) [\(head.path)] [\(head.query ?? "-")] 1.\(head.minorVersion) \(fields) \
        \(head.framing) \(head.keepAlive) \(head.expectsContinue) \(head.upgrade ?? "-")
        """
}

/// What HeadEncoder makes of a head is read as the same head.
private func checkAnew(_ head: RequestHead) throws(Finding) {
    guard head.minorVersion == 1 else { return }
    do throws(HTTPError) {
        var encoder = try HeadEncoder(method: head.method, target: head.target)
        for field in head.fields { try encoder.field(field.name, field.value) }
        let bytes = encoder.finish()
        var parser = HeadParser(maxHeadBytes: bytes.count, maxFields: head.fields.count)
        var offset = 0
        let second = try parser.next(bytes.span.bytes, at: &offset).map(describe)
        if second == describe(head), offset == bytes.count { return }
        throw .aborted
    } catch {
        throw Finding(description: "\(describe(head)) is not read as it is written: \(error)")
    }
}

/// Calls what else looks at a head; nothing is expected but that it comes back.
private func useEverything(of head: RequestHead) {
    _ = head.pathHasPrefix("/engine.io")
    _ = try? WebSocketUpgrade.check(isGet: head.method == .get, upgrade: head.upgrade) { head.fields.all($0) }
    _ = Conditional.evaluate(head.fields, etag: "\"a\"", modified: 1_000_000_000)
    _ = ByteRange.evaluate(head.fields, length: 1_000, etag: "\"a\"", modified: 1_000_000_000)
    _ = PercentCoding.decode(head.path)
    _ = try? Query.extended((head.query ?? "").utf8)
}
