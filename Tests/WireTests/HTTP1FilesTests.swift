import Testing

@testable import Wire

@Suite struct HTTP1DateTests {
    @Test func `the example of the standard is read in all three forms`() {
        let seconds = 784_111_777
        #expect(HTTPDate.text(seconds) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == seconds)
        #expect(HTTPDate.seconds("Sunday, 06-Nov-94 08:49:37 GMT") == seconds)
        #expect(HTTPDate.seconds("Sun Nov  6 08:49:37 1994") == seconds)
    }

    @Test func `every day of four centuries comes back as it was`() {
        for day in stride(from: 0, to: 146_097 * 86_400, by: 86_400 * 3) {
            let seconds = day + day / 7 % 86_400
            if HTTPDate.seconds(HTTPDate.text(seconds)) != seconds { Issue.record("\(seconds)") }
        }
        #expect(HTTPDate.text(951_782_400) == "Tue, 29 Feb 2000 00:00:00 GMT")
        #expect(HTTPDate.text(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(HTTPDate.text(-1) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }

    @Test(arguments: [
        "", "Sun", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 30 Feb 2024 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1869 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Xxx 1994 08:49:37 GMT", "99999999999999999999",
    ])
    func `anything else is no date`(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}

@Suite struct HTTP1ConditionalTests {
    private static let changed = 784_111_777
    private static let before = "Sun, 06 Nov 1994 08:49:36 GMT"
    private static let then = "Sun, 06 Nov 1994 08:49:37 GMT"

    @Test(arguments: [
        ([], Conditional.Outcome.proceed),
        ([("If-None-Match", "\"a\"")], .notModified),
        ([("If-None-Match", "W/\"a\"")], .notModified),
        ([("If-None-Match", "\"b\", W/\"a\"")], .notModified),
        ([("If-None-Match", "\"b\""), ("If-None-Match", "\"a\"")], .notModified),
        ([("If-None-Match", "*")], .notModified),
        ([("If-None-Match", "\"b\"")], .proceed),
        ([("If-None-Match", "\"b\""), ("If-Modified-Since", then)], .proceed),
        ([("If-None-Match", "\"a\""), ("If-Modified-Since", before)], .notModified),
        ([("If-None-Match", "\"a\""), ("Cache-Control", "no-cache")], .proceed),
        ([("If-None-Match", "\"a\""), ("Cache-Control", "max-age=0, No-Cache")], .proceed),
        ([("If-Modified-Since", then)], .notModified),
        ([("If-Modified-Since", before)], .proceed),
        ([("If-Modified-Since", "yesterday")], .proceed),
        ([("If-Match", "\"a\"")], .proceed),
        ([("If-Match", "*")], .proceed),
        ([("If-Match", "\"b\"")], .failed),
        ([("If-Match", "\"a\""), ("If-None-Match", "\"a\"")], .notModified),
        ([("If-Unmodified-Since", then)], .proceed),
        ([("If-Unmodified-Since", before)], .failed),
        ([("If-Unmodified-Since", "yesterday")], .proceed),
        ([("If-Match", "\"a\""), ("If-Unmodified-Since", before)], .proceed),
    ])
    func `the preconditions decide`(fields: [(String, String)], outcome: Conditional.Outcome) {
        let result = Conditional.evaluate(Fields(fields), etag: "W/\"a\"", modified: HTTP1ConditionalTests.changed)
        #expect(result == outcome)
        #expect(result == .proceed || Fields(fields).mayAskForLess)
    }

    @Test func `without validators nothing is fresh and nothing matches`() {
        func outcome(_ name: String, _ value: String) -> Conditional.Outcome {
            Conditional.evaluate(Fields([(name, value)]), etag: nil, modified: nil)
        }
        #expect(outcome("If-None-Match", "\"a\"") == .proceed)
        #expect(outcome("If-Match", "\"a\"") == .failed)
        #expect(outcome("If-Modified-Since", HTTP1ConditionalTests.then) == .proceed)
        #expect(outcome("If-Unmodified-Since", HTTP1ConditionalTests.then) == .failed)
    }
}

@Suite struct HTTP1ByteRangeTests {
    private func outcome(_ range: String, ifRange: String? = nil, length: Int = 100) -> ByteRange.Outcome {
        var fields = Fields([("Range", range)])
        #expect(fields.mayAskForLess)
        if let ifRange { fields.append("If-Range", ifRange) }
        return ByteRange.evaluate(fields, length: length, etag: "W/\"a\"", modified: 784_111_777)
    }

    @Test func `one satisfiable range is a part`() {
        #expect(outcome("bytes=0-0") == .part(0..<1))
        #expect(outcome("bytes=10-") == .part(10..<100))
        #expect(outcome("bytes=-10") == .part(90..<100))
        #expect(outcome("bytes=-1000") == .part(0..<100))
        #expect(outcome("bytes=90-1000") == .part(90..<100))
    }

    @Test func `ranges that touch are one and others are the whole`() {
        #expect(outcome("bytes=0-4,5-9") == .part(0..<10))
        #expect(outcome("bytes=5-9, 0-6") == .part(0..<10))
        #expect(outcome("bytes=0-1,98-99") == .whole)
        #expect(outcome("bytes=0-1,500-600") == .part(0..<2))
        #expect(outcome("bytes=" + Array(repeating: "0-0", count: 33).joined(separator: ",")) == .whole)
    }

    @Test func `a range beyond the end cannot be satisfied`() {
        #expect(outcome("bytes=100-") == .unsatisfiable)
        #expect(outcome("bytes=100-200,300-") == .unsatisfiable)
        #expect(outcome("bytes=-0") == .unsatisfiable)
        #expect(outcome("bytes=0-", length: 0) == .unsatisfiable)
        #expect(outcome("bytes=-5", length: 0) == .unsatisfiable)
    }

    @Test(arguments: [
        "bytes", "bytes=", "bytes=a-b", "bytes=5-1", "bytes=-", "lines=0-1", "bytes=0-1,", "bytes=0-1;2-3",
        "bytes=0-99999999999999999999999",
    ])
    func `a broken field is ignored`(value: String) {
        #expect(outcome(value) == .whole)
    }

    @Test func `a part is only for those who have the rest`() {
        #expect(outcome("bytes=0-0", ifRange: "W/\"a\"") == .part(0..<1))
        #expect(outcome("bytes=0-0", ifRange: "\"b\"") == .whole)
        #expect(outcome("bytes=0-0", ifRange: "Sun, 06 Nov 1994 08:49:37 GMT") == .part(0..<1))
        #expect(outcome("bytes=0-0", ifRange: "Sun, 06 Nov 1994 08:49:36 GMT") == .whole)
        #expect(outcome("bytes=0-0", ifRange: "never") == .whole)
    }
}

@Suite struct HTTP1MediaTypeTests {
    @Test func `a file has the type of its extension`() {
        #expect(MediaType.forFile("a/b.d/index.HTML") == "text/html; charset=utf-8")
        #expect(MediaType.forFile("socket.io.js") == "text/javascript; charset=utf-8")
        #expect(MediaType.forFile("x.png") == "image/png")
        #expect(MediaType.forFile("Makefile") == "application/octet-stream")
        #expect(MediaType.forFile("a.d/file") == "application/octet-stream")
        #expect(MediaType.forFile("x.") == "application/octet-stream")
        #expect(MediaType.named("json") == "application/json; charset=utf-8")
        #expect(MediaType.named("text/x-own") == "text/x-own")
    }

    @Test func `a field is taken apart`() {
        let value = "Text/HTML ; a=b; Charset=\"UTF-8\""
        #expect(MediaType.essence(value) == "text/html")
        #expect(MediaType.charset(value) == "utf-8")
        #expect(MediaType.charset("text/html") == nil)
        #expect(MediaType.charset("text/html; charset") == nil)
    }
}
