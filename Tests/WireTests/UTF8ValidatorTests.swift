import TestSupport
import Testing

@testable import Wire

@Suite struct UTF8ValidatorTests {
    /// How far a text is good, in the plainest words: after each byte, which code points can still come of it.
    struct Reference {
        var firstBad: Int?
        var isComplete = true

        init(_ bytes: [UInt8]) {
            var (index, value, due, all) = (0, 0, 0, 0)
            while index < bytes.count {
                let byte = Int(bytes[index])
                if due == 0 {
                    all =
                        byte < 0x80
                        ? 0 : byte >> 5 == 0b110 ? 1 : byte >> 4 == 0b1110 ? 2 : byte >> 3 == 0b11110 ? 3 : -1
                    if all < 0 { break }
                    (due, value) = (all, all == 0 ? byte : byte & (0x3F >> all))
                } else {
                    if byte >> 6 != 0b10 { break }
                    (due, value) = (due - 1, value << 6 | byte & 0x3F)
                }
                if !Self.canBecomeGood(value << (6 * due), (value + 1) << (6 * due) - 1, size: all) { break }
                index += 1
            }
            isComplete = due == 0
            if index < bytes.count { firstBad = index }
        }

        private static func canBecomeGood(_ first: Int, _ last: Int, size: Int) -> Bool {
            let least = [0, 0x80, 0x800, 0x1_0000][size]
            let (low, high) = (max(first, least), min(last, 0x10_FFFF))
            return low <= high && !(low >= 0xD800 && high <= 0xDFFF)
        }
    }

    @Test func `every sequence of telling bytes is judged as by the reference`() {
        let telling: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF,
        ]
        for first in telling {
            for second in telling {
                Self.compare([first, second])
                for third in telling {
                    Self.compare([first, second, third])
                    guard first >= 0xE0 else { continue }
                    for fourth in telling { Self.compare([first, second, third, fourth]) }
                }
            }
        }
    }

    @Test func `every pair of bytes is judged as by the reference`() {
        for pair in 0...0xFFFF { Self.compare([UInt8(pair >> 8), UInt8(pair & 0xFF)]) }
    }

    @Test func `every scalar is valid alone`() {
        var wrong: [UInt32] = []
        for value in UInt32(0)...0x10_FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = [UInt8](String(scalar).utf8)
            if !UTF8Validator.isValid(bytes.span.bytes) { wrong.append(value) }
        }
        #expect(wrong.isEmpty)
    }

    @Test(arguments: [
        ("κόσμε", true), ("", true), ("\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}", true),
        ("\u{D7FF}\u{E000}\u{FFFD}\u{FFFE}", true), ("Hello-µ@ßöäüàá-UTF-8!! 𝄞 and then plain text again", true),
    ])
    func `good texts are good however they are cut`(_ text: String, _ good: Bool) {
        for pieces in everySplit(of: Array(text.utf8)) { #expect(Self.judge(pieces) == good) }
    }

    /// The kinds of malformed text that Markus Kuhn's stress test goes through, in his order.
    @Test(
        arguments: [
            [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0x80], [0xBF], [0x80, 0xBF, 0x80], [0xC0, 0x20], [0xDF, 0x20], [0xE0, 0x20],
            [0xEF, 0x20], [0xF0, 0x20], [0xF7, 0x20], [0xFB], [0xFD], [0xC0], [0xE0, 0x80], [0xF0, 0x80, 0x80], [0xDF],
            [0xEF, 0xBF], [0xF7, 0xBF, 0xBF], [0xFE], [0xFF], [0xFE, 0xFE, 0xFF, 0xFF], [0xC0, 0xAF],
            [0xE0, 0x80, 0xAF],
            [0xF0, 0x80, 0x80, 0xAF], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xC0, 0x80],
            [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xAD, 0xBF], [0xED, 0xAE, 0x80],
            [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80], [0xED, 0xAF, 0xBF, 0xED, 0xBF, 0xBF],
        ] as [[UInt8]]
    )
    func `bad texts are bad however they are cut and whatever stands before them`(_ bad: [UInt8]) {
        for before in ["", "a", "sixteen bytes...", "κόσμε", "1234567"] {
            for after in ["", "plain text behind"] {
                let bytes = Array(before.utf8) + bad + Array(after.utf8)
                for pieces in everySplit(of: bytes) { #expect(!Self.judge(pieces)) }
            }
        }
    }

    @Test func `random texts with a random fault are judged as by the reference`() {
        var random = SplitMix(seed: 3629)
        let letters = Array("abcdefgh é€𝄞\u{7FF}\u{FFFF}".unicodeScalars)
        for _ in 0..<2000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                text.append(letters[Int.random(in: 0..<letters.count, using: &random)])
            }
            var bytes = Array(String(text).utf8)
            if !bytes.isEmpty, Bool.random(using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            Self.compare(bytes)
        }
    }

    /// Checks one text against the reference: the whole answer, and byte by byte the place of the first bad byte.
    private static func compare(_ bytes: [UInt8]) {
        let reference = Reference(bytes)
        let isValid = UTF8Validator.isValid(bytes.span.bytes)
        var validator = UTF8Validator()
        let firstBad = bytes.firstIndex { !validator.feed([$0].span.bytes) }
        var whole = UTF8Validator()
        let isGood = whole.feed(bytes.span.bytes)
        if firstBad != reference.firstBad || isGood != (reference.firstBad == nil)
            || isGood && whole.isComplete != reference.isComplete
            || isValid != (reference.firstBad == nil && reference.isComplete)
        {
            Issue.record("\(bytes): first bad byte at \(String(describing: firstBad)), \(reference)")
        }
    }

    private static func judge(_ pieces: [[UInt8]]) -> Bool {
        var validator = UTF8Validator()
        return pieces.allSatisfy { validator.feed($0.span.bytes) } && validator.isComplete
    }
}
