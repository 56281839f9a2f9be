// TCPStream+Sharing: writing what many streams write, such as a broadcast. The bytes lie in an array that they all hold; a
// large rest that the kernel does not take waits by reference, so that a thousand slow readers of one message of a
// megabyte cost a megabyte and not a gigabyte.

internal import CUV

/// The array behind a libuv write request, for as long as libuv reads from it.
private final class SharedRest {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension TCPStream {
    /// A rest of at least this size is shared; a smaller one is copied, because the copy gathers with what comes next and
    /// leaves with it in one write.
    static let sharedBytes = 16_384

    /// Writes an array from `start` on; what the kernel does not take is held by reference if it is large.
    ///
    /// Behind earlier bytes that still wait it is copied like any other. An error of the connection closes the stream with it.
    public func write(_ bytes: [UInt8], from start: Int) {
        let count = bytes.count - start
        guard start >= 0, count >= Self.sharedBytes, queuedBytes == 0 else {
            return write(bytes.span.bytes.extracting(max(0, start)...))
        }
        guard canWrite, let written = bytes.withUnsafeBytes({ tryWrite($0, from: start) }) else { return }
        guard written < count else { return }
        let rest = start + written
        if count - written < Self.sharedBytes {
            enqueue(bytes.span.bytes.extracting(rest...))
        } else {
            submit(SharedRest(bytes), from: rest)
        }
    }

    private func submit(_ shared: SharedRest, from start: Int) {
        let request = UnsafeMutablePointer<uv_write_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(shared).toOpaque()
        // The storage of an array that somebody holds and nobody changes stays where it is; `shared` is who holds it.
        var part = shared.bytes.withUnsafeBytes { bytes in
            uv_buf_t(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        let status = uv_write(request, handle, &part, 1) { request, status in
            let stream = Unmanaged<TCPStream>.fromOpaque(request!.pointee.handle.pointee.data)
            TCPStream.release(request!)
            stream._withUnsafeGuaranteedRef { $0.wrote(status) }
        }
        guard status != 0 else { return }
        Self.release(request)
        fail(status)
    }

    private static func release(_ request: UnsafeMutablePointer<uv_write_t>) {
        Unmanaged<SharedRest>.fromOpaque(request.pointee.data).release()
        request.deallocate()
    }
}
