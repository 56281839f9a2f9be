// BodyFuzz: the bytes of one body in each of its framings. However they are cut the same data comes out, never more than
// the limit; and whatever is put into chunks comes out of them.

internal import Wire

func checkBody(_ input: FuzzInput) throws(Finding) {
    let framing: BodyFraming =
        input.has(0) ? .length(Int(input.options) * 4) : input.has(1) ? .untilClose : .chunked
    let maxBytes = input.has(2) ? 20 : 100_000
    let body = try input.sameHoweverCut { read($0, framing, maxBytes: maxBytes) }
    try expect(!body.isStuck, "stuck")
    try expect(body.data.count <= maxBytes, "\(body.data.count) bytes for a limit of \(maxBytes)")
    try checkChunks(input)
}

/// What comes out of a decoder.
private struct DecodedBody: Equatable {
    var data: [UInt8] = []
    /// How many bytes belong to the body.
    var length = 0
    var error: HTTPError?
    var isFinished = false
    /// It asked for more bytes before it had taken all of them.
    var isStuck = false
}

private func read(_ reads: [[UInt8]], _ framing: BodyFraming, maxBytes: Int) -> DecodedBody {
    var decoder = BodyDecoder(framing: framing, maxBytes: maxBytes)
    var body = DecodedBody()
    do throws(HTTPError) {
        for read in reads {
            var offset = 0
            while let event = try decoder.next(read.span.bytes, at: &offset) {
                if case .data(let range) = event { body.data += read[range] }
            }
            body.length += offset
            body.isStuck = body.isStuck || offset < read.count && !decoder.isFinished
        }
        body.isFinished = decoder.isFinished
        try decoder.finish()
    } catch {
        // How much was handed out before the fault was seen depends on the reads.
        body = DecodedBody(error: error, isStuck: body.isStuck)
    }
    return body
}

private func checkChunks(_ input: FuzzInput) throws(Finding) {
    var chunked: [UInt8] = []
    for piece in input.pieces {
        chunked += Array(String(piece.count, radix: 16).utf8) + Array(";a=b\r\n".utf8) + piece + Array("\r\n".utf8)
        // The extensions of one body have a limit of their own.
        guard chunked.count < 60_000, chunked.count / 8 < 1_000 else { return }
    }
    chunked += Array("0\r\nTrailer: x\r\n\r\nrest".utf8)
    let body = read(FuzzInput.cut(chunked, by: 7), .chunked, maxBytes: input.bytes.count)
    try expectEqual(body.data, input.bytes, "out of chunks")
    try expect(body.isFinished && body.error == nil, "chunks end with \(body)")
}
