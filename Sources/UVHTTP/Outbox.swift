// Outbox: the bytes that one connection gathers during a turn, in one block that is given back when they are sent.
// Not a queue of buffers: what the kernel does not take at once is the stream's business.

internal import UVLoop

/// A growing block of bytes with one owner, or one frame that others send too.
///
/// Empty, it owns no memory: that is what an idle connection holds. The first block comes from a `BlockCache` and goes
/// back there, so that a turn that sends a client a few small frames, as most turns do, allocates nothing.
///
/// A frame of a broadcast mostly leaves alone. Then it is only referred to: thousands of connections send the same bytes,
/// and these stay in the cache. It is copied when something joins it.
struct Outbox: ~Copyable {
    private enum Memory {
        case none
        case own(UnsafeMutableRawPointer, capacity: Int)
        /// The bytes are the last ones of this array.
        case lent([UInt8])
    }

    /// The number of bytes that wait.
    private(set) var count = 0
    // Last, because it ends with a single byte, behind which a connection has its flags.
    private var memory = Memory.none

    init() {}

    deinit {
        if case .own(let base, _) = memory { base.deallocate() }
    }

    var isEmpty: Bool { count == 0 }

    /// Refers to the last bytes of an array, which are a whole frame, if nothing else waits; false if something does.
    @inline(__always)
    mutating func lend(_ bytes: [UInt8], last count: Int) -> Bool {
        guard case .none = memory, count > 0 else { return false }
        memory = .lent(bytes)
        self.count = count
        return true
    }

    /// Appends a copy of `bytes`.
    ///
    /// Complexity: O(n), amortised.
    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends a copy of the bytes at `source`.
    mutating func append(_ source: UnsafeRawBufferPointer) {
        guard let from = source.baseAddress, source.count > 0 else { return }
        grow(by: source.count).copyMemory(from: from, byteCount: source.count)
        count &+= source.count
    }

    /// Appends a copy of `bytes`.
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends text that is known when the program is compiled.
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the UTF-8 of `text`.
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Appends one byte.
    mutating func append(_ byte: UInt8) {
        grow(by: 1).storeBytes(of: byte, as: UInt8.self)
        count &+= 1
    }

    /// Appends a number in decimal.
    mutating func append(decimal number: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var divisor: UInt = 1
        while rest / divisor >= 10 { divisor &*= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest / divisor))
            rest %= divisor
            divisor /= 10
        }
    }

    /// Appends a number in hexadecimal, as chunk sizes are written.
    mutating func append(hexadecimal number: Int) {
        var shift = max(0, (Int.bitWidth - number.leadingZeroBitCount - 1) / 4 * 4)
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 0xF)
            append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
            shift -= 4
        }
    }

    /// Appends what `write` puts into `room` bytes; it returns how many of them it used.
    mutating func append(upTo room: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
        let used = write(grow(by: room))
        count &+= min(max(used, 0), room)
    }

    /// Shows the bytes.
    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        switch memory {
        case .none: body(UnsafeRawBufferPointer(start: nil, count: 0))
        case .own(let base, _): body(UnsafeRawBufferPointer(start: base, count: count))
        case .lent(let bytes): bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0.suffix(count))) }
        }
    }

    /// Writes the bytes to a stream, which may hold what is lent if it must wait.
    func write(to stream: any ByteStream) {
        switch memory {
        case .none: break
        case .own(let base, _): stream.write(UnsafeRawBufferPointer(start: base, count: count).bytes)
        case .lent(let bytes): stream.write(bytes, from: bytes.count &- count)
        }
    }

    /// Takes a first block from `cache`, if there is none yet.
    @inline(__always)
    mutating func prepare(from cache: BlockCache) {
        switch memory {
        case .none: memory = .own(cache.take(), capacity: BlockCache.blockBytes)
        case .own: break
        case .lent(let bytes): copy(bytes, to: cache)
        }
    }

    /// What was lent is not alone any more.
    @inline(never)
    private mutating func copy(_ bytes: [UInt8], to cache: BlockCache) {
        let waiting = count
        count = 0
        memory = .own(cache.take(), capacity: BlockCache.blockBytes)
        bytes.withUnsafeBytes { append(UnsafeRawBufferPointer(rebasing: $0.suffix(waiting))) }
    }

    /// Has the processor fetch what will be written.
    func approach() {
        if case .own(let base, _) = memory { Prefetch.memory(base, lines: 2) }
    }

    /// Forgets the bytes and gives the memory back.
    mutating func release(to cache: BlockCache) {
        if case .own(let base, let capacity) = memory {
            if capacity == BlockCache.blockBytes { cache.give(base) } else { base.deallocate() }
        }
        memory = .none
        count = 0
    }

    /// Forgets the bytes and frees the memory.
    mutating func release() {
        if case .own(let base, _) = memory { base.deallocate() }
        memory = .none
        count = 0
    }

    /// Hands everything to the caller and starts anew.
    mutating func take() -> Outbox {
        var other = Outbox()
        swap(&self, &other)
        return other
    }

    /// Makes room for `extra` bytes more and returns where they go.
    @inline(__always)
    private mutating func grow(by extra: Int) -> UnsafeMutableRawPointer {
        if case .own(let base, let capacity) = memory, capacity &- count >= extra { return base + count }
        return move(extra)
    }

    @inline(never)
    private mutating func move(_ extra: Int) -> UnsafeMutableRawPointer {
        var capacity = 0
        if case .own(_, let present) = memory { capacity = present }
        let wanted = max(count + extra, max(capacity * 2, BlockCache.blockBytes))
        let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 8)
        withBytes { UnsafeMutableRawBufferPointer(start: larger, count: wanted).copyMemory(from: $0) }
        if case .own(let base, _) = memory { base.deallocate() }
        memory = .own(larger, capacity: wanted)
        return larger + count
    }
}
