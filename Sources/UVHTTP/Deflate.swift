// Deflate: permessage-deflate (RFC 7692) on one connection. What both ends agreed on is settled in DeflateOffer; the
// streams are Zlib's. Without context takeover, which is the default, a connection owns no stream at all: all of a
// server's use the same one, and a message that goes to many is compressed once.

internal import Wire

/// Compression of WebSocket messages.
///
/// It costs time, and memory where a stream remembers what went before it: about 270 KB per connection to compress, 40
/// to inflate. So no stream does that unless asked, and none exists before the first message that needs it.
public struct PerMessageDeflate: Equatable, Sendable {
    /// Messages of fewer bytes than this are sent as they are.
    public var threshold = 1_024

    /// The server compresses each message by itself, with a stream that all connections share.
    ///
    /// A client may insist on it; false lets each connection remember what it has sent.
    public var serverNoContextTakeover = true

    /// Clients are asked to compress each message by itself, so that nothing has to be kept to read the next one.
    public var clientNoContextTakeover = true

    /// The window of the server's compression, as the base-2 logarithm of its size: 8 to 15.
    public var serverMaxWindowBits = 15

    /// The largest window that clients may use, 8 to 15; those that cannot be asked are served uncompressed below 15.
    public var clientMaxWindowBits = 15

    /// The effort, 1 to 9.
    public var level = 6

    /// How much memory a compressor uses beside its window, 1 to 9: 2^(memoryLevel + 9) bytes.
    public var memoryLevel = 8

    /// The defaults.
    public init() {}

    /// What to wish for in the negotiation.
    var wishes: DeflateParameters {
        var wishes = DeflateParameters()
        wishes.serverNoContextTakeover = serverNoContextTakeover
        wishes.clientNoContextTakeover = clientNoContextTakeover
        wishes.serverMaxWindowBits = min(max(serverMaxWindowBits, 8), 15)
        wishes.clientMaxWindowBits = min(max(clientMaxWindowBits, 8), 15)
        return wishes
    }

    func compressor(windowBits: Int) -> CompressorKind {
        // zlib has no raw window of 8 bits. That of 9 reaches back 250 bytes at most, which a window of 8 bits holds.
        CompressorKind(
            windowBits: -max(windowBits, 9),
            level: min(max(level, 1), 9),
            memory: min(max(memoryLevel, 1), 9)
        )
    }
}

/// The two directions of one connection that compresses.
final class MessageDeflate {
    /// Messages of fewer bytes are sent as they are.
    let threshold: Int
    /// What an incoming message may become.
    private let maxMessageBytes: Int
    /// Whether each message that goes out is compressed by itself.
    private let sendsWithoutContext: Bool
    /// Whether each message that comes in is.
    private let receivesWithoutContext: Bool
    private let compressor: CompressorKind
    private let inflaterBits: Int
    private let shared: SharedZlib
    /// What has context takeover has a stream of its own from its first message on.
    private(set) var deflater: Deflater?
    private(set) var inflater: Inflater?

    init(
        _ options: PerMessageDeflate,
        agreed: DeflateParameters,
        role: WebSocketRole = .server,
        maxMessageBytes: Int,
        shared: SharedZlib
    ) {
        let isServer = role == .server
        self.maxMessageBytes = maxMessageBytes
        threshold = max(options.threshold, 1)
        sendsWithoutContext = isServer ? agreed.serverNoContextTakeover : agreed.clientNoContextTakeover
        receivesWithoutContext = isServer ? agreed.clientNoContextTakeover : agreed.serverNoContextTakeover
        let ownBits = isServer ? agreed.serverMaxWindowBits : agreed.clientMaxWindowBits
        compressor = options.compressor(windowBits: ownBits)
        inflaterBits = -(isServer ? agreed.clientMaxWindowBits : agreed.serverMaxWindowBits)
        self.shared = shared
    }

    // MARK: - Out

    /// The compressed form of a message; nil when it is better sent as it is.
    func compress(_ payload: RawSpan) -> [UInt8]? {
        if sendsWithoutContext { return shared.compress(message: payload, compressor) }
        guard let deflater = deflater ?? Deflater(compressor) else { return nil }
        self.deflater = deflater
        // Even if it is no smaller: the stream remembers it, so the peer has to see it.
        return deflater.compress(message: payload)
    }

    // MARK: - In

    /// The message behind a compressed one.
    func inflate(_ payload: RawSpan) throws(WebSocketError) -> [UInt8] {
        guard let inflater = takeInflater() else { throw .messageTooBig }
        defer { if receivesWithoutContext { inflater.reset() } }
        do throws(InflateError) {
            return try inflater.inflate(message: payload, limit: maxMessageBytes)
        } catch {
            inflater.reset()
            throw error == .tooLarge ? .messageTooBig : .badCompression
        }
    }

    private func takeInflater() -> Inflater? {
        if receivesWithoutContext { return shared.inflater(windowBits: inflaterBits) }
        inflater = inflater ?? Inflater(windowBits: inflaterBits)
        return inflater
    }
}

@available(*, unavailable)
extension MessageDeflate: Sendable {}

// MARK: - Messages

/// The end of every flushed block, which messages leave out (RFC 7692 section 7.2.1).
private let flushMarker: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

extension Deflater {
    convenience init?(_ kind: CompressorKind) {
        self.init(windowBits: kind.windowBits, level: kind.level, memoryLevel: kind.memory)
    }

    /// Compresses one message of a connection.
    func compress(message: RawSpan) -> [UInt8] {
        var output: [UInt8] = []
        deflate(message, to: &output, ends: false)
        if output.suffix(flushMarker.count).elementsEqual(flushMarker) { output.removeLast(flushMarker.count) }
        return output
    }
}

extension Inflater {
    /// Inflates one message of a connection.
    func inflate(message: RawSpan, limit: Int) throws(InflateError) -> [UInt8] {
        var output: [UInt8] = []
        let hasEnded = try inflate(message, to: &output, limit: limit, continues: true)
        // Some end each message with a last block (RFC 7692 section 7.2.3.4); then there is nothing to complete.
        if hasEnded { return output }
        _ = try inflate(flushMarker.span.bytes, to: &output, limit: limit, continues: true)
        guard isBetweenBlocks else { throw .badData }
        return output
    }
}
