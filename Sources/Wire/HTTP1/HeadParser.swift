// HeadParser: bytes in, request heads out. One pass over each byte, in whatever pieces they arrive; the bytes of the
// head are copied once, into the `Fields` of the result. What the head says about its connection and its body is
// read in RequestHead.swift.

/// Parses the heads of the requests of one connection.
package struct HeadParser {
    private var line = RequestLineScanner()
    private var fields: FieldScanner
    private var isInFields = false
    /// The bytes of the head that have come so far.
    private var head: [UInt8] = []
    private let maxHeadBytes: Int

    /// A parser that refuses heads beyond these limits with 431.
    package init(maxHeadBytes: Int, maxFields: Int) {
        // Offsets into the head are kept in 32 bits.
        self.maxHeadBytes = Swift.min(maxHeadBytes, Int(UInt32.max))
        fields = FieldScanner(maxFields: maxFields)
    }

    /// Whether a head has begun and is not complete.
    package var hasBegun: Bool { !head.isEmpty }

    /// Consumes bytes from `offset` on; returns a head when one is complete, nil when more bytes are needed.
    ///
    /// Bytes after the head are left alone: they are the body's. After an error the parser is of no more use.
    package mutating func next(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> RequestHead? {
        let start = offset
        let end = Swift.min(bytes.byteCount, start &+ (maxHeadBytes &- head.count))
        let isComplete = try scan(bytes, &offset, to: end, base: head.count &- start)
        head.append(bytes, start..<offset)
        if isComplete { return try takeHead() }
        guard head.count < maxHeadBytes else { throw .headTooLarge }
        return nil
    }

    private mutating func scan(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) -> Bool {
        if !isInFields {
            guard try line.scan(bytes, &index, to: end, base: base) else { return false }
            isInFields = true
        }
        return try fields.scan(bytes, &index, to: end, base: base)
    }

    private mutating func takeHead() throws(HTTPError) -> RequestHead {
        let finished = line
        let parsed = Fields(bytes: head, entries: fields.takeEntries())
        line = RequestLineScanner()
        isInFields = false
        head = []
        return try RequestHead(finished, parsed)
    }
}
