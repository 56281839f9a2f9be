import Testing

@testable import EngineIO

@Suite struct SessionIDTests {
    @Test func `ids are twenty characters of base64url, each another one`() {
        let texts = (0..<1_000).map { _ in SessionID.make().text }
        #expect(Set(texts).count == 1_000)
        for text in texts {
            #expect(text.utf8.count == 20)
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
            #expect(SessionID(text).text == text)
        }
        // 120 bits each: that a character never changes its place in a thousand would be no accident.
        for index in 0..<20 {
            #expect(Set(texts.map { Array($0.utf8)[index] }).count > 32)
        }
    }

    @Test(arguments: [0, 1, 63, 64, 1_000, 4_095])
    func `an id names its loop with its first two characters, and the rest is as random as ever`(loop: Int) {
        let ids = (0..<500).map { _ in SessionID.make(loop: loop) }
        let texts = ids.map { Array($0.text.utf8) }
        #expect(ids.allSatisfy { $0.loop == loop && SessionID($0.text) == $0 && $0.text.utf8.count == 20 })
        #expect(Set(texts.map { $0.prefix(2) }).count == 1)
        #expect(Set(texts).count == 500)
        for index in 2..<20 { #expect(Set(texts.map { $0[index] }).count > 32) }
    }

    @Test func `no two loops have the same two characters`() {
        #expect(Set((0..<SessionID.loops).map { SessionID.make(loop: $0).text.prefix(2) }).count == SessionID.loops)
        #expect(SessionID("mine").loop == nil)
    }

    @Test func `an id that is found again is equal`() {
        let id = SessionID.make()
        #expect(SessionID(id.text) == id)
        #expect(SessionID("x") == .custom("x"))
        #expect(SessionID("AAAAAAAAAAAAAAAAAAAA") == .random(0, 0))
        #expect(SessionID("AAAAAAAAAAAAAAAAAAA!") == .custom("AAAAAAAAAAAAAAAAAAA!"))
        #expect(SessionID("") == .custom(""))
    }
}
