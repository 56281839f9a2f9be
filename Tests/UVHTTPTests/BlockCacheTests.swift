import Testing

@testable import UVHTTP

@Suite struct BlockCacheTests {
    @Test func `a block that was given back is handed out again, the last one first`() {
        let cache = BlockCache()
        let (one, two) = (cache.take(), cache.take())
        cache.give(one)
        cache.give(two)
        #expect(cache.take() == two)
        #expect(cache.take() == one)
        one.deallocate()
        two.deallocate()
    }

    @Test func `only so many blocks are kept`() {
        let cache = BlockCache()
        let blocks = (0..<BlockCache.maxBlocks + 10).map { _ in cache.take() }
        for block in blocks { cache.give(block) }
        let again = (0..<BlockCache.maxBlocks).map { _ in cache.take() }
        #expect(Set(again) == Set(blocks.prefix(BlockCache.maxBlocks)))
        for block in again { cache.give(block) }
    }

    @Test func `an outbox passes its first block on, and not one that has grown`() {
        let cache = BlockCache()
        var outbox = Outbox()
        outbox.prepare(from: cache)
        outbox.append("small")
        outbox.release(to: cache)
        let block = cache.take()
        cache.give(block)
        outbox.prepare(from: cache)
        outbox.append([UInt8](repeating: 0, count: BlockCache.blockBytes + 1))
        outbox.release(to: cache)
        outbox.prepare(from: cache)
        outbox.append("again")
        #expect(outbox.withBytes { $0.count } == 5)
        outbox.release()
    }
}
