import TestSupport
import Testing

@testable import Wire

@Suite struct SHA1Tests {
    private static let vectors: [(String, String)] = [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "a49b2446a02c645bf419f995b67091253a04a259"
        ),
        (String(repeating: "0123456701234567", count: 40), "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ]

    @Test func `the vectors of FIPS 180 have their digests`() {
        for (text, digest) in Self.vectors {
            #expect(Self.hexadecimal(SHA1.digest(of: Array(text.utf8).span.bytes)) == digest)
        }
    }

    @Test func `a text in pieces has the digest of the whole, at every length around a block`() {
        for size in 0...130 {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let whole = SHA1.digest(of: bytes.span.bytes)
            #expect(whole.count == SHA1.digestBytes)
            for pieces in everySplit(of: bytes) {
                var hash = SHA1()
                for piece in pieces { hash.update(piece.span.bytes) }
                #expect(hash.finish() == whole)
            }
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
