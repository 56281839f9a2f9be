// HeadParser: bytes in, request heads out. One pass over each byte, in whatever pieces they arrive; the bytes of the
// head are copied once, into the `Fields` of the result. What the head says about its connection and its body is
// read in RequestHead.swift.

/// Parses the heads of the requests of one connection.
package struct HeadParser {
    private var scanner: HeadScanner<RequestLineScanner>

    /// A parser that refuses heads beyond these limits with 431.
    package init(maxHeadBytes: Int, maxFields: Int) {
        scanner = HeadScanner(maxHeadBytes: maxHeadBytes, maxFields: maxFields)
    }

    /// Whether a head has begun and is not complete.
    package var hasBegun: Bool { scanner.hasBegun }

    /// Consumes bytes from `offset` on; returns a head when one is complete, nil when more bytes are needed.
    ///
    /// Bytes after the head are left alone: they are the body's. After an error the parser is of no more use.
    package mutating func next(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> RequestHead? {
        guard let (line, fields) = try scanner.next(bytes, at: &offset) else { return nil }
        return try RequestHead(line, fields)
    }
}
