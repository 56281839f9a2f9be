// SharedZlib: the zlib streams that all connections of a server use in turn, for messages and bodies that have nothing to
// do with each other. Streams are made when first needed; the kinds are few, and so is the memory.

internal import Wire

/// What tells compressors apart.
struct CompressorKind: Hashable {
    /// Negative for raw deflate, more than 15 for gzip.
    let windowBits: Int
    var level = 6
    var memory = 8

    init(windowBits: Int, level: Int = 6, memory: Int = 8) {
        self.windowBits = windowBits
        self.level = level
        self.memory = memory
    }

    init(_ coding: ContentCoding, level: Int = 6) {
        self.init(windowBits: coding == .gzip ? 31 : 15, level: level)
    }
}

/// The streams of one server.
///
/// There are as many as kinds are asked for: eight windows of messages and two content codings at most, in each
/// direction, unless the program uses several settings.
final class SharedZlib {
    /// A message that has just been compressed, kept because the next one may be the same: a broadcast.
    private struct Memory {
        var message: [UInt8] = []
        var compressed: [UInt8]?
    }

    /// The largest message that is remembered.
    static let rememberedBytes = 65_536
    /// Fits zlib and gzip alike.
    private static let anyContent = 47

    private var deflaters: [CompressorKind: Deflater] = [:]
    private var inflaters: [Int: Inflater] = [:]
    private var memories: [CompressorKind: Memory] = [:]

    /// How many messages were really compressed, as opposed to remembered.
    private(set) var compressions = 0

    // MARK: - Messages

    /// The compressed form of a message that stands for itself; nil when that is no smaller.
    func compress(message: RawSpan, _ kind: CompressorKind) -> [UInt8]? {
        // Comparing costs a hundredth of compressing, so nobody has to say what is a broadcast.
        if let memory = memories[kind], memory.message.span.bytes.isEqual(to: message) { return memory.compressed }
        guard let deflater = deflater(kind) else { return nil }
        compressions &+= 1
        let output = deflater.compress(message: message)
        deflater.reset()
        let compressed = output.count < message.byteCount ? output : nil
        if message.byteCount <= Self.rememberedBytes {
            memories[kind] = Memory(message: message.withUnsafeBytes { Array($0) }, compressed: compressed)
        }
        return compressed
    }

    private func deflater(_ kind: CompressorKind) -> Deflater? {
        if let deflater = deflaters[kind] { return deflater }
        let deflater = Deflater(kind)
        deflaters[kind] = deflater
        return deflater
    }

    /// A decompressor without memory; whoever uses it leaves it reset.
    func inflater(windowBits: Int) -> Inflater? {
        if let inflater = inflaters[windowBits] { return inflater }
        let inflater = Inflater(windowBits: windowBits)
        inflaters[windowBits] = inflater
        return inflater
    }

    // MARK: - Bodies

    /// A body in a content coding; nil when that is no smaller.
    func compress(_ body: [UInt8], as coding: ContentCoding) -> [UInt8]? {
        compress(body, by: deflater(CompressorKind(coding)))
    }

    /// A body that is compressed once and sent often: as small as zlib makes it.
    ///
    /// The stream for that is not kept.
    func compressBest(_ body: [UInt8], as coding: ContentCoding) -> [UInt8]? {
        compress(body, by: Deflater(CompressorKind(coding, level: 9)))
    }

    private func compress(_ body: [UInt8], by deflater: Deflater?) -> [UInt8]? {
        guard let deflater else { return nil }
        var output: [UInt8] = []
        deflater.deflate(body.span.bytes, to: &output, ends: true)
        deflater.reset()
        return output.count < body.count ? output : nil
    }

    /// A body that came in the coding gzip or deflate.
    func inflate(_ body: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
        guard let inflater = inflater(windowBits: Self.anyContent) else { throw .tooLarge }
        defer { inflater.reset() }
        var output: [UInt8] = []
        guard try inflater.inflate(body.span.bytes, to: &output, limit: limit, continues: false) else { throw .badData }
        return output
    }
}

@available(*, unavailable)
extension SharedZlib: Sendable {}

extension RawSpan {
    /// Whether both are the same bytes.
    fileprivate func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        return withUnsafeBytes { left in other.withUnsafeBytes { right in left.elementsEqual(right) } }
    }
}
