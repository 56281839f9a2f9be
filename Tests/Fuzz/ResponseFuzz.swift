// ResponseFuzz: answers with their bodies, as a client reads them. However the bytes are cut the same answers come out,
// and a head that was parsed reads the same when it is written anew.

internal import Wire

func checkResponses(_ input: FuzzInput) throws(Finding) {
    let method: HTTPMethod = input.has(0) ? .head : .get
    let maxFields = input.has(1) ? 2 : 40
    var heads: [ResponseHead] = []
    _ = try input.sameHoweverCut { reads in
        var reader = ResponseReader(method: method, maxFields: maxFields)
        for read in reads { reader.receive(read) }
        reader.finish()
        heads = reader.heads
        return reader.lines
    }
    for head in heads {
        try expect(head.fields.count <= maxFields, "\(head.fields.count) fields")
        try checkAnew(head)
    }
}

/// Reads answers as a client's connection does, and notes what it sees.
private struct ResponseReader {
    private(set) var lines: [String] = []
    private(set) var heads: [ResponseHead] = []
    private let method: HTTPMethod
    private var parser: ResponseParser
    private var decoder: BodyDecoder?
    private var data: [UInt8] = []
    private var hasFailed = false

    init(method: HTTPMethod, maxFields: Int) {
        self.method = method
        parser = ResponseParser(maxHeadBytes: 1_000, maxFields: maxFields)
    }

    mutating func receive(_ read: [UInt8]) {
        guard !hasFailed else { return }
        do throws(HTTPError) {
            var offset = 0
            while try step(read, &offset) {}
            if offset != read.count { lines.append("stopped at \(offset) of \(read.count)") }
        } catch {
            fail(error)
        }
    }

    mutating func finish() {
        guard !hasFailed, decoder != nil else { return }
        do throws(HTTPError) {
            try decoder?.finish()
            lines.append("last body \(data)")
        } catch {
            fail(error)
        }
    }

    private mutating func fail(_ error: HTTPError) {
        lines.append("\(error)")
        hasFailed = true
    }

    private mutating func step(_ read: [UInt8], _ offset: inout Int) throws(HTTPError) -> Bool {
        if decoder == nil {
            guard let head = try parser.next(read.span.bytes, at: &offset) else { return false }
            heads.append(head)
            lines.append(describe(head))
            decoder = BodyDecoder(framing: head.framing(for: method), maxBytes: 300)
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

private func describe(_ head: ResponseHead) -> String {
    let fields = head.fields.map { "\($0.name)=\($0.value)" }
    return "\(head.status) \(fields) \(head.framing(for: .get)) \(head.keepAlive) \(head.upgrade ?? "-")"
}

private func checkAnew(_ head: ResponseHead) throws(Finding) {
    guard head.minorVersion == 1 else { return }
    do throws(HTTPError) {
        var encoder = HeadEncoder(status: Status(head.status))
        for field in head.fields { try encoder.field(field.name, field.value) }
        let bytes = encoder.finish()
        var parser = ResponseParser(maxHeadBytes: bytes.count, maxFields: head.fields.count)
        var offset = 0
        let second = try parser.next(bytes.span.bytes, at: &offset).map(describe)
        if second == describe(head), offset == bytes.count { return }
        throw .aborted
    } catch {
        throw Finding(description: "\(describe(head)) is not read as it is written: \(error)")
    }
}
