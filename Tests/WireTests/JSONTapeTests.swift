import Testing

@testable import Wire

@Suite struct JSONTapeTests {
    private func parse(_ text: [UInt8], _ limits: JSONLimits = JSONLimits(), from start: Int = 0) throws(JSONError)
        -> Int
    {
        var tape = JSONTape(limits: limits)
        try tape.parse(text.span.bytes, from: start)
        return tape.count
    }

    private func text(_ piece: String, times: Int) -> [UInt8] { Array(String(repeating: piece, count: times).utf8) }

    @Test func `a hundred thousand arguments are as many tokens`() throws {
        let many = Array("[\"e\"".utf8) + text(",1", times: 100_000) + Array("]".utf8)
        #expect(try parse(many) == 100_002)
    }

    @Test func `depth is limited where it was asked for and costs no stack where not`() throws {
        var limits = JSONLimits()
        limits.maxDepth = .max
        let deep = text("[", times: 100_000) + text("]", times: 100_000)
        #expect(try parse(deep, limits) == 100_000)
        #expect(throws: JSONError.tooDeep(at: 512)) { try parse(deep) }
        #expect(throws: JSONError.unexpectedEnd) { try parse(text("{\"a\":", times: 100_000), limits) }
        limits.maxDepth = 0
        #expect(try parse(Array("7".utf8), limits) == 1)
        #expect(throws: JSONError.tooDeep(at: 0)) { try parse(Array("[]".utf8), limits) }
    }

    @Test(arguments: [1, 15, 16, 17, 100]) func `exactly as many tokens as the limit fit`(most: Int) throws {
        var limits = JSONLimits()
        limits.maxTokens = most
        let fitting = "[" + Array(repeating: "1", count: most - 1).joined(separator: ",") + "]"
        #expect(try parse(Array(fitting.utf8), limits) == most)
        let larger = "[" + Array(repeating: "1", count: most).joined(separator: ",") + "]"
        #expect(throws: JSONError.tooLarge) { try parse(Array(larger.utf8), limits) }
    }

    @Test func `a text begins where the caller says and offsets count from the beginning`() throws {
        #expect(try parse(Array("42[1]".utf8), from: 2) == 2)
        #expect(throws: JSONError.unexpectedByte(at: 3)) { try parse(Array("42[x]".utf8), from: 2) }
        #expect(throws: JSONError.unexpectedEnd) { try parse(Array("42".utf8), from: 2) }
        #expect(throws: JSONError.unexpectedEnd) { try parse(Array("42".utf8), from: 9) }
    }

    @Test func `a tape is reused and empty after an error`() throws {
        var tape = JSONTape()
        for (text, count) in [("[1,2,3]", 4), ("\"a\"", 1), ("{\"a\":{}}", 3)] {
            try tape.parse(Array(text.utf8).span.bytes)
            #expect(tape.count == count)
        }
        #expect(throws: JSONError.self) { try tape.parse(Array("[1,".utf8).span.bytes) }
        #expect(tape.count == 0)
    }

    @Test func `a tape forgets a large text before the next`() throws {
        var tape = JSONTape()
        let large = Array("[0".utf8) + text(",0", times: 10_000) + Array("]".utf8)
        try tape.parse(large.span.bytes)
        #expect(tape.count == 10_002)
        try tape.parse(Array("[[]]".utf8).span.bytes)
        #expect(tape.count == 2)
        try tape.parse(large.span.bytes)
        #expect(tape.count == 10_002)
    }

    /// At every place of a step, so that no step takes a byte for what it is not.
    @Test(arguments: 0...UInt8.max) func `a byte of a string is told from plain text wherever it stands`(byte: UInt8) {
        for place in 0..<45 {
            var text = [UInt8]("[\"".utf8) + [UInt8](repeating: 0x61, count: 50) + [UInt8]("\"]".utf8)
            text[2 + place] = byte
            var tape = JSONTape()
            let expected: JSONError? =
                switch byte {
                case 0x22: .unexpectedByte(at: 3 + place)
                case 0x5C: .invalidEscape(at: 2 + place)
                case ..<0x20: .controlCharacter(at: 2 + place)
                case 0x80...: .invalidUTF8(at: 2 + place)
                default: nil
                }
            do throws(JSONError) {
                try tape.parse(text.span.bytes)
                #expect(expected == nil && tape.count == 2)
            } catch {
                #expect(error == expected)
            }
        }
    }
}
