// TCPStream+Writing: from bytes to the kernel. One attempt at once; what does not fit is copied into a block that is
// also libuv's request. At most one request is on its way; later writes gather in a second block, so that a slow
// reader costs two blocks and one system call per refill, however many writes there were.

internal import CUV
internal import Glibc

/// A libuv write request and, right behind it in the same memory, the bytes that it owns.
struct WriteBlock {
    var request: uv_write_t
    var count: Int
    var capacity: Int

    /// Rests below this are given room to gather: a reader that is slow once is usually slow for more than one write.
    private static let smallest = 4096

    static func make(capacity: Int) -> UnsafeMutablePointer<WriteBlock> {
        allocate(nil, capacity: max(capacity, smallest))
    }

    static func append(_ bytes: UnsafeRawBufferPointer, to block: inout UnsafeMutablePointer<WriteBlock>) {
        let needed = block.pointee.count + bytes.count
        if needed > block.pointee.capacity {
            block = allocate(block, capacity: max(needed, block.pointee.capacity * 2))
        }
        if let base = bytes.baseAddress { memcpy(payload(block) + block.pointee.count, base, bytes.count) }
        block.pointee.count = needed
    }

    static func payload(_ block: UnsafeMutablePointer<WriteBlock>) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(block) + MemoryLayout<WriteBlock>.stride
    }

    private static func allocate(
        _ old: UnsafeMutablePointer<WriteBlock>?,
        capacity: Int
    ) -> UnsafeMutablePointer<WriteBlock> {
        guard let memory = realloc(old, MemoryLayout<WriteBlock>.stride + capacity) else { fatalError("out of memory") }
        let block = memory.assumingMemoryBound(to: WriteBlock.self)
        if old == nil { block.pointee.count = 0 }
        block.pointee.capacity = capacity
        return block
    }
}

extension TCPStream {
    /// Has the processor fetch the handle.
    public func approach() {
        Prefetch.memory(UnsafeRawPointer(handle) + Self.writtenFields, lines: 3)
    }

    /// Where in a handle of libuv the part begins that writing looks at; up to there it is for the loop.
    private static let writtenFields = 72

    var canWrite: Bool {
        state.isDisjoint(with: [.closing, .shut])
    }

    /// Bytes that were written here but are not with the kernel yet.
    public var queuedBytes: Int {
        isOpen ? handle.pointee.write_queue_size + (pending?.pointee.count ?? 0) : 0
    }

    /// Writes what the kernel takes now, and copies and queues the rest.
    ///
    /// An error of the connection closes the stream with it. After `close()` or `shutdown()` it does nothing.
    public func write(_ bytes: RawSpan) {
        guard canWrite, let written = bytes.withUnsafeBytes({ tryWrite($0, from: 0) }) else { return }
        if written < bytes.byteCount { enqueue(bytes.extracting(written...)) }
    }

    /// Writes several parts as one: a single gathered system call.
    ///
    /// Complexity: O(n) in the number of parts.
    public func write(_ parts: UnsafeBufferPointer<UnsafeRawBufferPointer>) {
        guard canWrite, !parts.isEmpty else { return }
        let total = parts.reduce(0) { $0 + $1.count }
        let written = withUnsafeTemporaryAllocation(of: uv_buf_t.self, capacity: parts.count) { vector in
            for (index, part) in parts.enumerated() { vector[index] = uv_buf_t(part) }
            return tryWrite(vector.baseAddress, vector.count)
        }
        guard let written, written < total else { return }
        enqueue(total - written) { block in
            var skip = written
            for part in parts {
                let dropped = min(skip, part.count)
                skip -= dropped
                WriteBlock.append(UnsafeRawBufferPointer(rebasing: part[dropped...]), to: &block)
            }
        }
    }

    /// Ends the writing half after what is queued; the peer sees the end, and reading goes on.
    public func shutdown() {
        guard canWrite else { return }
        submitPending()
        guard canWrite else { return }
        state.insert(.shut)
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let status = uv_shutdown(request, handle) { request, status in
            let stream = Unmanaged<TCPStream>.fromOpaque(request!.pointee.handle.pointee.data)
            request!.deallocate()
            stream._withUnsafeGuaranteedRef { if status != 0 { $0.fail(status) } }
        }
        guard status != 0 else { return }
        request.deallocate()
        fail(status)
    }

    /// One attempt: the bytes that the kernel took, or nil when the stream has failed.
    private func tryWrite(_ parts: UnsafePointer<uv_buf_t>?, _ count: Int) -> Int? {
        // With a rest before us libuv would refuse anyway; this saves the call.
        guard handle.pointee.write_queue_size == 0, pending == nil else { return 0 }
        let status = uv_try_write(handle, parts, UInt32(truncatingIfNeeded: count))
        if status >= 0 { return Int(status) }
        if status == UV_EAGAIN.rawValue { return 0 }
        fail(status)
        return nil
    }

    /// One attempt with the bytes from `start` on.
    func tryWrite(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < bytes.count else { return 0 }
        var part = uv_buf_t(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return tryWrite(&part, 1)
    }

    /// Copies a rest, to be written when what is before it has gone.
    func enqueue(_ rest: RawSpan) {
        enqueue(rest.byteCount) { block in rest.withUnsafeBytes { WriteBlock.append($0, to: &block) } }
    }

    private func enqueue(_ count: Int, _ append: (inout UnsafeMutablePointer<WriteBlock>) -> Void) {
        guard queuedBytes <= loop.maxQueuedBytes else { return fail(UVError.noBufferSpace.code) }
        var block = pending ?? WriteBlock.make(capacity: count)
        append(&block)
        pending = block
        if handle.pointee.write_queue_size == 0 { submitPending() }
    }

    private func submitPending() {
        guard let block = pending else { return }
        pending = nil
        let bytes = WriteBlock.payload(block).assumingMemoryBound(to: CChar.self)
        var part = uv_buf_t(base: bytes, len: block.pointee.count)
        let request = UnsafeMutableRawPointer(block).assumingMemoryBound(to: uv_write_t.self)
        let status = uv_write(request, handle, &part, 1) { request, status in
            let stream = Unmanaged<TCPStream>.fromOpaque(request!.pointee.handle.pointee.data)
            free(request)
            stream._withUnsafeGuaranteedRef { $0.wrote(status) }
        }
        guard status != 0 else { return }
        free(block)
        fail(status)
    }

    func wrote(_ status: Int32) {
        guard isOpen else { return }
        guard status == 0 else { return fail(status) }
        if pending != nil {
            submitPending()
        } else if handle.pointee.write_queue_size == 0 {
            handler?._withUnsafeGuaranteedRef { $0.drained() }
        }
    }
}

extension uv_buf_t {
    /// The bytes as libuv wants to be given them; it only reads from those that it is to write.
    init(_ bytes: UnsafeRawBufferPointer) {
        let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        self.init(base: base?.assumingMemoryBound(to: CChar.self), len: bytes.count)
    }
}
