// Zlib: one stream of zlib, owned, in each direction. The only place that calls zlib. What is compressed, and when, is
// decided in MessageDeflate and ContentCompression.

internal import CZlib
internal import Wire

/// Bytes that cannot be inflated.
enum InflateError: Error {
    /// They are no deflate data, or end in the middle of it.
    case badData
    /// They become more than they may.
    case tooLarge
}

/// A compressor.
///
/// It takes 2^(windowBits + 2) + 2^(memoryLevel + 9) bytes, about 270 KB with the largest window.
final class Deflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// Raw deflate for negative `windowBits`, gzip for those above 15; nil when there is no memory.
    init?(windowBits: Int, level: Int, memoryLevel: Int) {
        stream.initialize(to: z_stream())
        guard czlib_deflate_open(stream, Int32(level), Int32(windowBits), Int32(memoryLevel)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets everything that was compressed so far.
    func reset() {
        deflateReset(stream)
    }

    /// Appends `input`, compressed, to `output` and flushes; `ends` writes the end of the whole stream.
    func deflate(_ input: RawSpan, to output: inout [UInt8], ends: Bool) {
        input.withUnsafeBytes { bytes in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(clamping: bytes.count)
            var room = Int(deflateBound(stream, UInt(bytes.count))) + Self.flushBytes
            repeat {
                output.append(upTo: room) { fill($0, flush: ends ? Z_FINISH : Z_SYNC_FLUSH) }
                room = Self.moreBytes
            } while stream.pointee.avail_out == 0
            stream.pointee.next_in = nil
        }
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer, flush: Int32) -> Int {
        stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(clamping: room.count)
        _ = CZlib.deflate(stream, flush)
        return room.count - Int(stream.pointee.avail_out)
    }

    /// More than a flush marker, so that it is written once.
    private static let flushBytes = 16
    private static let moreBytes = 4096
}

/// A decompressor.
///
/// It takes 2^windowBits bytes and about 7 KB.
final class Inflater {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    /// Raw deflate for negative `windowBits`, gzip or zlib for those above 32; nil when there is no memory.
    init?(windowBits: Int) {
        stream.initialize(to: z_stream())
        guard czlib_inflate_open(stream, Int32(windowBits)) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets everything that was inflated so far.
    func reset() {
        inflateReset(stream)
    }

    /// Whether the data could end here: outside of every block.
    var isBetweenBlocks: Bool { stream.pointee.data_type & 128 != 0 }

    /// Appends what `input` becomes to `output`, which may grow to `limit` bytes; whether the stream has ended.
    ///
    /// After the end of a stream the next one is read if `continues`, with the same window; otherwise it is an error
    /// that something follows.
    func inflate(
        _ input: RawSpan,
        to output: inout [UInt8],
        limit: Int,
        continues: Bool
    ) throws(InflateError) -> Bool {
        let limit = min(limit, Int(UInt32.max) - 1)
        return try input.withUnsafeBytes { bytes throws(InflateError) in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.pointee.avail_in = UInt32(clamping: bytes.count)
            defer { stream.pointee.next_in = nil }
            var hasEnded = false
            repeat {
                if hasEnded {
                    guard continues else { throw .badData }
                    _ = czlib_inflate_continue(stream)
                }
                hasEnded = try step(&output, limit)
                guard output.count <= limit else { throw .tooLarge }
            } while stream.pointee.avail_in > 0 || (stream.pointee.avail_out == 0 && !hasEnded)
            return hasEnded
        }
    }

    /// Inflates as much as one step of `output` takes; true at the end of the stream.
    private func step(_ output: inout [UInt8], _ limit: Int) throws(InflateError) -> Bool {
        // One byte beyond the limit tells what is too large from what fits exactly.
        let room = min(
            max(Self.firstBytes, output.count, Int(stream.pointee.avail_in) &* 2),
            limit &+ 1 &- output.count
        )
        var status = Z_OK
        output.append(upTo: room) { room in
            stream.pointee.next_out = room.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = UInt32(clamping: room.count)
            status = CZlib.inflate(stream, Z_SYNC_FLUSH)
            return room.count - Int(stream.pointee.avail_out)
        }
        switch status {
        case Z_STREAM_END: return true
        case Z_OK: return false
        // No progress is possible: there was nothing left to do.
        case Z_BUF_ERROR where stream.pointee.avail_in == 0: return false
        default: throw .badData
        }
    }

    private static let firstBytes = 1024
}

extension [UInt8] {
    /// Appends what `write` puts into `room` bytes; it returns how many of them it used.
    fileprivate mutating func append(upTo room: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
        let start = count
        let added = Array(unsafeUninitializedCapacity: room) { buffer, used in
            used = Swift.min(write(UnsafeMutableRawBufferPointer(buffer)), buffer.count)
        }
        if start == 0 { self = added } else { append(contentsOf: added) }
    }
}

@available(*, unavailable)
extension Deflater: Sendable {}
@available(*, unavailable)
extension Inflater: Sendable {}
