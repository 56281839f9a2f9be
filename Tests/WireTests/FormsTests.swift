import Testing

@testable import Wire

@Suite struct PercentCodingTests {
    @Test func `a path is decoded strictly`() {
        #expect(PercentCoding.decode("/a%20b%C3%A4") == "/a bä")
        #expect(PercentCoding.decode("/a+b") == "/a+b")
        for broken in ["%", "%4", "%zz", "a%", "%C3", "%FF"] { #expect(PercentCoding.decode(broken) == nil) }
        #expect(PercentCoding.decode("%00") == "\0")
    }

    @Test func `a form is decoded leniently`() {
        func decode(_ text: String) -> String { PercentCoding.decodeForm(ArraySlice(text.utf8)) }
        #expect(decode("a+b%20c") == "a b c")
        #expect(decode("100%") == "100%")
        #expect(decode("%zz%41%4") == "%zzA%4")
        #expect(decode("%FF") == "\u{FFFD}")
    }

    @Test func `what was encoded comes back`() {
        let text = "a b/ä?&=%+~"
        #expect(PercentCoding.encode(text) == "a%20b%2F%C3%A4%3F%26%3D%25%2B~")
        #expect(PercentCoding.decode(PercentCoding.encode(text)) == text)
        #expect(PercentCoding.encodeURL("/a b?c=ä&d=%20\r\n") == "/a%20b?c=%C3%A4&d=%20%0D%0A")
    }
}

@Suite struct QueryTests {
    private func simple(_ text: String) throws -> JSON { try .object(Query.simple(text.utf8)) }
    private func extended(_ text: String) throws -> JSON { try .object(Query.extended(text.utf8)) }

    @Test func `the simple reading takes keys as they are`() throws {
        #expect(try simple("a=1&b=x+y%21") == ["a": "1", "b": "x y!"])
        #expect(try simple("a=1&a=2&a=3&b=4") == ["a": ["1", "2", "3"], "b": "4"])
        #expect(try simple("a[b]=1&a[]=2") == ["a[b]": "1", "a[]": "2"])
        #expect(try simple("a&&b=&c=d=e&") == ["a": "", "b": "", "c": "d=e"])
        #expect(try simple("") == [:])
    }

    // By the rules of qs, odd ones included: an array without an element 0 takes the next one there.
    @Test(
        arguments: [
            ("a[b]=1", ["a": ["b": "1"]]),
            ("a[b][c]=1&a[b][d]=2", ["a": ["b": ["c": "1", "d": "2"]]]),
            ("a[]=1&a[]=2", ["a": ["1", "2"]]),
            ("a=1&a=2", ["a": ["1", "2"]]),
            ("a[0]=x&a[1]=y", ["a": ["x", "y"]]),
            ("a[1]=y&a[0]=x", ["a": ["x", "y"]]),
            ("a[5]=y&a[]=z", ["a": ["z", "y"]]),
            ("a[100]=x", ["a": ["x"]]),
            ("a[101]=x", ["a": ["101": "x"]]),
            ("a[01]=x", ["a": ["01": "x"]]),
            ("a[-1]=x", ["a": ["-1": "x"]]),
            ("a[0]=b&a[c]=d", ["a": ["0": "b", "c": "d"]]),
            ("a[c]=d&a[]=b", ["a": ["c": "d", "0": "b"]]),
            ("a[][b]=1&a[][c]=2", ["a": [["b": "1", "c": "2"]]]),
            ("a[0][b]=1&a[1][b]=2", ["a": [["b": "1"], ["b": "2"]]]),
            ("a=1&a[b]=2", ["a": ["1", ["b": "2"]]]),
            ("a[b]=2&a=1", ["a": ["b": "2", "1": true]]),
            ("a%5Bb%5D=1", ["a": ["b": "1"]]),
            ("a[b=1", ["a[b": "1"]),
            ("a]b=1", ["a]b": "1"]),
            ("[a]=1", ["a": "1"]),
            ("a[b]c=1", ["a": ["b": "1"]]),
            ("a[b=c]=d", ["a": ["b=c": "d"]]),
            ("=x&a", ["a": ""]),
        ] as [(String, JSON)]
    )
    func `the extended reading builds nested values`(text: String, value: JSON) throws {
        #expect(try extended(text) == value)
    }

    @Test func `depth and number of parameters have limits`() throws {
        let deep = String(repeating: "[x]", count: 32)
        #expect(try extended("a\(deep)=1").object?.count == 1)
        #expect(throws: FormError.tooDeep) { try extended("a\(deep)[x]=1") }
        let many = Array(repeating: "a=1", count: 1_000).joined(separator: "&")
        #expect(try simple(many)["a"]?.array?.count == 1_000)
        #expect(try extended(many)["a"]?.array?.count == 1_000)
        #expect(throws: FormError.tooManyParameters) { try simple(many + "&a=1") }
        #expect(throws: FormError.tooManyParameters) { try extended(String(repeating: "&", count: 1_000)) }
        #expect(FormError.tooDeep.status == 400)
        #expect(FormError.tooManyParameters.status == 413)
    }

    @Test func `a written-out array of many elements stays an array`() throws {
        let text = (0..<500).map { "a[\($0)]=\($0)" }.joined(separator: "&")
        #expect(try extended(text)["a"]?.array?.count == 500)
    }
}
