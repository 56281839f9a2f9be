import Testing

@testable import EngineIO

@Suite struct EngineQueryTests {
    private func read(_ text: String) -> EngineQuery { EngineQuery(ArraySlice(text.utf8)) }

    @Test func `what a client sends is read`() {
        let query = read("EIO=4&transport=polling&t=abc&sid=0123456789abcdefghij&j=3&b64=1")
        #expect(query.version == "4" && query.transport == "polling" && query.sid == "0123456789abcdefghij")
        #expect(query.jsonp == "3" && query.wantsBase64)
        #expect(read("") == read("&&x=1&=2&EI=3&sidd=4&SID=5"))
    }

    @Test func `names and values are decoded once`() {
        let query = read("%45IO=%34&tr%61nsport=web%73ocket&sid=a+b%2525&%2545IO=9&%25=1")
        #expect(query.version == "4" && query.transport == "websocket" && query.sid == "a b%25")
    }

    @Test func `the last of several counts, and an empty id is none`() {
        #expect(read("EIO=3&EIO=4").version == "4")
        #expect(read("sid=a&sid=").sid == nil)
        #expect(read("sid").sid == nil)
        #expect(read("EIO").version == "")
        #expect(read("b64=").wantsBase64 == false)
    }
}
