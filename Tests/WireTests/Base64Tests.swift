import Foundation
import TestSupport
import Testing

@testable import Wire

@Suite struct Base64Tests {
    @Test func `the vectors of RFC 4648 go both ways`() {
        let vectors = [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ]
        for (plain, text) in vectors {
            #expect(Base64.encode(Array(plain.utf8).span.bytes) == text)
            #expect(Self.decode(text) == Array(plain.utf8))
            let bare = text.filter { $0 != "=" }
            #expect(Base64.encode(Array(plain.utf8).span.bytes, .url) == bare)
            #expect(Self.decode(bare, .url) == Array(plain.utf8))
        }
    }

    @Test func `the two alphabets differ in two characters`() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xFE]
        #expect(Base64.encode(bytes.span.bytes) == "+//+")
        #expect(Base64.encode(bytes.span.bytes, .url) == "-__-")
        #expect(Self.decode("+//+") == bytes)
        #expect(Self.decode("-__-", .url) == bytes)
        #expect(Self.decode("-__-") == nil)
        #expect(Self.decode("+//+", .url) == nil)
    }

    @Test func `bytes of every length and value come back, and agree with Foundation`() {
        var random = SplitMix(seed: 4648)
        for size in 0...260 {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.encode(bytes.span.bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(text.utf8.count == Base64.encodedCount(of: size))
            #expect(Self.decode(text) == bytes)
            let url = Base64.encode(bytes.span.bytes, .url)
            #expect(url.utf8.count == Base64.encodedCount(of: size, .url))
            #expect(Self.decode(url, .url) == bytes)
            var output: [UInt8] = [0x62]
            Base64.encode(bytes.span.bytes, to: &output)
            #expect(output == [0x62] + Array(text.utf8))
        }
    }

    @Test func `what is not canonical is refused`() {
        let bad = [
            "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "====", "=", "==", "Z===", "Zm=v", "Z=9v", "Zg==Zg==",
            "Zh==", "Zm9=", "Zm 9", " Zm9", "Zm9v\n", "Zm9*", "Zm9\u{E9}", "Zm9\0", "Zm9-", "Zm9_",
        ]
        for text in bad { #expect(Self.decode(text) == nil, "\(text)") }
        for text in ["Z", "Zg==", "Zh", "Zm9", "Zm9vY"] { #expect(Self.decode(text, .url) == nil, "\(text)") }
    }

    @Test func `exactly 64 bytes are digits of each alphabet`() {
        for alphabet in [Base64.Alphabet.standard, .url] {
            let digits = (0...255).filter { Base64.decode([UInt8($0), 0x41, 0x41, 0x41].span.bytes, alphabet) != nil }
            #expect(digits.count == 64)
        }
    }

    private static func decode(_ text: String, _ alphabet: Base64.Alphabet = .standard) -> [UInt8]? {
        let bytes = Base64.decode(Array(text.utf8).span.bytes, alphabet)
        for count in 0...(bytes?.count ?? 0) + 1 {
            var memory = [UInt8](repeating: 0, count: count)
            let fits = memory.withUnsafeMutableBytes { Base64.decode(Array(text.utf8).span.bytes, alphabet, to: $0) }
            #expect(fits == (count == bytes?.count) && (!fits || memory == bytes))
        }
        return bytes
    }
}
