// HeadScanner: what requests and answers have in common, a start line and a block of fields. It keeps the bytes of an
// incomplete head and enforces the limits; what the head means is read by RequestHead and ResponseHead.

/// The first line of a message, in as many pieces as it comes.
protocol StartLineScanner {
    init()

    /// Scans `bytes` from `index` up to `end`, and returns true when the line has been consumed.
    ///
    /// `base` is what has to be added to an index of `bytes` to count from the first byte of the head.
    mutating func scan(_ bytes: RawSpan, _ index: inout Int, to end: Int, base: Int) throws(HTTPError) -> Bool
}

/// Scans the heads of the messages of one connection.
struct HeadScanner<Line: StartLineScanner> {
    private var line = Line()
    private var fields: FieldScanner
    private var isInFields = false
    /// The bytes of the head that have come so far.
    private var head: [UInt8] = []
    private let maxHeadBytes: Int

    init(maxHeadBytes: Int, maxFields: Int) {
        // Offsets into the head are kept in 32 bits.
        self.maxHeadBytes = Swift.min(maxHeadBytes, Int(UInt32.max))
        fields = FieldScanner(maxFields: maxFields)
    }

    /// Whether a head has begun and is not complete.
    var hasBegun: Bool { !head.isEmpty }

    /// Consumes bytes from `offset` on, up to the end of the head; nil when more bytes are needed.
    mutating func next(_ bytes: RawSpan, at offset: inout Int) throws(HTTPError) -> (Line, Fields)? {
        let start = offset
        let end = Swift.min(bytes.byteCount, start &+ (maxHeadBytes &- head.count))
        let isComplete = try scan(bytes, &offset, to: end, base: head.count &- start)
        head.append(bytes, start..<offset)
        if isComplete { return takeHead() }
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

    private mutating func takeHead() -> (Line, Fields) {
        let finished = line
        let parsed = Fields(bytes: head, entries: fields.takeEntries())
        line = Line()
        isInFields = false
        head = []
        return (finished, parsed)
    }
}
