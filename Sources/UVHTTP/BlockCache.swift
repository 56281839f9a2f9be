// BlockCache: small blocks of memory that one loop's connections pass on to each other within and between turns.

/// Blocks of one size, kept in a list that lies in the blocks themselves.
final class BlockCache {
    /// The size of a block: the head of an answer or a handful of frames fits.
    static let blockBytes = 512
    /// The most blocks that are kept; what a large broadcast needed beyond this is freed again.
    static let maxBlocks = 1024

    @exclusivity(unchecked) private var first: UnsafeMutableRawPointer?
    @exclusivity(unchecked) private var kept = 0

    deinit {
        while let block = first {
            first = block.load(as: UnsafeMutableRawPointer?.self)
            block.deallocate()
        }
    }

    /// A block, used or new.
    @inline(__always)
    func take() -> UnsafeMutableRawPointer {
        guard let block = first else { return .allocate(byteCount: Self.blockBytes, alignment: 8) }
        first = block.load(as: UnsafeMutableRawPointer?.self)
        kept &-= 1
        return block
    }

    /// Takes a block back.
    @inline(__always)
    func give(_ block: UnsafeMutableRawPointer) {
        guard kept < Self.maxBlocks else { return block.deallocate() }
        block.storeBytes(of: first, as: UnsafeMutableRawPointer?.self)
        first = block
        kept &+= 1
    }
}

@available(*, unavailable)
extension BlockCache: Sendable {}
