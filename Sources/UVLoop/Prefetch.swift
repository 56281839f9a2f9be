// Prefetch: asks the processor to fetch memory while something else is done. It is worth its while where a walk meets
// thousands of objects of which each leads to the next: a connection's objects are in no cache any more when its turn comes.

internal import CUV

/// Requests to the processor that change nothing but the time.
package enum Prefetch {
    /// What most processors fetch at once.
    package static let lineBytes = 64

    /// Fetches an object's memory without looking at the object, which would have to wait for it.
    package static func object(_ object: AnyObject, lines: Int) {
        memory(Unmanaged.passUnretained(object).toOpaque(), lines: lines)
    }

    /// Fetches as many lines as begin at this address and beyond it; they need not exist.
    @inline(__always)
    package static func memory(_ address: UnsafeRawPointer, lines: Int) {
        for line in 0..<lines { cuv_prefetch(address + line &* lineBytes) }
    }
}
